#include "core/domain/tick.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

Event due_fact(Deadline const& deadline) {
  switch (deadline.kind) {
    case Deadline::Kind::AcknowledgeOrder:
      return AcknowledgementOverdue{deadline.order, deadline.due};
    case Deadline::Kind::BeginClosure:
      return ClosureBegan{deadline.closure};
    case Deadline::Kind::EndClosure:
      break;
  }
  return ClosureExpired{deadline.closure};
}

}  // namespace

Decision decide(State const& state, Context const& context, Tick const& /*command*/) {
  std::vector<Event> events;
  for (auto const& deadline : state.deadlines) {
    if (deadline.due > context.time || events.size() == kTickWork) {
      break;
    }
    events.push_back(due_fact(deadline));
  }
  return events;
}

}  // namespace fenghuo::domain
