#include "core/domain/archive.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

template <class Id>
Refusal not_in_the_state(Numbering const& numbering, Id id, Rejection unknown, char const* name) {
  bool const given = id.number > 0 && (id.year < numbering.year ||
                                       (id.year == numbering.year && id.number <= numbering.last));
  return refuse(given ? Rejection::Archived : unknown, {{name, to_text(id)}});
}

}  // namespace

Refusal missing(State const& state, ReportId id) {
  return not_in_the_state(state.report_numbers, id, Rejection::UnknownReport, "report");
}
Refusal missing(State const& state, IncidentId id) {
  return not_in_the_state(state.incident_numbers, id, Rejection::UnknownIncident, "incident");
}
Refusal missing(State const& state, OrderId id) {
  return not_in_the_state(state.order_numbers, id, Rejection::UnknownOrder, "order");
}
Refusal missing(State const& state, ClosureId id) {
  return not_in_the_state(state.closure_numbers, id, Rejection::UnknownClosure, "closure");
}

Refusal missing(State const& state, DeliveryId id) {
  return not_in_the_state(state.delivery_numbers, id, Rejection::UnknownDelivery, "delivery");
}
Refusal missing(State const& state, CallDownId id) {
  return not_in_the_state(state.call_down_numbers, id, Rejection::UnknownCallDown, "call_down");
}

IncidentArchived archive(State const& state, IncidentId id) {
  Incident const& incident = *find(state.incidents, id);
  return {id, incident.facts.area, incident.reports, incident.orders, incident.proposals};
}
ReportArchived archive(State const& state, ReportId id) {
  return {id, find(state.reports, id)->area};
}
ClosureArchived archive(State const& state, ClosureId id) {
  return {id, find(state.closures, id)->facts.area};
}

namespace {

template <class T>
void take_out(State& state, Shelf<T>& shelf, decltype(T::id) id) {
  auto const it = shelf.find(id);
  if (it->second->archive_at) {
    state.deadlines.erase({*it->second->archive_at, Deadline::Kind::Archive, id});
  }
  shelf.erase(it);
}

}  // namespace

void apply(State& state, Stamp const& /*stamp*/, IncidentArchived const& event) {
  for (auto const id : event.reports) {
    state.reports.erase(id);
  }
  for (auto const id : event.orders) {
    if (auto const delivery = state.orders.at(id)->delivery) {
      drop_delivery(state, *delivery);
    }
    state.orders.erase(id);
  }
  for (auto const id : event.proposals) {
    state.proposals.erase(id);
  }
  take_out(state, state.incidents, event.incident);
}

void apply(State& state, Stamp const& /*stamp*/, ReportArchived const& event) {
  take_out(state, state.reports, event.report);
}

void apply(State& state, Stamp const& /*stamp*/, ClosureArchived const& event) {
  take_out(state, state.closures, event.closure);
}

}  // namespace fenghuo::domain
