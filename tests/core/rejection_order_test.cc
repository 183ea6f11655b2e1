// For each command a walk through its refusals: the first line breaks as many rules as can be broken at once,
// each next line mends one of them, and the last one is accepted. What is refused first follows the order
// of rejection.h.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/base/time_text.h"
#include "tests/core/kernel_run.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

namespace {

constexpr std::string_view kFuture = " occurred_at=2026-03-01T09:00:00Z";

/// One line of a walk. `stale` sends it with a revision that is not the object's.
struct Step {
  bool stale;
  std::string line;
  std::string outcome;
};
using Walk = std::vector<Step>;

constexpr bool kStale = true;
constexpr bool kFresh = false;

Time now() { return *parse_rfc3339("2026-03-01T08:00:00Z"); }

/// T1 on order O1; T2 out of service; T3, T4 free; T5 on order O2 and broken down; T6 on O4, acknowledged.
/// I1 responding; I2 closed; I3 a child of I1; I4 merged into I3; I5 reported, alone.
/// The orders are delivered by D1 to D4. D5 is the row of the open call-down N1, D6 that of the closed N2.
/// P3 is erased; S1 a shift of P1 on W1, S2 cancelled, S3 of P2 while S4 is of P3; T8 has the code c1; A.1 a village, B a township without any.
/// R1 open; R2 attached to I1; R3 dismissed. O3 of T3 has returned. C1 active; C2 lifted.
KernelRun world() {
  KernelRun run;
  for (std::string const line : {
           "found_center jurisdiction=A",
           "register_team name=T1",
           "register_team name=T2",
           "register_team name=T3",
           "register_team name=T4",
           "register_team name=T5",
           "register_team name=T6",
           "register_team name=T7",
           "register_team name=T8 code=c1",
           "set_team_availability team=T-2026-000002 availability=out_of_service",
           "open_incident title=I1",
           "open_incident title=I2",
           "close_incident incident=I-2026-000002 outcome=x",
           "open_incident title=I3 parent=I-2026-000001",
           "open_incident title=I4",
           "merge_incident incident=I-2026-000004 into=I-2026-000003",
           "open_incident title=I5",
           "receive_report text=R1",
           "receive_report text=R2",
           "attach_report report=R-2026-000002 incident=I-2026-000001",
           "receive_report text=R3",
           "dismiss_report report=R-2026-000003 reason=x",
           "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001},{team=T-2026-000005}]",
           "issue_orders incident=I-2026-000001 items=[{team=T-2026-000003},{team=T-2026-000006}]",
           "set_team_availability team=T-2026-000005 availability=out_of_service",
           "set_order_status order=O-2026-000003 status=returned",
           "set_order_status order=O-2026-000004 status=acknowledged",
           "close_road name=C1",
           "close_road name=C2",
           "lift_closure closure=C-2026-000002 reason=x",
           "open_account account=zhang roles=[dispatcher]",
           "open_account account=li roles=[auditor]",
           "set_account_disabled account=li disabled=yes reason=x",
           "adopt_rule_set kind=clocks because=x document={clocks={archive_after=7200s}}",
           "attach_file incident=I-2026-000001 report=R-2026-000001 digest=f",
           "record_organization id=G1 name=G1",
           "record_organization id=G2 name=G2 kind=department parent=G1",
           "record_person id=P1 title=one",
           "record_person id=P2 title=two",
           "record_person id=P3 title=three",
           "erase_personal_data person=P3 keys=[k] reason=x",
           "record_area id=A.1 level=village name=one responsible=[{person=P1}]",
           "record_area id=B level=township name=b",
           "record_duty_post id=W1 name=one",
           "record_duty_shift id=S1 post=W1 person=P1 from=2026-03-01T10:00:00Z "
           "to=2026-03-01T12:00:00Z",
           "record_duty_shift id=S2 post=W1 person=P2 from=2026-03-01T12:00:00Z "
           "to=2026-03-01T13:00:00Z",
           "cancel_duty shift=S2 because=x",
           "record_duty_shift id=S3 post=W1 person=P2 from=2026-03-01T14:00:00Z "
           "to=2026-03-01T16:00:00Z",
           "record_duty_shift id=S4 post=W1 person=P3 from=2026-03-01T15:00:00Z "
           "to=2026-03-01T17:00:00Z",
           "open_call_down title=N1 areas=[A]",
           "open_call_down title=N2 areas=[A]",
           "close_call_down call_down=N-2026-000002 outcome=x",
           "enter_contact delivery=D-2026-000005 reference=r",
           "record_handover delivery=D-2026-000005 bearer=sms",
       }) {
    EXPECT_EQ(outcome_of(run.give(now(), line)), "accepted") << line;
  }
  for (std::size_t i = 0; i < domain::kMaxAttachments; ++i) {
    EXPECT_EQ(outcome_of(run.give(
                  now(), "attach_file incident=I-2026-000003 digest=" + std::to_string(i))),
              "accepted");
  }
  EXPECT_EQ(run.broken(), std::vector<std::string>{});
  return run;
}

/// `I9` to `I-2026-000009`, so that the walks stay readable.
std::string with_whole_ids(std::string const& line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    bool const id = i + 1 < line.size() &&
                    std::string_view{"RITOCDN"}.find(line[i]) != std::string_view::npos &&
                    line[i + 1] >= '1' && line[i + 1] <= '9' && i > 0 && line[i - 1] == '=' &&
                    !line.substr(0, i).ends_with("name=");
    out += id ? std::string{line[i]} + "-2026-00000" : std::string{line[i]};
  }
  return out;
}

