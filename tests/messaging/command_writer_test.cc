// The way of a command through a journal that fails at its n-th write, for every n of a run and every way to
// fail.
#include "messaging/command_loop/command_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

#include "core/base/random.h"
#include "core/base/time_text.h"
#include "core/domain/invariants.h"
#include "core/domain/state_text.h"
#include "messaging/journal/memory_journal.h"
#include "messaging/journal/snapshots.h"
#include "tests/core/kernel_run.h"
#include "tests/core/random_commands.h"
#include "tests/core/text_commands.h"
#include "tests/messaging/fault_journal.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo::messaging {
namespace {

using tests::Fault;
using tests::FaultJournal;

Time at(std::string_view text) { return *parse_rfc3339(text); }

Request request(std::string id, domain::Command command) {
  Request out;
  out.envelope.id = std::move(id);
  out.envelope.actor = {"tester", "dispatcher"};
  out.envelope.command = std::move(command);
  out.hash.fill(static_cast<std::uint8_t>(out.envelope.id.size()));
  return out;
}
Request request(std::string id, std::string_view line) {
  auto command = tests::read_command(line);
  EXPECT_TRUE(command) << line;
  return request(std::move(id), std::move(command).value());
}

/// One process: a writer on a store that may have been there before.
struct Process {
  std::shared_ptr<Journal> store;
  FaultJournal journal;
  CommittedState committed;
  EventBus bus;
  std::vector<std::string> failures;
  CommandWriter writer;
  std::vector<Sequence> published;
  bool seen_too_early = false;

  explicit Process(std::shared_ptr<Journal> on, Fault fault = Fault::None, int n = 0)
      : store{std::move(on)},
        journal{store, fault, n},
        committed{std::move(replay(*store, nullptr)).value()},
        bus{journal},
        writer{journal, committed, bus,
               [this](std::string const& why) { failures.push_back(why); }} {
    bus.listen([this](auto events) {
      seen_too_early = seen_too_early || events.empty();
      for (auto const& event : events) {
        auto const stored = store->read(event.sequence - 1, 1);
        seen_too_early = seen_too_early || !stored || stored->empty() ||
                         stored->front().command_id != event.command_id;
        published.push_back(event.sequence);
      }
    });
  }
  Sequence committed_sequence() const {
    return committed.read([](auto const& s) { return s.sequence; });
  }
  std::string text() const {
    return committed.read([](auto const& s) { return domain::state_text(s); });
  }
  Outcome one(Request r, Time now = at("2026-03-01T08:00:00+08:00")) {
    return writer.process({&r, 1}, now).front();
  }
};

std::shared_ptr<Journal> memory() { return std::move(MemoryJournal::make()).value(); }

std::string event_texts(std::vector<kernel::RecordedEvent> const& events) {
  std::string out;
  for (auto const& e : events) {
    out += std::to_string(e.sequence) + " " + std::to_string(e.recorded_at.us) + " " +
           std::to_string(e.occurred_at.us) + " " + e.command_id + " " + std::to_string(e.index) +
           " " + e.actor.name + " " + tests::event_text(e.event) + "\n";
  }
  return out;
}

std::string outcome_text(Outcome const& outcome) {
  if (auto const* carried = std::get_if<Carried>(&outcome)) {
    return event_texts(carried->events);
  }
  if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
    return std::string{name_of(refusal->rejection)};
  }
  return std::holds_alternative<IdReused>(outcome) ? "id reused" : "error";
}

/// Commands as they might come, in groups that reach the writer together.
struct Group {
  std::vector<Request> requests;
  Time now;
};
std::vector<Group> const& day() {
  static std::vector<Group> const groups = [] {
    Random random{tests::seed_of_run(21)};
    tests::KernelRun run;
    std::vector<Group> out;
    Time now = at("2026-12-31T23:50:00+08:00");
    domain::Command command = domain::FoundCenter{};
    bool alone = false;
    for (int i = 0; i < 300; ++i) {
      // A refused command is not remembered: asked again after its group was found stored, it would be
      // decided anew, by a later state. So it comes alone.
      bool const refused = !run.give(now, command).accepted();
      Request next = request("c" + std::to_string(i), command);
      if (i < 2 || refused || alone || random.chance(500)) {
        out.push_back({{}, now});
      }
      alone = refused;
      out.back().requests.push_back(std::move(next));
      now = now + seconds(random.between(0, 60));
      command = tests::random_command(random, run.state(), now);
    }
    return out;
  }();
  return groups;
}

