// The kernel's own promises: a journal is applied in order or not at all, and what somebody said of the time of
// a fact is found in its event.
#include "core/kernel/kernel.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/time_text.h"
#include "core/domain/state_text.h"
#include "tests/core/kernel_run.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

namespace {

Time at(std::string const& time_of_day) {
  return *parse_rfc3339("2026-03-01T" + time_of_day + "Z");
}

kernel::RecordedEvent recorded(Sequence sequence, Time time, std::string const& line) {
  return {sequence, time, time, "c", 0, {}, read_event(line).value()};
}

TEST(KernelDeathTest, AJournalIsAppliedInOrderWithoutGaps) {
  domain::State state;
  kernel::apply(state, recorded(1, at("08:00:00"), "center_founded jurisdiction=A"));
  auto const next = "closure_began closure=C-2026-000001";
  EXPECT_DEATH(kernel::apply(state, recorded(1, at("08:00:00"), next)), "in order without gaps");
  EXPECT_DEATH(kernel::apply(state, recorded(3, at("08:00:00"), next)), "in order without gaps");
  EXPECT_DEATH(kernel::apply(state, recorded(2, at("07:59:59"), next)), "time never goes back");
  EXPECT_DEATH(
      kernel::apply(state, recorded(2, at("08:00:00"), "note_added incident=I-2026-000001")),
      "an event names an object that exists");
}

TEST(Kernel, DecidingChangesNothing) {
  KernelRun run;
  run.give(at("08:00:00"), "found_center jurisdiction=A");
  std::string const before = domain::state_text(run.state());
  kernel::CommandEnvelope const envelope{
      "c", {}, at("08:00:00"), std::nullopt, read_command("open_incident title=x").value()};
  auto const first = kernel::decide(run.state(), envelope);
  auto const second = kernel::decide(run.state(), envelope);
  EXPECT_EQ(domain::state_text(run.state()), before);
  EXPECT_EQ(event_text(std::get<0>(first.outcome).at(0)),
            event_text(std::get<0>(second.outcome).at(0)));
}

TEST(Kernel, TheNextDeadlineIsTheEarliest) {
  KernelRun run;
  run.give(at("08:00:00"), "found_center jurisdiction=A");
  EXPECT_EQ(kernel::next_deadline(run.state()), std::nullopt);
  run.give(at("08:00:00"), "close_road until=2026-03-01T12:00:00Z");
  EXPECT_EQ(kernel::next_deadline(run.state()), at("12:00:00"));
  run.give(at("08:00:00"), "close_road from=2026-03-01T09:00:00Z until=2026-03-01T13:00:00Z");
  EXPECT_EQ(kernel::next_deadline(run.state()), at("09:00:00"));
  run.give(at("09:00:00"), "tick");
  EXPECT_EQ(kernel::next_deadline(run.state()), at("12:00:00"));
}

TEST(Kernel, FindsTheTimeThatSomebodyStated) {
  auto const stated = [](std::string const& line) {
    auto const event = read_event(line);
    EXPECT_TRUE(event) << line;
    return kernel::stated_time(*event);
  };
  EXPECT_EQ(stated("report_received report=R-2026-000001 received_at=2026-03-01T07:00:00Z"),
            at("07:00:00"));
  EXPECT_EQ(stated("incident_opened incident=I-2026-000001 occurred_at=2026-03-01T07:00:00Z"),
            at("07:00:00"));
  for (std::string const told :
       {"incident_updated incident=I-2026-000001", "incident_status_set incident=I-2026-000001",
        "incident_closed incident=I-2026-000001", "note_added incident=I-2026-000001",
        "team_availability_set team=T-2026-000001", "order_status_set order=O-2026-000001",
        "order_cancelled order=O-2026-000001", "road_closed closure=C-2026-000001",
        "closure_lifted closure=C-2026-000001"}) {
    EXPECT_EQ(stated(told), std::nullopt) << told;
    EXPECT_EQ(stated(told + " occurred_at=2026-03-01T07:00:00Z"), at("07:00:00")) << told;
  }
  for (std::string const silent :
       {"center_founded", "report_attached report=R-2026-000001 incident=I-2026-000001",
        "incident_merged incident=I-2026-000001 into=I-2026-000002",
        "order_issued order=O-2026-000001 incident=I-2026-000001 team=T-2026-000001",
        "acknowledgement_overdue order=O-2026-000001", "closure_began closure=C-2026-000001"}) {
    EXPECT_EQ(stated(silent), std::nullopt) << silent;
  }
}

}  // namespace

}  // namespace fenghuo::tests