std::string future(std::string const& line) { return line + std::string{kFuture}; }

std::vector<Walk> incident_walks() {
  return {
      {{kFresh, future("open_incident report=R9 parent=I9"), "unknown_report"},
       {kFresh, future("open_incident report=R2 parent=I9"), "unknown_incident"},
       {kFresh, future("open_incident report=R2 parent=I4"), "occurred_in_future"},
       {kFresh, "open_incident report=R2 parent=I4", "incident_closed"},
       {kFresh, "open_incident report=R2 parent=I1", "report_not_open"},
       {kFresh, "open_incident report=R1 parent=I1", "accepted"}},
      {{kStale, future("update_incident incident=I9 parent=I9"), "unknown_incident"},
       {kStale, future("update_incident incident=I2 parent=I9"), "unknown_incident"},
       {kStale, future("update_incident incident=I2 parent=I2"), "stale_revision"},
       {kFresh, future("update_incident incident=I2 parent=I2"), "occurred_in_future"},
       {kFresh, "update_incident incident=I2 parent=I2", "incident_closed"},
       {kFresh, "update_incident incident=I1 parent=I4", "incident_closed"},
       {kFresh, "update_incident incident=I1 parent=I1", "same_incident"},
       {kFresh, "update_incident incident=I1 parent=I3", "cyclic_parent"},
       {kFresh, "update_incident incident=I1 parent=I5", "accepted"}},
      {{kStale, future("set_incident_status incident=I9 status=closed"), "unknown_incident"},
       {kStale, future("set_incident_status incident=I-2025-000001 status=closed"), "archived"},
       {kStale, future("set_incident_status incident=I2 status=closed"), "stale_revision"},
       {kFresh, future("set_incident_status incident=I2 status=closed"), "occurred_in_future"},
       {kFresh, "set_incident_status incident=I2 status=closed", "incident_closed"},
       {kFresh, "set_incident_status incident=I1 status=responding", "already_in_that_state"},
       {kFresh, "set_incident_status incident=I1 status=closed", "incident_has_active_orders"},
       {kFresh, "set_incident_status incident=I5 status=closed", "reason_required"},
       {kFresh, "set_incident_status incident=I5 status=closed reason=x", "accepted"}},
      {{kStale, future("close_incident incident=I9"), "unknown_incident"},
       {kStale, future("close_incident incident=I-2025-000001"), "archived"},
       {kStale, future("close_incident incident=I2"), "stale_revision"},
       {kFresh, future("close_incident incident=I2"), "occurred_in_future"},
       {kFresh, "close_incident incident=I2", "incident_closed"},
       {kFresh, "close_incident incident=I1", "incident_has_active_orders"},
       {kFresh, "close_incident incident=I5", "reason_required"},
       {kFresh, "close_incident incident=I5 outcome=x", "accepted"}},
      {{kStale, "merge_incident incident=I9 into=I9", "unknown_incident"},
       {kStale, "merge_incident incident=I2 into=I9", "unknown_incident"},
       {kStale, "merge_incident incident=I2 into=I-2025-000001", "archived"},
       {kStale, "merge_incident incident=I2 into=I2", "stale_revision"},
       {kFresh, "merge_incident incident=I2 into=I2", "incident_closed"},
       {kFresh, "merge_incident incident=I1 into=I2", "incident_closed"},
       {kFresh, "merge_incident incident=I1 into=I1", "same_incident"},
       {kFresh, "merge_incident incident=I1 into=I3", "accepted"}},
      {{kStale, future("add_note incident=I9"), "unknown_incident"},
       {kStale, future("add_note incident=I-2025-000001"), "archived"},
       {kStale, future("add_note incident=I2"), "stale_revision"},
       {kFresh, future("add_note incident=I2"), "occurred_in_future"},
       {kFresh, "add_note incident=I2", "accepted"}},
  };
}

