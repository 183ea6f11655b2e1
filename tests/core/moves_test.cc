// Every step of incidents, reports, closures and teams from every status, against tables written from the
// state machines in their headers.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/base/time_text.h"
#include "core/domain/incident.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {

namespace {

Time now() { return *parse_rfc3339("2026-03-01T08:00:00Z"); }

KernelRun founded() {
  KernelRun run;
  run.give(now(), "found_center jurisdiction=A");
  run.give(now(), "register_team name=T1");
  return run;
}

std::string give(KernelRun& run, std::string const& line) {
  return outcome_of(run.give(now(), line));
}

// Rows: from; columns: to; both reported confirmed responding contained closed.
// + goes   r goes with a reason   = already there   c it is closed
constexpr std::array<std::string_view, 5> kIncidentMoves{"= + + + r",   // reported
                                                         "r = + + r",   // confirmed
                                                         "r r = + r",   // responding
                                                         "r r r = r",   // contained
                                                         "c c r c c"};  // closed

KernelRun incident_in(std::string const& status) {
  KernelRun run = founded();
  give(run, "open_incident title=x");
  if (status != "reported") {
    give(run, "set_incident_status incident=I-2026-000001 reason=x status=" + status);
  }
  EXPECT_EQ(name_of(run.state().incidents.begin()->second->status), status);
  return run;
}

TEST(IncidentMoves, EveryStepIsAsTheRulesSay) {
  auto const& names = EnumNames<domain::IncidentStatus>::kNames;
  for (std::size_t from = 0; from < names.size(); ++from) {
    for (std::size_t to = 0; to < names.size(); ++to) {
      for (bool const reason : {false, true}) {
        KernelRun run = incident_in(std::string{names[from]});
        char const cell = kIncidentMoves[from][to * 2];
        bool const goes = cell == '+' || (cell == 'r' && reason);
        EXPECT_EQ(give(run, "set_incident_status incident=I-2026-000001 status=" +
                                std::string{names[to]} + (reason ? " reason=x" : "")),
                  goes          ? "accepted"
                  : cell == '=' ? "already_in_that_state"
                  : cell == 'c' ? "incident_closed"
                                : "reason_required")
            << names[from] << " -> " << names[to] << (reason ? " with reason" : "");
        auto const& incident = *run.state().incidents.begin()->second;
        EXPECT_EQ(name_of(incident.status), names[goes ? to : from]);
        EXPECT_EQ(incident.closed_at.has_value(), name_of(incident.status) == "closed");
        EXPECT_EQ(run.broken(), std::vector<std::string>{});
      }
    }
  }
}

TEST(IncidentMoves, TheFirstOrderMovesItToRespondingAndNoFurther) {
  for (std::string const from : {"reported", "confirmed", "responding", "contained"}) {
    KernelRun run = incident_in(from);
    ASSERT_EQ(give(run, "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]"),
              "accepted");
    EXPECT_EQ(name_of(run.state().incidents.begin()->second->status),
              from == "contained" ? "contained" : "responding");
  }
}

TEST(IncidentMoves, NoStatusClosesItWhileAnOrderIsActive) {
  KernelRun run = incident_in("confirmed");
  give(run, "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]");
  for (std::string const status :
       {"delivered", "acknowledged", "en_route", "on_scene", "working"}) {
    ASSERT_EQ(give(run, "set_order_status order=O-2026-000001 status=" + status), "accepted");
    EXPECT_EQ(give(run, "close_incident incident=I-2026-000001 outcome=x"),
              "incident_has_active_orders");
    EXPECT_EQ(give(run, "set_incident_status incident=I-2026-000001 status=closed reason=x"),
              "incident_has_active_orders");
  }
  ASSERT_EQ(give(run, "set_order_status order=O-2026-000001 status=released"), "accepted");
  EXPECT_EQ(give(run, "close_incident incident=I-2026-000001 outcome=x"), "accepted");
}

TEST(ReportMoves, EveryStepIsAsTheRulesSay) {
  struct Row {
    std::string from, attach, detach, dismiss, open_incident;
  };
  for (auto const& row :
       {Row{"open", "accepted", "report_not_attached", "accepted", "accepted"},
        Row{"attached", "report_not_open", "accepted", "report_not_open", "report_not_open"},
        Row{"dismissed", "report_not_open", "report_not_attached", "report_not_open",
            "report_not_open"}}) {
    KernelRun start = founded();
    give(start, "open_incident title=x");
    give(start, "receive_report text=x");
    if (row.from == "attached") {
      give(start, "attach_report report=R-2026-000001 incident=I-2026-000001");
    } else if (row.from == "dismissed") {
      give(start, "dismiss_report report=R-2026-000001 reason=x");
    }
    ASSERT_EQ(name_of(start.state().reports.begin()->second->status), row.from);
    auto const outcome = [&](std::string const& line) {
      KernelRun run = start;
      return give(run, line);
    };
    EXPECT_EQ(outcome("attach_report report=R-2026-000001 incident=I-2026-000001"), row.attach);
    EXPECT_EQ(outcome("detach_report report=R-2026-000001 reason=x"), row.detach);
    EXPECT_EQ(outcome("dismiss_report report=R-2026-000001 reason=x"), row.dismiss);
    EXPECT_EQ(outcome("open_incident report=R-2026-000001"), row.open_incident);
  }
}

TEST(ClosureMoves, EveryStepIsAsTheRulesSay) {
  Time const from = now() + hours(1);
  Time const until = now() + hours(2);
  auto const status = [](KernelRun const& run) {
    return std::string{name_of(run.state().closures.begin()->second->status)};
  };
  for (Time const at : {now(), from, until}) {
    KernelRun run = founded();
    run.give(now(), "close_road from=2026-03-01T09:00:00Z until=2026-03-01T10:00:00Z");
    run.give(at, "tick");
    std::string const expected = at == now() ? "scheduled" : at == from ? "active" : "expired";
    EXPECT_EQ(status(run), expected);
    bool const over = expected == "expired";
    EXPECT_EQ(outcome_of(run.give(at, "lift_closure closure=C-2026-000001 reason=x")),
              over ? "closure_ended" : "accepted");
    EXPECT_EQ(status(run), over ? "expired" : "lifted");
    EXPECT_EQ(kernel::next_deadline(run.state()), run.state().closures.begin()->second->archive_at)
        << "nothing but the archive is still to come";
    // Lifted or expired, no time brings it back and nobody lifts it again.
    run.give(until + hours(1), "tick");
    EXPECT_EQ(status(run), over ? "expired" : "lifted");
    EXPECT_EQ(outcome_of(run.give(until + hours(1), "lift_closure closure=C-2026-000001 reason=x")),
              "closure_ended");
    EXPECT_EQ(run.broken(), std::vector<std::string>{});
  }
}

TEST(TeamMoves, EveryAvailabilityLeadsToEveryOtherAndOnlyTheFirstGoesOut) {
  for (std::string const from : {"available", "off_duty", "out_of_service"}) {
    for (std::string const to : {"available", "off_duty", "out_of_service"}) {
      KernelRun run = founded();
      give(run, "set_team_availability team=T-2026-000001 availability=" + from);
      EXPECT_EQ(give(run, "set_team_availability team=T-2026-000001 availability=" + to),
                from == to ? "already_in_that_state" : "accepted");
      give(run, "open_incident title=x");
      EXPECT_EQ(give(run, "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]"),
                to == "available" ? "accepted" : "team_not_available");
    }
  }
}

TEST(Tick, DoesBoundedWorkAndRepeatsUntilNothingIsDue) {
  KernelRun run = founded();
  constexpr int kClosures = 150;
  for (int i = 0; i < kClosures; ++i) {
    ASSERT_EQ(give(run, "close_road from=2026-03-01T09:00:00Z until=2026-03-01T10:00:00Z"),
              "accepted");
  }
  Time const late = now() + hours(24);
  std::vector<std::size_t> work;
  while (*kernel::next_deadline(run.state()) <= late) {
    auto const decision = run.give(late, domain::Tick{});
    work.push_back(std::get<0>(decision.outcome).size());
    ASSERT_GT(work.back(), 0U);
    ASSERT_LE(work.back(), domain::kTickWork);
  }
  std::size_t facts = 0;
  for (auto const n : work) {
    facts += n;
  }
  EXPECT_EQ(facts, 2U * kClosures);
  EXPECT_TRUE(std::get<0>(run.give(late, domain::Tick{}).outcome).empty());
  for (auto const& [id, closure] : run.state().closures) {
    EXPECT_EQ(closure->status, domain::ClosureStatus::Expired);
  }
  EXPECT_EQ(run.broken(), std::vector<std::string>{});
}

}  // namespace

}  // namespace fenghuo::tests
