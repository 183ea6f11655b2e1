#include "tests/core/text_commands.h"

#include <gtest/gtest.h>

namespace fenghuo::tests {

namespace {

std::string error_of(std::string_view line) {
  auto const command = read_command(line);
  return command ? "" : command.error().message;
}

TEST(TextCommands, ReadsEveryShapeAndWritesItBack) {
  for (std::string const line : {
           "found_center jurisdiction=烽原县 zone_minutes=480 acknowledge_order_within=120s "
           "acknowledge_request_within=1500ms",
           "receive_report channel=119 text=\"厂房起火，有人被困\\n\\\"快来\\\" a\\\\b\" "
           "location={point=30.1234567/-114.0000001 crs=gcj02 given=30.1200000/114.0050000 "
           "accuracy_m=50} outside_region=no",
           "close_road name=Cuihe geometry={is_area=no points=[30.0000000/114.0000000,"
           "30.0000000/114.1000000]} profiles=[heavy,light] until=2026-03-01T08:00:00.25Z "
           "speed_permille=0 means=phone",
           "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001 "
           "instruction=\"a, b} [c\" estimate={eta=90s basis=road_network metric_as_of=3 "
           "assumed_permille=10}}] acknowledge_within=7us",
           "update_incident incident=I-2026-000001 title=\"\" severity=II means=system",
           "tick",
       }) {
    auto const command = read_command(line);
    ASSERT_TRUE(command) << line << ": " << command.error().message;
    EXPECT_EQ(command_text(*command), line);
  }
}

TEST(TextCommands, ReadsWhatWasSaidAndLeavesTheRestAsItWas) {
  auto const command =
      read_command("set_order_status  order=O-2026-000007 status=on_scene said_by=\"李 强\"");
  ASSERT_TRUE(command);
  auto const& read = std::get<domain::SetOrderStatus>(*command);
  EXPECT_EQ(read.order, (OrderId{2026, 7}));
  EXPECT_EQ(read.status, domain::OrderStatus::OnScene);
  EXPECT_EQ(read.testimony.said_by, "李 强");
  EXPECT_EQ(read.testimony.means, domain::Means::System);
  EXPECT_FALSE(read.stated_arrival);
}

TEST(TextCommands, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(error_of("make_tea"), "'make_tea' is no known name");
  EXPECT_EQ(error_of("tick now=yes"), "member now is unknown");
  EXPECT_EQ(error_of("tick now"), "'now' is not name=value");
  EXPECT_EQ(error_of("close_incident outcome=x"), "member incident is missing");
  EXPECT_EQ(error_of("close_incident incident=R-2026-000001"),
            "member incident: 'R-2026-000001' is not an id with the letter I");
  EXPECT_EQ(error_of("close_incident incident=I-2026-000001 outcome=a outcome=b"),
            "member outcome is given twice");
  EXPECT_EQ(error_of("close_incident incident=I-2026-000001 outcome=\"a"),
            "a quote or bracket is not closed in 'incident=I-2026-000001 outcome=\"a'");
  EXPECT_EQ(error_of("receive_report channel=911"),
            "member channel: '911' is not one of the names");
  EXPECT_EQ(error_of("receive_report outside_region=true"),
            "member outside_region: 'true' is neither yes nor no");
  EXPECT_EQ(error_of("receive_report location={point=30/114}"),
            "member point: '30/114' is no point lat/lon");
  EXPECT_EQ(error_of("register_team turnout=90"),
            "member turnout: '90' is no duration: 90s, 1500ms or 7us");
  EXPECT_EQ(error_of("register_team capabilities=pump"),
            "member capabilities: 'pump' is no list [a,b]");
  EXPECT_EQ(error_of("register_team capabilities=[{capability=pump quantity=2.5}]"),
            "member quantity: '2.5' is no whole number");
  EXPECT_EQ(error_of("close_road until=2026-02-30T00:00:00Z"),
            "member until: '2026-02-30T00:00:00Z' is not a time of RFC 3339");
}

TEST(TextCommands, ReadsEventsToo) {
  auto const event = read_event("closure_began closure=C-2026-000001");
  ASSERT_TRUE(event);
  EXPECT_EQ(event_text(*event), "closure_began closure=C-2026-000001");
}

}  // namespace

}  // namespace fenghuo::tests