std::vector<Walk> report_walks() {
  return {
      {{kFresh, "receive_report received_at=2026-03-01T09:00:00Z", "occurred_in_future"},
       {kFresh, "receive_report received_at=2026-03-01T07:00:00Z", "accepted"}},
      {{kStale, "attach_report report=R9 incident=I9", "unknown_report"},
       {kStale, "attach_report report=R2 incident=I9", "unknown_incident"},
       {kStale, "attach_report report=R2 incident=I2", "stale_revision"},
       {kFresh, "attach_report report=R2 incident=I2", "incident_closed"},
       {kFresh, "attach_report report=R2 incident=I1", "report_not_open"},
       {kFresh, "attach_report report=R1 incident=I1", "accepted"}},
      {{kStale, "detach_report report=R9", "unknown_report"},
       {kStale, "detach_report report=R-2025-000001", "archived"},
       {kStale, "detach_report report=R1", "stale_revision"},
       {kFresh, "detach_report report=R1", "report_not_attached"},
       {kFresh, "detach_report report=R2", "accepted"}},
      {{kStale, "dismiss_report report=R9", "unknown_report"},
       {kStale, "dismiss_report report=R-2025-000001", "archived"},
       {kStale, "dismiss_report report=R2", "stale_revision"},
       {kFresh, "dismiss_report report=R2", "report_not_open"},
       {kFresh, "dismiss_report report=R1", "reason_required"},
       {kFresh, "dismiss_report report=R1 reason=x", "accepted"}},
  };
}

