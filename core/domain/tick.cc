#include "core/domain/tick.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

Event to_archive(State const& state, Deadline const& deadline) {
  if (auto const* incident = std::get_if<IncidentId>(&deadline.of)) {
    return archive(state, *incident);
  }
  if (auto const* report = std::get_if<ReportId>(&deadline.of)) {
    return archive(state, *report);
  }
  if (auto const* delivery = std::get_if<DeliveryId>(&deadline.of)) {
    return archive(state, *delivery);
  }
  if (auto const* call_down = std::get_if<CallDownId>(&deadline.of)) {
    return archive(state, *call_down);
  }
  if (auto const* shift = std::get_if<DutyShiftCode>(&deadline.of)) {
    return DutyShiftArchived{*shift};
  }
  return archive(state, std::get<ClosureId>(deadline.of));
}

Event overdue_event(State const& state, DeliveryId id, Time now) {
  return std::visit([](auto fact) { return Event{std::move(fact)}; }, overdue(state, id, now));
}

/// `deliveries`: how many this Tick has opened so far.
Event due_fact(State const& state, Deadline const& deadline, Time now, std::uint64_t& deliveries) {
  switch (deadline.kind) {
    case Deadline::Kind::AcknowledgeOrder:
      return AcknowledgementOverdue{std::get<OrderId>(deadline.of), deadline.due};
    case Deadline::Kind::BeginClosure:
      return ClosureBegan{std::get<ClosureId>(deadline.of)};
    case Deadline::Kind::EndClosure:
      return ClosureExpired{std::get<ClosureId>(deadline.of)};
    case Deadline::Kind::EscalateDelivery:
      return overdue_event(state, std::get<DeliveryId>(deadline.of), now);
    case Deadline::Kind::SilentDelivery:
      return not_heard(state, std::get<DeliveryId>(deadline.of));
    case Deadline::Kind::DutyAlarm: {
      DutyHoleFound found = hole_found(state, std::get<DutyPostCode>(deadline.of), now, deliveries);
      deliveries += found.delivery ? 1U : 0U;
      return found;
    }
    case Deadline::Kind::Archive:
      break;
  }
  return to_archive(state, deadline);
}

}  // namespace

Decision decide(State const& state, Context const& context, Tick const& /*command*/) {
  std::vector<Event> events;
  std::uint64_t deliveries = 0;
  for (auto const& deadline : state.deadlines) {
    if (deadline.due > context.time || events.size() == kTickWork) {
      break;
    }
    events.push_back(due_fact(state, deadline, context.time, deliveries));
  }
  return events;
}

}  // namespace fenghuo::domain
