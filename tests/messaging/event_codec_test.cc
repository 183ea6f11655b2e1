// Every event with every member filled, by its description: a new event or member is covered by itself.
#include "messaging/codec/event_codec.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/base/text_form.h"
#include "core/base/time_text.h"
#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "messaging/codec/upcast.h"
#include "messaging/journal/journal_row.h"
#include "tests/core/kernel_run.h"
#include "tests/core/random_commands.h"
#include "tests/core/text_commands.h"
#include "tests/messaging/filled.h"

namespace fenghuo::messaging {
namespace {

using domain::Event;
using tests::event_text;

void expect_survives(Event const& event) {
  EncodedEvent const encoded = encode(event);
  auto const decoded = decode(encoded.type, encoded.version, encoded.payload);
  ASSERT_TRUE(decoded) << encoded.payload << "\n" << decoded.error().message;
  EXPECT_EQ(event_text(*decoded), event_text(event)) << encoded.payload;
  EXPECT_EQ(encode(*decoded).payload, encoded.payload);
  EXPECT_TRUE(nlohmann::json::accept(encoded.payload)) << encoded.payload;
}

TEST(EventCodec, EveryEventSurvivesWithEveryMemberFilled) {
  for (auto const& event : tests::filled_ones<Event>()) {
    SCOPED_TRACE(name_of(event));
    expect_survives(event);
  }
}

TEST(EventCodec, EveryEventSurvivesWithItsDefaults) {
  for (auto const& event : tests::plain_ones<Event>()) {
    SCOPED_TRACE(name_of(event));
    expect_survives(event);
  }
}

/// Sets every optional and leaves texts and lists empty.
struct Emptier {
  template <class T>
  void operator()(std::string_view /*name*/, T& /*member*/) {}
  template <class T>
  void operator()(std::string_view /*name*/, std::optional<T>& member) {
    member.emplace();
  }
};

TEST(EventCodec, AnOptionalThatIsSetToNothingStaysSet) {
  for (auto& event : tests::plain_ones<Event>()) {
    SCOPED_TRACE(name_of(event));
    Emptier emptier;
    std::visit([&](auto& e) { std::decay_t<decltype(e)>::fields(emptier, e); }, event);
    expect_survives(event);
  }
}

TEST(EventCodec, GeometryOfEveryKindSurvives) {
  GeoPoint const a{1, 2};
  GeoPoint const b{3, -4};
  for (bool const area : {false, true}) {
    for (auto const& points : {std::vector<GeoPoint>{}, {a}, {a, b}, {a, b, a}, {a, b, b, a}}) {
      domain::RoadClosed closed;
      closed.facts.geometry = {area, points};
      expect_survives(closed);
    }
  }
  for (auto const& breaks : {std::vector<std::int64_t>{2}, {2, 4}}) {
    domain::RoadClosed closed;
    closed.facts.geometry = {false, {a, b, b, a, a, b}, breaks};
    expect_survives(closed);
  }
}

TEST(EventCodec, AnEventLargerThanWhatStrangersMaySendIsReadBack) {
  domain::IncidentMerged merged;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    merged.reports.push_back({2026, i + 1});
  }
  ASSERT_GT(encode(merged).payload.size(), JsonLimits{}.bytes);
  expect_survives(merged);
}

TEST(EventCodec, TextThatIsNoUtf8IsStoredReadable) {
  domain::NoteAdded note;
  note.text = "桥\xE6 断";
  auto const decoded = decode("note_added", 1, encode(note).payload);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(std::get<domain::NoteAdded>(*decoded).text, "桥\xEF\xBF\xBD 断");
}

TEST(EventCodec, StateAfterDecodingIsTheStateAfterDeciding) {
  Random random{tests::seed_of_run(11)};
  tests::KernelRun run;
  Time now = *parse_rfc3339("2026-12-31T15:00:00Z");
  run.give(now, "found_center jurisdiction=烽原县");
  for (int i = 0; i < 3'000; ++i) {
    now = now + seconds(random.between(0, 30));
    run.give(now, tests::random_command(random, run.state(), now));
  }
  ASSERT_GT(run.journal().size(), 500U);
  domain::State state;
  for (auto const& event : run.journal()) {
    auto const again = decode_row(encode_row(event, {}));
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_EQ(event_text(again->event), event_text(event.event));
    kernel::apply(state, *again);
  }
  EXPECT_EQ(domain::state_text(state), domain::state_text(run.state()));
}

TEST(EventCodec, ARowKeepsEverythingOfTheRecordedEvent) {
  kernel::RecordedEvent event;
  event.sequence = 7;
  event.recorded_at = {1'000'001};
  event.occurred_at = {999'999};
  event.command_id = "一 c";
  event.index = 3;
  event.actor = {"王", "dispatcher"};
  event.event = domain::NoteAdded{{2026, 1}, "x", {}};
  Digest hash{};
  hash.fill(9);
  JournalRow const row = encode_row(event, hash);
  EXPECT_EQ(row.request_hash, hash);
  auto const again = decode_row(row);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->sequence, 7);
  EXPECT_EQ(again->recorded_at, event.recorded_at);
  EXPECT_EQ(again->occurred_at, event.occurred_at);
  EXPECT_EQ(again->command_id, event.command_id);
  EXPECT_EQ(again->index, 3);
  EXPECT_EQ(again->actor, event.actor);
  EXPECT_EQ(event_text(again->event), event_text(event.event));
}

// As the first release stored it.
constexpr std::string_view kReportOfVersion1 =
    R"({"report":"R-2026-000009","channel":"119","text":"起火","phone":"13800000000","location":)"
    R"({"type":"Point","coordinates":[106.3,30.55],"crs":"wgs84"},"received_at":"2026-01-02T03:04:05.25Z"})";

TEST(EventCodec, VersionOneOfReportReceivedIsRaised) {
  auto const decoded = decode("report_received", 1, kReportOfVersion1);
  ASSERT_TRUE(decoded) << decoded.error().message;
  auto const& report = std::get<domain::ReportReceived>(*decoded);
  EXPECT_EQ(report.caller, (domain::Sealed{"", "13800000000"}));
  EXPECT_FALSE(report.outside_region);
  EXPECT_EQ(to_text(report.report), "R-2026-000009");
  EXPECT_EQ(report.channel, domain::Channel::Phone119);
  EXPECT_EQ(report.location->point, (GeoPoint{305'500'000, 1'063'000'000}));
  EXPECT_EQ(to_rfc3339(report.received_at), "2026-01-02T03:04:05.25Z");
}

TEST(EventCodec, AProposalIsToldInShortAndStoredWhole) {
  domain::ProposalRecorded whole;
  whole.proposal = {2026, 1};
  whole.rows.teams.push_back({{2026, 1}, 1, {}, {}, "pump", 1});
  whole.rows.alternatives.push_back({{2026, 2}, 1, {}, {}, "", 0});
  whole.rows.looked_at.push_back({{2026, 3}, domain::WhyNot::OffDuty, "x"});
  whole.rows.approaches.resize(3);
  whole.chosen = {{2026, 2}};
  whole.deviates = true;
  whole.because = "y";
  std::string const told = event_data(whole, {.zone_minutes = 0, .complete = true}).text();
  for (auto const* part : {"P-2026-000001", "T-2026-000001", "T-2026-000002", "\"deviates\":true",
                           "\"because\":\"y\"", "\"approaches\":[]", "\"looked_at\":[]"}) {
    EXPECT_NE(told.find(part), std::string::npos) << part << " in " << told;
  }
  EXPECT_EQ(told.find("T-2026-000003"), std::string::npos);
  EXPECT_NE(encode(whole).payload.find("T-2026-000003"), std::string::npos);
}

TEST(EventCodec, OnlyOlderVersionsAreRaised) {
  auto const members = parse_json(R"({"phone":"1"})");
  EXPECT_EQ(upcast("report_received", 2, *members).text(), R"({"phone":"1"})");
  EXPECT_EQ(upcast("report_received", 1, *members).text(),
            R"({"caller":"1","outside_region":false})");
  EXPECT_EQ(upcast("note_added", 1, *members).text(), R"({"phone":"1"})");
}

TEST(EventCodec, WhatThisProgramDoesNotKnowIsDataLoss) {
  for (auto const& event : tests::filled_ones<Event>()) {
    EncodedEvent const encoded = encode(event);
    for (int const version : {encoded.version + 1, encoded.version + 1'000, 0, -1}) {
      auto const decoded = decode(encoded.type, version, encoded.payload);
      ASSERT_FALSE(decoded);
      EXPECT_EQ(decoded.error().code, ErrorCode::DataLoss);
      EXPECT_NE(decoded.error().message.find("newer program"), std::string::npos);
    }
  }
  EXPECT_EQ(decode("meteor_struck", 1, "{}").error().code, ErrorCode::DataLoss);
  EXPECT_EQ(decode("", 1, "{}").error().code, ErrorCode::DataLoss);
  for (auto const* payload :
       {"", "[]", "null", "7", "{", R"({"incident":"X-1"})", R"({"incident":7})", R"({"text":7})",
        R"({"means":"telepathy"})", R"({"occurred_at":"noon"})"}) {
    auto const decoded = decode("note_added", 1, payload);
    ASSERT_FALSE(decoded) << payload;
    EXPECT_EQ(decoded.error().code, ErrorCode::DataLoss) << payload;
  }
}

TEST(EventCodec, AnOldEventThatIsNoObjectIsDataLossToo) {
  for (auto const* payload : {"[]", "null", "7", "\"x\""}) {
    auto const decoded = decode("report_received", 1, payload);
    ASSERT_FALSE(decoded) << payload;
    EXPECT_EQ(decoded.error().code, ErrorCode::DataLoss);
  }
}

TEST(EventCodec, AMemberThatALaterProgramAddedIsPassedOver) {
  auto const decoded =
      decode("note_added", 1, R"({"incident":"I-2026-000001","text":"x","mood":"calm"})");
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(std::get<domain::NoteAdded>(*decoded).text, "x");
}

TEST(EventCodec, TheTextOfACommandTellsCommandsApart) {
  std::set<std::string> texts;
  for (auto const& commands :
       {tests::plain_ones<domain::Command>(), tests::filled_ones<domain::Command>()}) {
    for (auto const& command : commands) {
      std::string const text = command_text(command);
      EXPECT_EQ(text, command_text(command));
      EXPECT_TRUE(text.starts_with(std::string{name_of(command)} + " {"));
      texts.insert(text);
    }
  }
  // Tick has no members; every other command differs when its members do.
  EXPECT_EQ(texts.size(), 2 * std::variant_size_v<domain::Command> - 1);
}

}  // namespace
}  // namespace fenghuo::messaging
