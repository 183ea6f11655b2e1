// Reading and writing by the `fields` descriptions: strict for strangers, lenient for the journal.
#include "messaging/codec/fields_json.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "core/base/time_text.h"
#include "core/domain/event.h"
#include "tests/messaging/filled.h"

namespace fenghuo::messaging {
namespace {

template <class T>
std::vector<FieldError> errors_of(std::string_view text, T& out, bool strict = true) {
  auto const json = parse_json(text);
  EXPECT_TRUE(json) << text;
  ReadContext context{.style = {.strict = strict}, .errors = {}, .path = {}};
  from_json(*json, out, context);
  EXPECT_EQ(context.path, "");
  return context.errors;
}

/// Pointers of what is wrong, in order, joined by spaces.
template <class T>
std::string wrong(std::string_view text, bool strict = true) {
  T out;
  std::string pointers;
  for (auto const& error : errors_of(text, out, strict)) {
    pointers += pointers.empty() ? "" : " ";
    pointers += error.pointer.empty() ? "(root)" : error.pointer;
  }
  return pointers;
}

TEST(FieldsJson, UnknownMembersAreToldByTheirPointers) {
  EXPECT_EQ(wrong<domain::AddNote>(R"({"incident":"I-2026-000001","text":"x"})"), "");
  EXPECT_EQ(wrong<domain::AddNote>(R"({"txt":"x","a/b~c":1})"), "/txt /a~1b~0c");
  EXPECT_EQ(wrong<domain::AddNote>(R"({"txt":"x"})", false), "");
  EXPECT_EQ(wrong<domain::OpenIncident>(R"({"needs":[{"capability":"pump"},{"capabilty":"x"}]})"),
            "/needs/1/capabilty");
  EXPECT_EQ(wrong<domain::OpenIncident>(R"({"casualties":{"dead":1,"ded":2}})"), "/casualties/ded");
}

TEST(FieldsJson, WrongTypesAreAllToldAtOnce) {
  EXPECT_EQ(
      wrong<domain::OpenIncident>(
          R"({"kind":7,"severity":"V","location":[1,2],"needs":{},"casualties":[],"parent":"R-2026-000001",)"
          R"("report":7,"occurred_at":"2026-01-02"})"),
      "/kind /severity /location /needs /casualties /parent /report /occurred_at");
  for (auto const* text : {"[]", "null", "7", "\"x\"", "true"}) {
    EXPECT_EQ(wrong<domain::AddNote>(text), "(root)") << text;
    EXPECT_EQ(wrong<domain::AddNote>(text, false), "(root)") << text;
  }
  EXPECT_EQ(wrong<domain::RegisterTeam>(R"({"members":2.5})"), "/members");
  EXPECT_EQ(wrong<domain::RegisterTeam>(R"({"members":"2"})"), "/members");
  EXPECT_EQ(wrong<domain::RegisterTeam>(R"({"turnout_s":"90"})"), "/turnout_s");
  EXPECT_EQ(wrong<domain::RegisterTeam>(R"({"turnout":90})"), "/turnout");
  EXPECT_EQ(wrong<domain::SetAccountDisabled>(R"({"account":"a","disabled":1})"), "/disabled");
}

TEST(FieldsJson, NullMeansNotSaid) {
  domain::OpenIncident command;
  EXPECT_TRUE(
      errors_of(R"({"kind":null,"severity":null,"needs":null,"parent":null})", command).empty());
  EXPECT_FALSE(command.facts.severity);
}

TEST(FieldsJson, LimitsAreExact) {
  auto const named = [](std::string const& member, std::size_t size) {
    return "{\"" + member + "\":\"" + std::string(size, 'x') + "\"}";
  };
  EXPECT_EQ(wrong<domain::ReceiveReport>(named("text", domain::kMaxText)), "");
  EXPECT_EQ(wrong<domain::ReceiveReport>(named("text", domain::kMaxText + 1)), "/text");
  EXPECT_EQ(wrong<domain::ReceiveReport>(named("kind", domain::kMaxName)), "");
  EXPECT_EQ(wrong<domain::ReceiveReport>(named("kind", domain::kMaxName + 1)), "/kind");
  EXPECT_EQ(wrong<domain::ReceiveReport>(named("kind", domain::kMaxName + 1), false), "");
  EXPECT_EQ(wrong<domain::RegisterTeam>(R"({"members":1000000})"), "");
  EXPECT_EQ(wrong<domain::RegisterTeam>(R"({"members":1000001})"), "/members");
  EXPECT_EQ(wrong<domain::RegisterTeam>(R"({"members":-1000001})"), "/members");
  auto const list = [](std::size_t size) {
    std::string text = R"({"capabilities":[)";
    for (std::size_t i = 0; i < size; ++i) {
      text += i == 0 ? R"({"capability":"a"})" : R"(,{"capability":"a"})";
    }
    return text + "]}";
  };
  EXPECT_EQ(wrong<domain::RegisterTeam>(list(domain::kMaxList)), "");
  EXPECT_EQ(wrong<domain::RegisterTeam>(list(domain::kMaxList + 1)), "/capabilities");
  auto const line = [](std::size_t size) {
    std::string text = R"({"geometry":{"type":"LineString","coordinates":[)";
    for (std::size_t i = 0; i < size; ++i) {
      text += i == 0 ? "[1,2]" : ",[1,2]";
    }
    return text + "]}}";
  };
  EXPECT_EQ(wrong<domain::CloseRoad>(line(domain::kMaxPoints)), "");
  EXPECT_EQ(wrong<domain::CloseRoad>(line(domain::kMaxPoints + 1)), "/geometry/coordinates");
  EXPECT_EQ(wrong<domain::CloseRoad>(line(1)), "/geometry/coordinates");
}

TEST(FieldsJson, ControlCharactersAreNoTextButLineBreaksAre) {
  EXPECT_EQ(wrong<domain::AddNote>(R"({"text":"a\nb\tc\r\n"})"), "");
  for (int c = 0; c < 0x20; ++c) {
    char text[32];
    std::snprintf(text, sizeof text, R"({"text":"a\u%04xb"})", static_cast<unsigned>(c));
    bool const allowed = c == '\n' || c == '\t' || c == '\r';
    EXPECT_EQ(wrong<domain::AddNote>(text), allowed ? "" : "/text") << c;
    EXPECT_EQ(wrong<domain::AddNote>(text, false), "") << c;
  }
}

TEST(FieldsJson, SwappedCoordinatesAreGuessed) {
  domain::ReceiveReport report;
  auto errors = errors_of(R"({"location":{"type":"Point","coordinates":[30.5,114.3]}})", report);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors.front().pointer, "/location/coordinates");
  EXPECT_NE(errors.front().message.find("swapped"), std::string::npos);
  errors = errors_of(R"({"location":{"type":"Point","coordinates":[200,30]}})", report);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors.front().message.find("swapped"), std::string::npos);
  EXPECT_TRUE(errors_of(R"({"location":{"type":"Point","coordinates":[114.3,30.5,120.0]}})", report)
                  .empty());
  EXPECT_EQ(report.location->point, (GeoPoint{305'000'000, 1'143'000'000}));
  for (auto const* coordinates : {"[]", "[1]", "[1,2,3,4]", "{}", "[\"1\",\"2\"]", "[[1,2]]",
                                  "[181,0]", "[0,90.00001]", "null"}) {
    EXPECT_EQ(
        wrong<domain::ReceiveReport>(std::string{R"({"location":{"type":"Point","coordinates":)"} +
                                     coordinates + "}}"),
        "/location/coordinates")
        << coordinates;
  }
}

TEST(FieldsJson, SevenDigitsOfADegreeAreExact) {
  for (std::int32_t const value : {0, 1, -1, 899'999'999, -900'000'000, 123'456'789}) {
    GeoPoint const point{value, value * 2};
    GeoPoint again;
    EXPECT_TRUE(errors_of(to_json(point, {}).text(), again).empty());
    EXPECT_EQ(again, point);
  }
  EXPECT_EQ(to_json(GeoPoint{-1, 1'063'000'000}, {}).text(),
            R"({"type":"Point","coordinates":[106.3,-0.0000001]})");
}

TEST(FieldsJson, AnotherDatumIsKeptForTheEdgeThatKnowsIt) {
  domain::ReceiveReport report;
  EXPECT_TRUE(
      errors_of(
          R"({"location":{"type":"Point","coordinates":[114.3,30.5],"crs":"gcj02","accuracy_m":15}})",
          report)
          .empty());
  EXPECT_EQ(report.location->crs, "gcj02");
  EXPECT_EQ(report.location->point, (GeoPoint{305'000'000, 1'143'000'000}));
  EXPECT_FALSE(report.location->given);
  EXPECT_EQ(report.location->accuracy_m, 15);
  // Of strangers "given" is unknown; the journal has it.
  constexpr std::string_view kStored =
      R"({"location":{"type":"Point","coordinates":[114.3,30.5],"crs":"gcj02","given":[114.305,30.498]}})";
  EXPECT_EQ(wrong<domain::ReceiveReport>(kStored), "/location/given");
  EXPECT_TRUE(errors_of(kStored, report, false).empty());
  EXPECT_EQ(*report.location->given, (GeoPoint{304'980'000, 1'143'050'000}));
  EXPECT_TRUE(
      errors_of(R"({"location":{"type":"Point","coordinates":[114.3,30.5]}})", report).empty());
  EXPECT_EQ(report.location->crs, "wgs84");
  EXPECT_EQ(
      wrong<domain::ReceiveReport>(R"({"location":{"type":"Point","coordinates":[1,2],"crs":7}})"),
      "/location/crs");
}

TEST(FieldsJson, GeometryOfStrangersIsWhole) {
  auto const judged = [](std::string const& geometry) {
    return wrong<domain::CloseRoad>(R"({"geometry":)" + geometry + "}");
  };
  EXPECT_EQ(judged(R"({"type":"Point","coordinates":[1,2]})"), "");
  EXPECT_EQ(judged(R"({"type":"LineString","coordinates":[[1,2],[3,4]]})"), "");
  EXPECT_EQ(judged(R"({"type":"Polygon","coordinates":[[[1,2],[3,4],[5,6],[1,2]]]})"), "");
  EXPECT_EQ(judged(R"({"type":"Polygon","coordinates":[[[1,2],[3,4]]]})"), "/geometry/coordinates");
  EXPECT_EQ(judged(R"({"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]})"),
            "");
  EXPECT_EQ(judged(R"({"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6]]]})"),
            "/geometry/coordinates");
  EXPECT_EQ(judged(R"({"type":"MultiLineString","coordinates":[]})"), "/geometry/coordinates");
  EXPECT_EQ(judged(R"({"type":"MultiLineString","coordinates":[[1,2],[3,4]]})"),
            "/geometry/coordinates");
  EXPECT_EQ(judged(R"({"type":"Polygon","coordinates":[[[1,2],[3,4],[1,2]]]})"),
            "/geometry/coordinates");
  EXPECT_EQ(judged(R"({"type":"Polygon","coordinates":[]})"), "/geometry/coordinates");
  EXPECT_EQ(judged(R"({"type":"Circle","coordinates":[1,2]})"), "/geometry/coordinates");
  EXPECT_EQ(judged(R"({"type":"Point"})"), "/geometry");
  EXPECT_EQ(judged(R"({"type":"Point","coordinates":[1,2],"crs":"gcj02"})"), "/geometry/crs");
  EXPECT_EQ(judged(R"([])"), "/geometry");
  EXPECT_EQ(judged(R"(7)"), "/geometry");
  domain::CloseRoad closed;
  EXPECT_TRUE(
      errors_of(R"({"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,6],[1,2]]]}})",
                closed)
          .empty());
  EXPECT_TRUE(closed.facts.geometry.is_area);
  EXPECT_EQ(closed.facts.geometry.points.size(), 4U);
  // Nobody has to say the first point again.
  domain::CloseRoad open;
  EXPECT_TRUE(
      errors_of(R"({"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,6]]]}})", open)
          .empty());
  EXPECT_EQ(open.facts.geometry, closed.facts.geometry);
}

