// Each sentence of broken_invariants is broken once by hand, in a state that is otherwise sound: a check that
// cannot fail proves nothing.
#include "core/domain/invariants.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "core/base/time_text.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {

namespace {

using domain::Incident;
using domain::Order;
using domain::Report;
using domain::State;

constexpr IncidentId kIncident{2026, 1};
constexpr IncidentId kOther{2026, 2};
constexpr IncidentId kMerged{2026, 3};
constexpr IncidentId kClosed{2026, 4};
constexpr OrderId kActive{2026, 1};
constexpr OrderId kEnded{2026, 2};
constexpr TeamId kOnOrder{2026, 1};
constexpr TeamId kFree{2026, 2};
constexpr ReportId kOpen{2026, 1};
constexpr ReportId kAttached{2026, 2};
constexpr ClosureId kScheduled{2026, 1};
constexpr ClosureId kLifted{2026, 2};
constexpr ProposalId kProposal{2026, 1};

Time now() { return *parse_rfc3339("2026-03-01T08:00:00Z"); }

/// O1 of T1 for I1 waits; O2 of T2 returned. R1 open; R2 attached to I1. I2 is a child of I1, I3 is merged into
/// I2, I4 closed. C1 scheduled, C2 lifted.
State sound() {
  KernelRun run;
  for (std::string const line :
       {"found_center jurisdiction=A", "register_team name=T1", "register_team name=T2",
        "open_incident title=I1", "open_incident title=I2 parent=I-2026-000001",
        "open_incident title=I3", "open_incident title=I4",
        "merge_incident incident=I-2026-000003 into=I-2026-000002",
        "close_incident incident=I-2026-000004 outcome=x", "receive_report text=R1",
        "receive_report text=R2", "attach_report report=R-2026-000002 incident=I-2026-000001",
        "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001},{team=T-2026-000002}] "
        "proposal={made_from=8}",
        "adopt_rule_set because=x document={clocks={}}",
        "attach_file incident=I-2026-000001 report=R-2026-000001 digest=f",
        "set_order_status order=O-2026-000002 status=returned",
        "close_road from=2026-03-01T09:00:00Z until=2026-03-01T10:00:00Z", "close_road name=C2",
        "lift_closure closure=C-2026-000002 reason=x"}) {
    EXPECT_EQ(outcome_of(run.give(now(), line)), "accepted") << line;
  }
  EXPECT_EQ(run.broken(), std::vector<std::string>{});
  return run.state();
}

template <class T>
void change(domain::Shelf<T>& shelf, decltype(T::id) id, std::function<void(T&)> const& how) {
  domain::edit(shelf, id, 1, how);
}

struct Damage {
  std::string sentence;
  std::function<void(State&)> how;
};

std::vector<Damage> damage_to_orders() {
  return {
      {"O-2026-000001: its incident exists", [](State& s) { s.incidents.erase(kIncident); }},
      {"O-2026-000001: its team exists", [](State& s) { s.teams.erase(kOnOrder); }},
      {"O-2026-000001: its incident lists it once",
       [](State& s) {
         change<Incident>(s.incidents, kIncident, [](auto& i) { i.orders.push_back(kActive); });
       }},
      {"O-2026-000001: its course ends with its status",
       [](State& s) { change<Order>(s.orders, kActive, [](auto& o) { o.course.clear(); }); }},
      {"T-2026-000001: a team is on one active order at most",
       [](State& s) {
         change<Order>(s.orders, kEnded, [](auto& o) {
           o.status = domain::OrderStatus::Working;
           o.course.push_back({o.status, {}, {}, {}, "", ""});
           o.team = kOnOrder;
         });
       }},
      {"O-2026-000001: a closed incident has no active order",
       [](State& s) {
         change<Incident>(s.incidents, kIncident,
                          [](auto& i) { i.status = domain::IncidentStatus::Closed; });
       }},
      {"T-2026-000001: it names the active order that holds it",
       [](State& s) { change<domain::Team>(s.teams, kOnOrder, [](auto& t) { t.order.reset(); }); }},
      {"T-2026-000002: the order it names is active and its own",
       [](State& s) { change<domain::Team>(s.teams, kFree, [](auto& t) { t.order = kEnded; }); }},
  };
}

std::vector<Damage> damage_to_lists() {
  return {
      {"T-2026-000002: its name leads to it", [](State& s) { s.team_names["T2"] = kOnOrder; }},
      {"each team has one name", [](State& s) { s.team_names["old name"] = kFree; }},
      {"I-2026-000004: it is listed as open while it is",
       [](State& s) { s.open_incidents.insert(kClosed); }},
      {"I-2026-000001: it is listed as open while it is",
       [](State& s) { s.open_incidents.erase(kIncident); }},
      {"the list of open incidents holds nothing else",
       [](State& s) {
         s.open_incidents.insert({2026, 99});
       }},
      {"I-2026-000004: it has a time of closing when closed",
       [](State& s) {
         change<Incident>(s.incidents, kClosed, [](auto& i) { i.closed_at.reset(); });
       }},
      {"I-2026-000002: its reports name it",
       [](State& s) {
         change<Incident>(s.incidents, kOther, [](auto& i) { i.reports.push_back(kAttached); });
       }},
      {"I-2026-000002: its orders name it",
       [](State& s) {
         change<Incident>(s.incidents, kOther, [](auto& i) { i.orders.push_back(kEnded); });
       }},
      {"I-2026-000003: merged, it is closed, empty and names where it went",
       [](State& s) {
         change<Incident>(s.incidents, kMerged, [](auto& i) {
           i.merged_into = IncidentId{2026, 99};
         });
       }},
      {"I-2026-000002: its parent exists, or did, and is not merged",
       [](State& s) {
         change<Incident>(s.incidents, kOther, [](auto& i) { i.facts.parent = kMerged; });
       }},
      {"I-2026-000001: its parents end",
       [](State& s) {
         change<Incident>(s.incidents, kIncident, [](auto& i) { i.facts.parent = kOther; });
       }},
  };
}

std::vector<Damage> damage_to_reports_and_times() {
  return {
      {"R-2026-000001: it is listed as open while it is",
       [](State& s) { s.open_reports.erase(kOpen); }},
      {"R-2026-000001: it names an incident while attached",
       [](State& s) {
         change<Report>(s.reports, kOpen,
                        [](auto& r) { r.status = domain::ReportStatus::Attached; });
       }},
      {"R-2026-000002: its incident lists it once",
       [](State& s) {
         change<Incident>(s.incidents, kIncident, [](auto& i) { i.reports.clear(); });
       }},
      {"the list of open reports holds nothing else",
       [](State& s) {
         s.open_reports.insert({2026, 99});
       }},
      {"O-2026-000001: it has a deadline while it waits for its acknowledgement",
       [](State& s) {
         std::erase_if(s.deadlines, [](auto const& d) { return d.of == decltype(d.of){kActive}; });
       }},
      {"O-2026-000001: it has a deadline while it waits for its acknowledgement",
       [](State& s) {
         change<Order>(s.orders, kActive, [](auto& o) { o.acknowledgement_overdue = true; });
       }},
      {"O-2026-000001: a closure falls on its way once",
       [](State& s) {
         change<Order>(s.orders, kActive, [](auto& o) { o.blocked_by = {{2026, 1}, {2026, 1}}; });
       }},
      {"C-2026-000001: it has a deadline while it has an end to come",
       [](State& s) {
         std::erase_if(s.deadlines,
                       [](auto const& d) { return d.kind == domain::Deadline::Kind::EndClosure; });
       }},
      {"C-2026-000001: it has a deadline while it has not begun",
       [](State& s) {
         change<domain::Closure>(s.closures, kScheduled,
                                 [](auto& c) { c.status = domain::ClosureStatus::Active; });
       }},
      {"I-2026-000004: it leaves for the archive once it has ended",
       [](State& s) {
         change<Incident>(s.incidents, kClosed, [](auto& i) { i.archive_at.reset(); });
       }},
      {"R-2026-000001: it leaves for the archive once it has ended",
       [](State& s) { change<Report>(s.reports, kOpen, [](auto& r) { r.archive_at = now(); }); }},
      {"C-2026-000002: it has a deadline for the archive",
       [](State& s) {
         std::erase_if(s.deadlines, [](auto const& d) { return d.of == decltype(d.of){kLifted}; });
       }},
      {"the list of deadlines holds nothing else",
       [](State& s) {
         s.deadlines.insert({now(), domain::Deadline::Kind::BeginClosure, kLifted});
       }},
      {"C-2026-000002: no number lies beyond the last one given",
       [](State& s) { s.closure_numbers.last = 1; }},
      {"R-2026-000002: no number lies beyond the last one given",
       [](State& s) { s.report_numbers.year = 2025; }},
  };
}

std::vector<Damage> damage_to_proposals_rules_and_files() {
  using domain::Proposal;
  using domain::RuleKind;
  using domain::RuleSet;
  return {
      {"O-2026-000001: the proposal it was given on exists",
       [](State& s) { s.proposals.erase(kProposal); }},
      {"I-2026-000001: its proposals name it", [](State& s) { s.proposals.erase(kProposal); }},
      {"P-2026-000001: its incident exists and lists it once",
       [](State& s) {
         change<Incident>(s.incidents, kIncident, [](auto& i) { i.proposals.clear(); });
       }},
      {"P-2026-000001: somebody was sent on it",
       [](State& s) {
         change<Proposal>(s.proposals, kProposal, [](auto& p) { p.chosen.clear(); });
       }},
      {"P-2026-000001: no number lies beyond the last one given",
       [](State& s) { s.proposal_numbers = {}; }},
      {"I-2026-000003: merged, it is closed, empty and names where it went",
       [](State& s) {
         change<Incident>(s.incidents, kMerged, [](auto& i) { i.proposals.push_back(kProposal); });
       }},
      {"clocks: the last of its versions is the one in force",
       [](State& s) {
         change<RuleSet>(s.rule_sets, RuleKind::Clocks, [](auto& r) { r.version = 7; });
       }},
      {"clocks: its versions are bounded",
       [](State& s) {
         change<RuleSet>(s.rule_sets, RuleKind::Clocks, [](auto& r) {
           r.versions.insert(r.versions.begin(), domain::kVersionsListed, {});
         });
       }},
      {"clocks: its document is of its kind",
       [](State& s) {
         change<RuleSet>(s.rule_sets, RuleKind::Clocks, [](auto& r) { r.document = {}; });
       }},
      {"I-2026-000001: it names each of its files once",
       [](State& s) {
         change<Incident>(s.incidents, kIncident,
                          [](auto& i) { i.attachments.push_back(i.attachments.front()); });
       }},
      {"R-2026-000001: it has no more files than may be",
       [](State& s) {
         change<Report>(s.reports, kOpen,
                        [](auto& r) { r.attachments.resize(domain::kMaxAttachments + 1); });
       }},
  };
}

TEST(Invariants, HoldInASoundState) {
  EXPECT_EQ(domain::broken_invariants(sound()), std::vector<std::string>{});
  EXPECT_EQ(domain::broken_invariants(State{}), std::vector<std::string>{});
}

TEST(Invariants, EachSentenceIsFoundWhenItIsBroken) {
  for (auto const& all : {damage_to_orders(), damage_to_lists(), damage_to_reports_and_times(),
                          damage_to_proposals_rules_and_files()}) {
    for (auto const& damage : all) {
      State state = sound();
      damage.how(state);
      auto const broken = domain::broken_invariants(state);
      EXPECT_NE(std::find(broken.begin(), broken.end(), damage.sentence), broken.end())
          << damage.sentence;
    }
  }
}

}  // namespace

}  // namespace fenghuo::tests
