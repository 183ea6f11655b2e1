// The archive: what leaves the working state, when, and that nothing can be done to it any more.
#include "core/domain/archive.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/time_text.h"
#include "core/domain/invariants.h"
#include "core/domain/state.h"
#include "tests/core/kernel_run.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

namespace {

Time day(int number) { return *parse_rfc3339("2026-03-01T08:00:00Z") + hours(24 * number); }

/// I1 closed with R1 and O1; I2 merged into I1's child I3, open; R2 dismissed; C1 lifted.
KernelRun world() {
  KernelRun run;
  for (std::string const line :
       {"found_center jurisdiction=A", "register_team name=T1", "receive_report text=R1",
        "open_incident kind=fire report=R-2026-000001", "open_incident kind=fire",
        "open_incident kind=flood parent=I-2026-000001",
        "merge_incident incident=I-2026-000002 into=I-2026-000003", "receive_report text=R2",
        "dismiss_report report=R-2026-000002 reason=x",
        "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]",
        "cancel_order order=O-2026-000001 reason=x",
        "close_incident incident=I-2026-000001 outcome=x", "close_road name=A",
        "lift_closure closure=C-2026-000001 reason=x"}) {
    EXPECT_TRUE(run.give(day(0), line).accepted()) << line;
  }
  return run;
}

TEST(Archive, TakesWhatHasEndedAndLeavesTheRest) {
  KernelRun run = world();
  run.give(day(14) - Duration{1}, "tick");
  EXPECT_EQ(run.state().incidents.size(), 3U) << "not before its time";
  run.give(day(14), "tick");
  domain::State const& state = run.state();
  EXPECT_EQ(run.broken(), std::vector<std::string>{});
  ASSERT_EQ(state.incidents.size(), 1U);
  EXPECT_EQ(state.incidents.begin()->first, (IncidentId{2026, 3}));
  EXPECT_EQ(state.incidents.begin()->second->facts.parent, (IncidentId{2026, 1}))
      << "a reference stays as it is";
  EXPECT_TRUE(state.reports.empty());
  EXPECT_TRUE(state.orders.empty());
  EXPECT_TRUE(state.closures.empty());
  EXPECT_EQ(state.teams.size(), 1U);
  EXPECT_TRUE(state.deadlines.empty());
  EXPECT_TRUE(run.give(day(15), "open_incident kind=fire").accepted());
  EXPECT_NE(domain::find(state.incidents, IncidentId{2026, 4}), nullptr) << "numbers go on";
}

TEST(Archive, TakesNoCommandAndSaysWhy) {
  KernelRun run = world();
  run.give(day(14), "tick");
  for (std::string const line :
       {"update_incident incident=I-2026-000001",
        "update_incident incident=I-2026-000003 parent=I-2026-000001",
        "set_incident_status incident=I-2026-000001 status=responding reason=x",
        "close_incident incident=I-2026-000001 outcome=x",
        "merge_incident incident=I-2026-000003 into=I-2026-000001",
        "add_note incident=I-2026-000001 text=x", "open_incident kind=fire parent=I-2026-000001",
        "open_incident report=R-2026-000001",
        "attach_report report=R-2026-000002 incident=I-2026-000003",
        "detach_report report=R-2026-000001 reason=x",
        "dismiss_report report=R-2026-000001 reason=x",
        "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]",
        "set_order_status order=O-2026-000001 status=returned",
        "decline_order order=O-2026-000001 reason=x", "cancel_order order=O-2026-000001 reason=x",
        "divert_order order=O-2026-000001 to=I-2026-000003 reason=x",
        "lift_closure closure=C-2026-000001 reason=x"}) {
    EXPECT_EQ(outcome_of(run.give(day(14), line)), "archived") << line;
  }
  // What never was is still told apart.
  EXPECT_EQ(outcome_of(run.give(day(14), "add_note incident=I-2026-000099 text=x")),
            "unknown_incident");
  EXPECT_EQ(outcome_of(run.give(day(14), "add_note incident=I-2027-000001 text=x")),
            "unknown_incident");
}

TEST(Archive, AThousandAtOnceGoInBoundedSteps) {
  KernelRun run;
  run.give(day(0), "found_center jurisdiction=A");
  for (int i = 0; i < 1000; ++i) {
    run.give(day(0), "receive_report text=x");
    run.give(day(0), "dismiss_report reason=x report=" +
                         to_text(ReportId{2026, static_cast<std::uint64_t>(i) + 1}));
  }
  int ticks = 0;
  for (; !run.state().deadlines.empty(); ++ticks) {
    auto const decision = run.give(day(20), "tick");
    EXPECT_LE(std::get<0>(decision.outcome).size(), domain::kTickWork);
    ASSERT_LT(ticks, 100);
  }
  EXPECT_EQ(ticks, 16);
  EXPECT_TRUE(run.state().reports.empty());
}

}  // namespace

}  // namespace fenghuo::tests