TEST(FieldsJson, TimesDurationsAndDistancesAreExact) {
  EXPECT_EQ(to_json(microseconds(1), {}).text(), "0.000001");
  EXPECT_EQ(to_json(microseconds(-1'500'000), {}).text(), "-1.5");
  EXPECT_EQ(to_json(seconds(100), {}).text(), "100");
  EXPECT_EQ(to_json(Distance{-7}, {}).text(), "-0.07");
  EXPECT_EQ(to_json(*parse_rfc3339("2026-07-01T02:07:00.000001Z"),
                    {.zone_minutes = 480, .complete = false})
                .text(),
            R"("2026-07-01T10:07:00.000001+08:00")");
  for (std::int64_t const us :
       {0L, 1L, 999'999L, 1'000'000L, 123'456'789'012L, 999'999'999'999'999L}) {
    Duration again;
    EXPECT_TRUE(errors_of(to_json(microseconds(us), {}).text(), again).empty());
    EXPECT_EQ(again.us, us);
    EXPECT_TRUE(errors_of(to_json(microseconds(-us), {}).text(), again, false).empty());
    EXPECT_EQ(again.us, -us);
  }
  EXPECT_EQ(wrong<Duration>("-1"), "(root)");
  EXPECT_EQ(wrong<Duration>("1e10"), "(root)");
  EXPECT_EQ(wrong<Distance>("-0.01"), "(root)");
  EXPECT_EQ(wrong<Time>(R"("2026-07-01T02:07:00")"), "(root)");  // no offset
}

TEST(FieldsJson, EveryCommandReadsWhatIsWritten) {
  for (auto const& command : tests::filled_ones<domain::Command>()) {
    std::visit(
        [](auto const& filled) {
          std::string const text = to_json(filled, {}).text();
          std::decay_t<decltype(filled)> again;
          EXPECT_TRUE(errors_of(text, again, false).empty()) << text;
          EXPECT_EQ(to_json(again, {}).text(), text);
        },
        command);
  }
}

TEST(FieldsJson, CompleteStyleWritesEmptyMembersToo) {
  domain::AddNote const note;
  EXPECT_EQ(
      to_json(note, {.zone_minutes = 0, .complete = true}).text(),
      R"({"incident":"I-0000-000000","text":"","means":"system","said_by":"","occurred_at":null})");
  EXPECT_EQ(to_json(note, {}).text(), R"({"incident":"I-0000-000000","means":"system"})");
}

}  // namespace
}  // namespace fenghuo::messaging