/// Gives a group until each of its requests has an answer that is no error; the answers by command id.
void carry_out(Process& process, Group const& group, std::map<std::string, std::string>& answers) {
  for (auto const& request : group.requests) {
    answers[request.envelope.id] = "error";
  }
  for (int tries = 0; tries < 5 && process.failures.empty(); ++tries) {
    std::vector<Request> open;
    for (auto const& request : group.requests) {
      if (answers[request.envelope.id] == "error") {
        open.push_back(request);
      }
    }
    if (open.empty()) {
      return;
    }
    Sequence const before = process.committed_sequence();
    std::string const text = process.text();
    auto const outcomes = process.writer.process(open, group.now);
    ASSERT_EQ(outcomes.size(), open.size());
    for (std::size_t i = 0; i < open.size(); ++i) {
      answers[open[i].envelope.id] = outcome_text(outcomes[i]);
    }
    if (std::holds_alternative<Error>(outcomes.front())) {
      // All or nothing, and nobody outside noticed; unless what was in doubt has just been adopted.
      for (auto const& outcome : outcomes) {
        ASSERT_TRUE(std::holds_alternative<Error>(outcome));
        ASSERT_EQ(std::get<Error>(outcome).code, ErrorCode::Unavailable);
      }
      ASSERT_EQ(process.committed_sequence(), before);
      ASSERT_EQ(process.text(), text);
    }
    ASSERT_EQ(domain::state_text(process.writer.working()), process.text());
  }
}

struct Day {
  std::string text, rows;
  std::map<std::string, std::string> answers;
  int writes = 0;
};

Day undisturbed() {
  Day out;
  Process process{memory()};
  for (auto const& group : day()) {
    carry_out(process, group, out.answers);
  }
  out.text = process.text();
  out.rows = tests::rows_text(tests::all_rows(*process.store));
  out.writes = process.journal.writes();
  return out;
}

class FailingAt : public testing::TestWithParam<Fault> {};

TEST_P(FailingAt, EveryWriteOfADay) {
  static Day const expected = undisturbed();
  ASSERT_GT(expected.writes, 20);
  for (int n = 1; n <= expected.writes; ++n) {
    SCOPED_TRACE(n);
    auto const store = memory();
    auto process = std::make_unique<Process>(store, GetParam(), n);
    std::map<std::string, std::string> answers;
    std::vector<Sequence> published;
    int restarts = 0;
    for (auto const& group : day()) {
      carry_out(*process, group, answers);
      ASSERT_FALSE(process->seen_too_early);
      if (process->failures.empty()) {
        continue;
      }
      // The process would have ended; should it live on, it writes nothing and shows nothing more.
      Request late = group.requests.front();
      late.envelope.id = "late";
      ASSERT_TRUE(std::holds_alternative<Error>(process->one(late)));
      ASSERT_EQ(process->failures.size(), 1U);
      published.insert(published.end(), process->published.begin(), process->published.end());
      Sequence const shown = process->committed_sequence();
      process = std::make_unique<Process>(store);
      // What the restart finds beyond that was stored but not shown; durable readers get it from the journal.
      for (Sequence s = shown + 1; s <= process->committed_sequence(); ++s) {
        published.push_back(s);
      }
      ++restarts;
      carry_out(*process, group, answers);
    }
    published.insert(published.end(), process->published.begin(), process->published.end());
    bool const ends =
        GetParam() == Fault::SyncFailedWritten || GetParam() == Fault::SyncFailedNotWritten;
    ASSERT_EQ(restarts, ends ? 1 : 0);
    ASSERT_EQ(process->text(), expected.text);
    ASSERT_EQ(tests::rows_text(tests::all_rows(*store)), expected.rows);
    ASSERT_EQ(answers, expected.answers);
    ASSERT_EQ(tests::broken_in(*store), "");
    for (std::size_t i = 0; i < published.size(); ++i) {
      ASSERT_EQ(published[i], static_cast<Sequence>(i) + 1);
    }
    ASSERT_EQ(static_cast<Sequence>(published.size()), process->committed_sequence());
  }
}