std::vector<Walk> order_walks() {
  return {
      {{kStale, "issue_orders incident=I9 items=[{team=T9}]", "unknown_incident"},
       {kStale, "issue_orders incident=I2 items=[{team=T9}]", "unknown_team"},
       {kStale, "issue_orders incident=I2 items=[{team=T2},{team=T3},{team=T3},{team=T1}]",
        "stale_revision"},
       {kFresh, "issue_orders incident=I2 items=[{team=T2},{team=T3},{team=T3},{team=T1}]",
        "incident_closed"},
       {kFresh, "issue_orders incident=I1 items=[{team=T2},{team=T3},{team=T3},{team=T1}]",
        "team_on_order"},
       {kFresh, "issue_orders incident=I1 items=[{team=T3},{team=T3},{team=T5}]", "team_on_order"},
       {kFresh, "issue_orders incident=I1 items=[{team=T3},{team=T3},{team=T2}]",
        "team_not_available"},
       {kFresh, "issue_orders incident=I1 items=[{team=T3},{team=T3}]", "team_twice_in_order"},
       {kFresh, "issue_orders incident=I1 items=[{team=T3},{team=T4}]", "accepted"}},
      {{kStale, future("set_order_status order=O9 status=returned"), "unknown_order"},
       {kStale, future("set_order_status order=O-2025-000001 status=returned"), "archived"},
       {kStale, future("set_order_status order=O3 status=returned"), "stale_revision"},
       {kFresh, future("set_order_status order=O3 status=returned"), "occurred_in_future"},
       {kFresh, "set_order_status order=O3 status=returned", "already_in_that_state"},
       {kFresh, "set_order_status order=O3 status=to_destination", "reason_required"},
       {kFresh, "set_order_status order=O3 status=to_destination reason=x", "order_ended"},
       {kFresh, "set_order_status order=O4 status=delivered reason=x", "backward_not_allowed"},
       {kFresh, "set_order_status order=O4 status=to_destination", "not_transport"},
       {kFresh, "set_order_status order=O4 status=en_route", "accepted"}},
      {{kStale, future("decline_order order=O9"), "unknown_order"},
       {kStale, future("decline_order order=O-2025-000001"), "archived"},
       {kStale, future("decline_order order=O3"), "stale_revision"},
       {kFresh, future("decline_order order=O3"), "occurred_in_future"},
       {kFresh, "decline_order order=O3", "reason_required"},
       {kFresh, "decline_order order=O3 reason=x", "order_ended"},
       {kFresh, "decline_order order=O4 reason=x", "already_acknowledged"},
       {kFresh, "decline_order order=O1 reason=x", "accepted"}},
      {{kStale, future("cancel_order order=O9"), "unknown_order"},
       {kStale, future("cancel_order order=O-2025-000001"), "archived"},
       {kStale, future("cancel_order order=O3"), "stale_revision"},
       {kFresh, future("cancel_order order=O3"), "occurred_in_future"},
       {kFresh, "cancel_order order=O3", "reason_required"},
       {kFresh, "cancel_order order=O3 reason=x", "order_ended"},
       {kFresh, "cancel_order order=O4 reason=x", "accepted"}},
      {{kStale, "divert_order order=O9 to=I9", "unknown_incident"},
       {kStale, "divert_order order=O9 to=I2", "unknown_order"},
       {kStale, "divert_order order=O3 to=I2", "stale_revision"},
       {kFresh, "divert_order order=O3 to=I2", "incident_closed"},
       {kFresh, "divert_order order=O3 to=I1", "same_incident"},
       {kFresh, "divert_order order=O3 to=I5", "reason_required"},
       {kFresh, "divert_order order=O3 to=I5 reason=x", "order_ended"},
       {kFresh, "divert_order order=O2 to=I5 reason=x", "team_not_available"},
       {kFresh, "divert_order order=O1 to=I5 reason=x", "accepted"}},
  };
}

std::vector<Walk> other_walks() {
  return {
      {{kFresh, "found_center jurisdiction=B", "already_founded"}},
      {{kFresh, "tick", "accepted"}},
      {{kFresh, "register_team name=T1", "name_taken"},
       {kFresh, "register_team name=T9", "accepted"}},
      {{kStale, "update_team team=T9 name=T1", "unknown_team"},
       {kStale, "update_team team=T2 name=T1", "stale_revision"},
       {kFresh, "update_team team=T2 name=T1", "name_taken"},
       {kFresh, "update_team team=T2 name=T2 code=x", "accepted"}},
      {{kStale, "update_team team=T2 name=T1 contacts=[nobody]", "unknown_person"},
       {kFresh, "register_team name=T9 contacts=[nobody]", "unknown_person"}},
      {{kStale, future("set_team_availability team=T9 availability=out_of_service"),
        "unknown_team"},
       {kStale, future("set_team_availability team=T2 availability=out_of_service"),
        "stale_revision"},
       {kFresh, future("set_team_availability team=T2 availability=out_of_service"),
        "occurred_in_future"},
       {kFresh, "set_team_availability team=T2 availability=out_of_service",
        "already_in_that_state"},
       {kFresh, "set_team_availability team=T2 availability=available", "accepted"}},
      {{kFresh, future("close_road until=2026-03-01T07:00:00Z"), "occurred_in_future"},
       {kFresh, "close_road until=2026-03-01T07:00:00Z speed_permille=1000",
        "ends_before_it_begins"},
       {kFresh, "close_road speed_permille=1000", "speed_out_of_range"},
       {kFresh, "close_road speed_permille=-1", "speed_out_of_range"},
       {kFresh, "close_road speed_permille=999", "accepted"},
       {kFresh, "close_road until=2026-03-01T08:00:00.000001Z", "accepted"}},
      {{kStale, future("lift_closure closure=C9"), "unknown_closure"},
       {kStale, future("lift_closure closure=C-2025-000001"), "archived"},
       {kStale, future("lift_closure closure=C2"), "stale_revision"},
       {kFresh, future("lift_closure closure=C2"), "occurred_in_future"},
       {kFresh, "lift_closure closure=C2", "reason_required"},
       {kFresh, "lift_closure closure=C2 reason=x", "closure_ended"},
       {kFresh, "lift_closure closure=C1 reason=x", "accepted"}},
      {{kFresh, "note_blocked_route order=O9 closure=C9", "unknown_order"},
       {kFresh, "note_blocked_route order=O3 closure=C9", "unknown_closure"},
       {kFresh, "note_blocked_route order=O3 closure=C-2025-000001", "archived"},
       {kFresh, "note_blocked_route order=O-2025-000001 closure=C2", "archived"},
       {kFresh, "note_blocked_route order=O3 closure=C2", "order_not_under_way"},
       {kFresh, "note_blocked_route order=O1 closure=C1", "order_not_under_way"},
       {kFresh, "note_blocked_route order=O4 closure=C2", "closure_not_in_force"},
       {kFresh, "note_blocked_route order=O4 closure=C1", "accepted"}},
  };
}

