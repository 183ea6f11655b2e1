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
  return archive(state, std::get<ClosureId>(deadline.of));
}

Event due_fact(State const& state, Deadline const& deadline) {
  switch (deadline.kind) {
    case Deadline::Kind::AcknowledgeOrder:
      return AcknowledgementOverdue{std::get<OrderId>(deadline.of), deadline.due};
    case Deadline::Kind::BeginClosure:
      return ClosureBegan{std::get<ClosureId>(deadline.of)};
    case Deadline::Kind::EndClosure:
      return ClosureExpired{std::get<ClosureId>(deadline.of)};
    case Deadline::Kind::Archive:
      break;
  }
  return to_archive(state, deadline);
}

}  // namespace

Decision decide(State const& state, Context const& context, Tick const& /*command*/) {
  std::vector<Event> events;
  for (auto const& deadline : state.deadlines) {
    if (deadline.due > context.time || events.size() == kTickWork) {
      break;
    }
    events.push_back(due_fact(state, deadline));
  }
  return events;
}

}  // namespace fenghuo::domain