std::string name_of_fault(testing::TestParamInfo<Fault> const& info) {
  constexpr std::array kNames{
      "None",         "NotWritten",      "UnknownWritten",    "UnknownNotWritten",
      "DoubtWritten", "DoubtNotWritten", "SyncFailedWritten", "SyncFailedNotWritten"};
  return kNames[static_cast<std::size_t>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(, FailingAt,
                         testing::Values(Fault::NotWritten, Fault::UnknownWritten,
                                         Fault::UnknownNotWritten, Fault::DoubtWritten,
                                         Fault::DoubtNotWritten, Fault::SyncFailedWritten,
                                         Fault::SyncFailedNotWritten),
                         name_of_fault);

TEST(CommandWriter, ARepeatGetsTheFirstAnswerAlsoAfterARestart) {
  auto const store = memory();
  std::string first;
  {
    Process process{store};
    process.one(request("found", "found_center jurisdiction=烽原县"));
    auto const outcome = process.one(request("r1", "receive_report text=起火"));
    first = outcome_text(outcome);
    EXPECT_FALSE(std::get<Carried>(outcome).replayed);
    auto const again = process.one(request("r1", "receive_report text=起火"));
    EXPECT_EQ(outcome_text(again), first);
    EXPECT_TRUE(std::get<Carried>(again).replayed);
    EXPECT_EQ(process.writer.figures().replayed, 1U);
  }
  Process process{store};
  EXPECT_EQ(outcome_text(process.one(request("r1", "receive_report text=起火"))), first);
  EXPECT_EQ(process.committed_sequence(), 2);
  EXPECT_TRUE(process.published.empty());
}

TEST(CommandWriter, AnIdWithAnotherRequestIsToldApart) {
  Process process{memory()};
  process.one(request("found", "found_center jurisdiction=烽原县"));
  process.one(request("r1", "receive_report text=起火"));
  Request other = request("r1", "receive_report text=水灾");
  other.hash.fill(0xEE);
  EXPECT_TRUE(std::holds_alternative<IdReused>(process.one(other)));
  EXPECT_EQ(process.committed_sequence(), 2);
  // Both in one group, in either order: each gets the answer it would get alone.
  for (bool const wrong_first : {true, false}) {
    Request right = request("r1", "receive_report text=起火");
    std::vector<Request> both = wrong_first ? std::vector{other, right} : std::vector{right, other};
    auto const outcomes = process.writer.process(both, {});
    EXPECT_TRUE(std::holds_alternative<IdReused>(outcomes[wrong_first ? 0 : 1]));
    ASSERT_TRUE(std::holds_alternative<Carried>(outcomes[wrong_first ? 1 : 0]));
    EXPECT_TRUE(std::get<Carried>(outcomes[wrong_first ? 1 : 0]).replayed);
  }
}

TEST(CommandWriter, TheSameIdInOneGroupIsCarriedOutOnce) {
  Process process{memory()};
  process.one(request("found", "found_center jurisdiction=烽原县"));
  Request other = request("r1", "receive_report text=水灾");
  other.hash.fill(0xEE);
  std::vector<Request> group{request("r1", "receive_report text=起火"),
                             request("r1", "receive_report text=起火"), other,
                             request("r2", "receive_report text=起火")};
  auto const outcomes = process.writer.process(group, at("2026-03-01T08:00:00+08:00"));
  EXPECT_EQ(process.committed_sequence(), 3);
  EXPECT_FALSE(std::get<Carried>(outcomes[0]).replayed);
  EXPECT_TRUE(std::get<Carried>(outcomes[1]).replayed);
  EXPECT_EQ(outcome_text(outcomes[0]), outcome_text(outcomes[1]));
  EXPECT_TRUE(std::holds_alternative<IdReused>(outcomes[2]));
  EXPECT_EQ(std::get<Carried>(outcomes[3]).events.front().sequence, 3);
}

TEST(CommandWriter, ARefusedIdIsFreeAgain) {
  Process process{memory()};
  EXPECT_EQ(outcome_text(process.one(request("x", "receive_report text=起火"))), "not_founded");
  std::vector<Request> group{request("y", "receive_report text=起火"),
                             request("found", "found_center jurisdiction=烽原县"),
                             request("y", "receive_report text=起火")};
  auto const outcomes = process.writer.process(group, {});
  EXPECT_EQ(outcome_text(outcomes[0]), "not_founded");
  EXPECT_TRUE(std::holds_alternative<Carried>(outcomes[2]));
  EXPECT_FALSE(std::get<Carried>(outcomes[2]).replayed);
  EXPECT_TRUE(
      std::holds_alternative<Carried>(process.one(request("x", "receive_report text=起火"))));
  EXPECT_EQ(process.writer.figures().refused, 2U);
}

TEST(CommandWriter, CommandsOfAGroupSeeWhatWentBefore) {
  Process process{memory()};
  std::vector<Request> group{
      request("1", "found_center jurisdiction=烽原县"), request("2", "register_team name=甲队"),
      request("3", "open_incident kind=fire title=起火"),
      request("4", "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]"),
      request("5", "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]")};
  auto const outcomes = process.writer.process(group, at("2026-03-01T08:00:00+08:00"));
  EXPECT_TRUE(std::holds_alternative<Carried>(outcomes[3]));
  EXPECT_EQ(outcome_text(outcomes[4]), "team_on_order");
  EXPECT_EQ(process.journal.writes(), 1);
  EXPECT_EQ(process.writer.figures().batches, 1U);
  EXPECT_EQ(*process.writer.next_deadline(), at("2026-03-01T08:02:00+08:00"));
}

TEST(CommandWriter, TheTimeOfTheJournalNeverGoesBack) {
  Process process{memory()};
  process.one(request("1", "found_center jurisdiction=烽原县"), at("2026-03-01T08:00:00+08:00"));
  process.one(request("2", "receive_report text=a"), at("2026-03-01T07:00:00+08:00"));
  process.one(request("3", "receive_report text=b"), at("2026-03-01T09:00:00+08:00"));
  std::vector<std::int64_t> times;
  for (auto const& row : tests::all_rows(*process.store)) {
    times.push_back(row.recorded_at.us);
  }
  EXPECT_EQ(times,
            (std::vector{at("2026-03-01T08:00:00+08:00").us, at("2026-03-01T08:00:00+08:00").us,
                         at("2026-03-01T09:00:00+08:00").us}));
}

TEST(CommandWriter, WhenAnotherWriterWentOnItEnds) {
  auto const store = memory();
  Process process{store, Fault::UnknownNotWritten, 2};
  process.one(request("1", "found_center jurisdiction=烽原县"));
  process.journal.before_write = [&] {
    process.journal.before_write = nullptr;
    std::vector<JournalRow> rows{tests::note_row(2, "foreign"), tests::note_row(3, "foreign", 1)};
    EXPECT_EQ(store->append(rows).outcome, AppendOutcome::Written);
  };
  EXPECT_TRUE(std::holds_alternative<Error>(process.one(request("2", "receive_report text=a"))));
  ASSERT_EQ(process.failures.size(), 1U);
  EXPECT_NE(process.failures.front().find("another writer"), std::string::npos);
  EXPECT_EQ(process.published.size(), 1U);
}

TEST(CommandWriter, WhatIsAdoptedIsShownOnceAndARowThatCannotBeReadEndsIt) {
  auto const store = memory();
  Process process{store, Fault::DoubtNotWritten, 2};
  process.one(request("1", "found_center jurisdiction=烽原县"));
  EXPECT_TRUE(std::holds_alternative<Error>(process.one(request("2", "receive_report text=a"))));
  auto row = tests::note_row(2, "foreign");
  row.type = "meteor_struck";
  std::vector<JournalRow> rows{row};
  EXPECT_EQ(store->append(rows).outcome, AppendOutcome::Written);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(std::holds_alternative<Error>(process.one(request("3", "receive_report text=a"))));
  }
  ASSERT_EQ(process.failures.size(), 1U);
  EXPECT_NE(process.failures.front().find("meteor_struck"), std::string::npos);
  EXPECT_EQ(process.committed_sequence(), 1);
}

}  // namespace
}  // namespace fenghuo::messaging