std::vector<Walk> rule_and_file_walks() {
  std::string const in_force = " document={clocks={archive_after=7200s}}";
  return {
      {{kStale, "adopt_rule_set kind=clocks" + in_force, "stale_revision"},
       {kFresh, "adopt_rule_set kind=clocks" + in_force, "already_in_that_state"},
       {kFresh, "adopt_rule_set kind=clocks", "reason_required"},
       {kFresh, "adopt_rule_set kind=clocks because=x", "rule_document_missing"},
       {kFresh, "adopt_rule_set kind=clocks because=x document={clocks={archive_after=3599s}}",
        "rule_value_out_of_range"},
       {kFresh, "adopt_rule_set kind=clocks because=x document={clocks={archive_after=3600s}}",
        "accepted"}},
      {{kStale, "attach_file report=R9 incident=I9 digest=f", "unknown_report"},
       {kStale, "attach_file report=R1 incident=I9 digest=f", "unknown_incident"},
       {kStale, "attach_file digest=f", "unknown_incident"},
       {kStale, "attach_file report=R1 incident=I1 digest=f", "stale_revision"},
       {kFresh, "attach_file report=R1 incident=I5 digest=f", "already_attached"},
       {kFresh, "attach_file report=R2 incident=I1 digest=f", "already_attached"},
       {kFresh, "attach_file report=R2 incident=I2 digest=f", "accepted"}},
      {{kFresh, "attach_file incident=I3 digest=f", "too_many_attachments"}},
  };
}

std::vector<Walk> account_walks() {
  return {
      {{kStale, "open_account account=zhang team=T9", "unknown_team"},
       {kStale, "open_account account=zhang team=T2", "name_taken"},
       {kFresh, "open_account account=wang roles=[team] team=T2", "accepted"}},
      {{kStale, "change_account account=nobody team=T9", "unknown_team"},
       {kStale, "change_account account=nobody", "unknown_account"},
       {kStale, "change_account account=zhang", "stale_revision"},
       {kFresh, "change_account account=zhang roles=[commander]", "accepted"}},
      {{kStale, "set_account_disabled account=nobody disabled=yes", "unknown_account"},
       {kStale, "set_account_disabled account=li disabled=yes", "stale_revision"},
       {kFresh, "set_account_disabled account=li disabled=yes", "already_in_that_state"},
       {kFresh, "set_account_disabled account=zhang disabled=yes", "reason_required"},
       {kFresh, "set_account_disabled account=zhang disabled=yes reason=x", "accepted"},
       {kFresh, "set_account_disabled account=li disabled=no", "accepted"}},
  };
}

