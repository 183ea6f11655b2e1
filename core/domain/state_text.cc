#include "core/domain/state_text.h"

#include "core/base/text_form.h"
#include "core/base/time_text.h"

namespace fenghuo::domain {

namespace {

template <class T>
void append_shelf(std::string& out, std::string_view kind, Shelf<T> const& shelf) {
  for (auto const& [id, object] : shelf) {
    out.append(kind).append(" ").append(fields_text(*object)).append("\n");
  }
}

void append_numbering(std::string& out, std::string_view kind, Numbering const& numbering) {
  out.append("numbers ").append(kind).append(" ");
  out.append(std::to_string(numbering.year))
      .append(" ")
      .append(std::to_string(numbering.last))
      .append("\n");
}

std::string_view kind_text(Deadline::Kind kind) {
  switch (kind) {
    case Deadline::Kind::AcknowledgeOrder:
      return "acknowledge";
    case Deadline::Kind::BeginClosure:
      return "begin";
    case Deadline::Kind::EndClosure:
      return "end";
    case Deadline::Kind::EscalateDelivery:
      return "escalate";
    case Deadline::Kind::SilentDelivery:
      return "silent";
    case Deadline::Kind::DutyAlarm:
      return "duty_alarm";
    case Deadline::Kind::Archive:
      break;
  }
  return "archive";
}

}  // namespace

std::string state_text(State const& state) {
  std::string out =
      "sequence " + std::to_string(state.sequence) + " time " + to_rfc3339(state.time) + "\n";
  if (state.founding) {
    out += "founding " + fields_text(*state.founding) + "\n";
  }
  append_shelf(out, "report", state.reports);
  append_shelf(out, "incident", state.incidents);
  append_shelf(out, "team", state.teams);
  append_shelf(out, "order", state.orders);
  append_shelf(out, "closure", state.closures);
  append_shelf(out, "account", state.accounts);
  append_shelf(out, "rule_set", state.rule_sets);
  append_shelf(out, "proposal", state.proposals);
  append_shelf(out, "organization", state.organizations);
  append_shelf(out, "person", state.persons);
  append_shelf(out, "area", state.areas);
  append_shelf(out, "facility", state.facilities);
  append_shelf(out, "enterprise", state.enterprises);
  append_shelf(out, "plan_contact", state.plan_contacts);
  append_shelf(out, "duty_post", state.duty_posts);
  append_shelf(out, "duty_shift", state.duty_shifts);
  append_shelf(out, "call_down", state.call_downs);
  append_shelf(out, "delivery", state.deliveries);
  for (auto const& deadline : state.deadlines) {
    out.append("deadline ")
        .append(to_rfc3339(deadline.due))
        .append(" ")
        .append(kind_text(deadline.kind))
        .append(" ");
    out.append(std::visit([](auto const& id) { return to_text(id); }, deadline.of)).append("\n");
  }
  append_numbering(out, "reports", state.report_numbers);
  append_numbering(out, "incidents", state.incident_numbers);
  append_numbering(out, "teams", state.team_numbers);
  append_numbering(out, "orders", state.order_numbers);
  append_numbering(out, "closures", state.closure_numbers);
  append_numbering(out, "proposals", state.proposal_numbers);
  append_numbering(out, "deliveries", state.delivery_numbers);
  append_numbering(out, "call_downs", state.call_down_numbers);
  return out;
}

}  // namespace fenghuo::domain
