#include "core/domain/tick.h"

#include <set>

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

/// What this Tick has said so far, where later facts of the same Tick depend on it.
struct Said {
  std::uint64_t deliveries_opened = 0;
  std::set<DeliveryId> settled;  ///< silent with nobody left to tell, or archived
};

bool is_settled(Deadline const& deadline, Said const& said) {
  bool const waits = deadline.kind == Deadline::Kind::EscalateDelivery ||
                     deadline.kind == Deadline::Kind::SilentDelivery;
  return waits && said.settled.contains(std::get<DeliveryId>(deadline.of));
}

void note(State const& state, Event const& event, Said& said) {
  if (auto const* hole = std::get_if<DutyHoleFound>(&event)) {
    said.deliveries_opened += hole->delivery ? 1U : 0U;
  } else if (auto const* silent = std::get_if<DeliverySilent>(&event)) {
    if (is_exhausted(state, silent->delivery)) {
      said.settled.insert(silent->delivery);
    }
  } else if (auto const* archived = std::get_if<DeliveryArchived>(&event)) {
    said.settled.insert(archived->delivery);
  }
}

Event due_fact(State const& state, Deadline const& deadline, Time now, Said const& said) {
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
    case Deadline::Kind::DutyAlarm:
      return hole_found(state, std::get<DutyPostCode>(deadline.of), now, said.deliveries_opened);
    case Deadline::Kind::Archive:
      break;
  }
  return to_archive(state, deadline);
}

}  // namespace

Decision decide(State const& state, Context const& context, Tick const& /*command*/) {
  std::vector<Event> events;
  Said said;
  for (auto const& deadline : state.deadlines) {
    if (deadline.due > context.time || events.size() == kTickWork) {
      break;
    }
    if (!is_settled(deadline, said)) {
      events.push_back(due_fact(state, deadline, context.time, said));
      note(state, events.back(), said);
    }
  }
  return events;
}

}  // namespace fenghuo::domain