std::vector<Walk> master_data_walks() {
  std::string const shift = "record_duty_shift id=S9 post=W1 person=";
  return {
      {{kStale, "record_organization id=G1 name=x parent=G9", "unknown_organization"},
       {kStale, "record_organization id=G1 name=x parent=G2", "stale_revision"},
       {kFresh, "record_organization id=G2 name=G2 kind=department parent=G1",
        "already_in_that_state"},
       {kFresh, "record_organization id=G1 name=x parent=G2", "cyclic_parent"},
       {kFresh, "record_organization id=G1 name=x", "accepted"}},
      {{kStale, "record_person id=P3 organization=G9", "unknown_organization"},
       {kStale, "record_person id=P3 deputies=[P3]", "personal_data_erased"},
       {kStale, "record_person id=P1 deputies=[P1]", "refers_to_itself"},
       {kStale, "record_person id=P1 title=x", "stale_revision"},
       {kFresh, "record_person id=P1 title=one", "already_in_that_state"},
       {kFresh, "record_person id=P1 title=x", "accepted"}},
      {{kStale, "record_area id=A.1 responsible=[{person=P9}]", "unknown_person"},
       {kStale, "record_area id=A.1 shelter=F9", "unknown_facility"},
       {kStale, "record_area id=A.1", "stale_revision"},
       {kFresh, "record_area id=A.1 level=village name=one responsible=[{person=P1}]",
        "already_in_that_state"},
       {kFresh, "record_area id=A.1", "accepted"}},
      {{kStale, "record_facility id=F1 contacts=[P9]", "unknown_person"},
       {kFresh, "record_facility id=F1", "accepted"}},
      {{kStale, "record_enterprise id=E1 principal=P9", "unknown_person"},
       {kFresh, "record_enterprise id=E1", "accepted"}},
      {{kStale, "record_plan_contact id=K1 plan=x person=P9", "unknown_person"},
       {kFresh, "record_plan_contact id=K1 plan=x person=P1", "accepted"}},
      {{kStale, "record_duty_post id=W1 keeper=P9", "unknown_person"},
       {kStale, "record_duty_post id=W1 name=x", "stale_revision"},
       {kFresh, "record_duty_post id=W1 name=x", "accepted"}},
      {{kStale, shift + "P9 from=2026-03-01T10:00:00Z to=2026-03-01T09:00:00Z", "unknown_person"},
       {kStale,
        "record_duty_shift id=S9 post=W9 person=P1 from=2026-03-01T10:00:00Z "
        "to=2026-03-01T09:00:00Z",
        "unknown_duty_post"},
       {kStale, shift + "P1 from=2026-03-01T10:00:00Z to=2026-03-01T09:00:00Z", "shift_length"},
       {kStale, shift + "P1 from=2026-03-01T10:00:00Z to=2026-03-01T11:00:00Z", "shift_overlaps"},
       {kStale, shift + "P2 from=2026-03-01T10:00:00Z to=2026-03-01T11:00:00Z", "stale_revision"},
       {kFresh, shift + "P2 from=2026-03-01T10:00:00Z to=2026-03-01T11:00:00Z", "accepted"}},
      {{kStale, "swap_duty shift=S9 person=P9", "unknown_person"},
       {kStale, "swap_duty shift=S9 person=P1", "unknown_duty_shift"},
       {kStale, "swap_duty shift=S1 person=P1", "stale_revision"},
       {kFresh, "swap_duty shift=S1 person=P1", "already_in_that_state"},
       {kFresh, "swap_duty shift=S1 person=P2", "reason_required"},
       {kFresh, "swap_duty shift=S1 person=P2 because=x", "accepted"}},
      {{kStale, "cancel_duty shift=S9", "unknown_duty_shift"},
       {kStale, "cancel_duty shift=S1", "stale_revision"},
       {kFresh, "cancel_duty shift=S2 because=x", "already_in_that_state"},
       {kFresh, "cancel_duty shift=S1", "reason_required"},
       {kFresh, "cancel_duty shift=S1 because=x", "accepted"}},
  };
}

std::vector<Walk> delivery_walks() {
  return {
      {{kFresh, "open_call_down title=x incident=I9 teams=[T-2026-000009]", "unknown_incident"},
       {kFresh, "open_call_down title=x teams=[T-2026-000009] persons=[P9]", "unknown_team"},
       {kFresh, "open_call_down title=x persons=[P9] areas=[Z]", "unknown_person"},
       {kFresh, "open_call_down title=x areas=[Z]", "unknown_area"},
       {kFresh, "open_call_down title=x areas=[B]", "nobody_to_call"},
       {kFresh, "open_call_down title=x areas=[A]", "accepted"}},
      {{kStale, "close_call_down call_down=N9", "unknown_call_down"},
       {kStale, "close_call_down call_down=N2", "stale_revision"},
       {kFresh, "close_call_down call_down=N2", "already_in_that_state"},
       {kFresh, "close_call_down call_down=N1", "reason_required"},
       {kFresh, "close_call_down call_down=N1 outcome=x", "accepted"}},
      {{kStale, future("enter_contact delivery=D9 person=P9"), "unknown_person"},
       {kStale, future("enter_contact delivery=D9"), "unknown_delivery"},
       {kStale, future("enter_contact delivery=D5 reference=r"), "stale_revision"},
       {kFresh, future("enter_contact delivery=D5 reference=r"), "occurred_in_future"},
       {kFresh, "enter_contact delivery=D5 reference=r", "already_in_that_state"},
       {kFresh, "enter_contact delivery=D5 reference=s", "accepted"}},
      {{kStale, "record_handover delivery=D9 bearer=sms", "unknown_delivery"},
       {kFresh, "record_handover delivery=D5 bearer=sms recipient=7", "unknown_recipient"},
       {kFresh, "record_handover delivery=D5 bearer=sms recipient=-1", "unknown_recipient"},
       {kFresh, "record_handover delivery=D5 bearer=sms", "already_in_that_state"},
       {kFresh, "record_handover delivery=D5 bearer=sms round=1", "already_in_that_state"},
       {kFresh, "record_handover delivery=D5 bearer=voice", "accepted"}},
      {{kStale, "resend_delivery delivery=D9", "unknown_delivery"},
       {kStale, "resend_delivery delivery=D6", "stale_revision"},
       {kFresh, "resend_delivery delivery=D6", "reason_required"},
       {kFresh, "resend_delivery delivery=D6 reason=x", "delivery_ended"},
       {kFresh, "resend_delivery delivery=D5 reason=x", "accepted"}},
      {{kFresh, "erase_personal_data report=R9 person=P9", "unknown_report"},
       {kFresh, "erase_personal_data person=P9", "unknown_person"},
       {kFresh, "erase_personal_data area=Z", "unknown_area"},
       {kFresh, "erase_personal_data person=P3", "personal_data_erased"},
       {kFresh, "erase_personal_data person=P1", "reason_required"},
       {kFresh, "erase_personal_data person=P1 reason=x", "nothing_to_erase"},
       {kFresh, "erase_personal_data report=R-2025-000001 keys=[k] reason=x", "accepted"}},
  };
}

/// Names of several kinds in one command: which of them is missed first.
std::vector<Walk> reference_walks() {
  std::string const shift = "record_duty_shift id=S1 post=W1 person=";
  return {
      {{kStale, "open_account account=zhang team=T9 organization=G9 person=P9", "unknown_team"},
       {kStale, "open_account account=zhang organization=G9 person=P9", "unknown_organization"},
       {kStale, "open_account account=zhang person=P9", "unknown_person"},
       {kFresh, "open_account account=zhang person=P1", "name_taken"},
       {kFresh, "open_account account=qian roles=[liaison] organization=G1 person=P1", "accepted"}},
      {{kStale, "change_account account=nobody team=T9 organization=G9", "unknown_team"},
       {kStale, "change_account account=nobody organization=G9", "unknown_account"},
       {kStale, "change_account account=zhang organization=G9 person=P9", "unknown_organization"},
       {kStale, "change_account account=zhang person=P9", "unknown_person"},
       {kStale, "change_account account=zhang person=P1", "stale_revision"}},
      {{kStale, "record_facility id=F1 organization=G9 contacts=[P9]", "unknown_organization"},
       {kStale, "record_facility id=F1 contacts=[P9]", "unknown_person"},
       {kStale, "record_facility id=F1", "stale_revision"}},
      {{kStale, "record_enterprise id=E1 supervisor=G9 principal=P9", "unknown_organization"},
       {kStale, "record_enterprise id=E1 safety_officer=P9", "unknown_person"},
       {kStale, "record_enterprise id=E1", "stale_revision"}},
      {{kStale, "record_plan_contact id=K1 person=P9", "unknown_person"},
       {kStale, "record_plan_contact id=K1 person=P1", "stale_revision"}},
      {{kStale, "record_duty_post id=W1 organization=G9 keeper=P9", "unknown_organization"},
       {kStale, "record_duty_post id=W1 name=one keeper=P9", "unknown_person"},
       {kStale, "record_duty_post id=W1 name=one", "stale_revision"},
       {kFresh, "record_duty_post id=W1 name=one", "already_in_that_state"}},
      {{kStale, "swap_duty shift=S4 person=P2", "shift_overlaps"},
       {kStale, "swap_duty shift=S4 person=P1", "stale_revision"},
       {kFresh, "swap_duty shift=S4 person=P1", "reason_required"}},
      {{kStale, shift + "P1 from=2026-03-01T10:00:00Z to=2026-03-01T12:00:00Z", "stale_revision"},
       {kFresh, shift + "P1 from=2026-03-01T10:00:00Z to=2026-03-01T12:00:00Z",
        "already_in_that_state"}},
      {{kFresh, "erase_personal_data keys=[k]", "reason_required"},
       {kFresh, "erase_personal_data keys=[k] reason=x", "nothing_to_erase"}},
      {{kFresh, "register_team name=T1 code=c1 contacts=[P9]", "unknown_person"},
       {kFresh, "register_team name=T9 code=c1", "name_taken"},
       {kFresh, "register_team name=T9 code=c2", "accepted"}},
      {{kStale, "update_team team=T2 name=T8 code=c1", "stale_revision"},
       {kFresh, "update_team team=T8 name=T8 code=c1", "already_in_that_state"},
       {kFresh, "update_team team=T2 name=T2 code=c1", "name_taken"}},
  };
}

std::vector<Walk> all_walks() {
  std::vector<Walk> all;
  for (auto const& walks :
       {incident_walks(), report_walks(), order_walks(), other_walks(), account_walks(),
        rule_and_file_walks(), master_data_walks(), delivery_walks(), reference_walks()}) {
    all.insert(all.end(), walks.begin(), walks.end());
  }
  return all;
}

TEST(RejectionOrder, TheFirstThatHoldsIsGiven) {
  for (auto const& walk : all_walks()) {
    for (auto const& step : walk) {
      KernelRun run = world();
      auto const expected = step.stale ? std::optional<Sequence>{999} : std::nullopt;
      EXPECT_EQ(outcome_of(run.give(now(), with_whole_ids(step.line), expected)), step.outcome)
          << step.line;
    }
  }
}

TEST(RejectionOrder, TheWalksFollowTheHeader) {
  for (auto const& walk : all_walks()) {
    std::optional<domain::Rejection> last;
    for (auto const& step : walk) {
      auto const rejection = enum_named<domain::Rejection>(step.outcome);
      EXPECT_TRUE(rejection || step.outcome == "accepted") << step.outcome;
      EXPECT_TRUE(!rejection || !last || *last <= *rejection) << step.line;
      last = rejection ? rejection : last;
    }
  }
}

TEST(RejectionOrder, NothingIsDecidedBeforeTheFounding) {
  for (auto const& walk : all_walks()) {
    std::string const line = with_whole_ids(walk.front().line);
    bool const founds = line.starts_with("found_center");
    KernelRun run;
    EXPECT_EQ(outcome_of(run.give(now(), line, 999)), founds ? "accepted" : "not_founded") << line;
  }
}

template <std::size_t... I>
std::set<std::string> command_names(std::index_sequence<I...> /*all*/) {
  return {std::string{std::variant_alternative_t<I, domain::Command>::kName}...};
}

TEST(RejectionOrder, EveryCommandAndEveryRefusalIsWalked) {
  std::set<std::string> commands;
  std::set<std::string> outcomes{"accepted", "not_founded",
                                 "too_many_call_rows"};  // call_down_test.cc
  for (auto const& walk : all_walks()) {
    for (auto const& step : walk) {
      commands.insert(step.line.substr(0, step.line.find(' ')));
      outcomes.insert(step.outcome);
    }
  }
  EXPECT_EQ(commands,
            command_names(std::make_index_sequence<std::variant_size_v<domain::Command>>{}));
  std::set<std::string> every{"accepted"};
  for (auto const name : EnumNames<domain::Rejection>::kNames) {
    every.insert(std::string{name});
  }
  EXPECT_EQ(outcomes, every);
}

}  // namespace

}  // namespace fenghuo::tests
