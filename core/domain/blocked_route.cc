#include "core/domain/blocked_route.h"

#include <algorithm>

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

Decision decide(State const& state, Context const& /*context*/, NoteBlockedRoute const& command) {
  Order const* order = find(state.orders, command.order);
  Closure const* closure = find(state.closures, command.closure);
  if (order == nullptr) {
    return missing(state, command.order);
  }
  if (closure == nullptr) {
    return missing(state, command.closure);
  }
  if (std::count(order->blocked_by.begin(), order->blocked_by.end(), command.closure) > 0) {
    return refuse(Rejection::AlreadyInThatState,
                  {{"order", to_text(command.order)}, {"closure", to_text(command.closure)}});
  }
  if (!is_under_way(order->status)) {
    return refuse(Rejection::OrderNotUnderWay,
                  {{"order", to_text(command.order)},
                   {"status", std::string{fenghuo::name_of(order->status)}}});
  }
  if (closure->status != ClosureStatus::Active) {
    return refuse(Rejection::ClosureNotInForce,
                  {{"closure", to_text(command.closure)},
                   {"status", std::string{fenghuo::name_of(closure->status)}}});
  }
  return RouteBlocked{command.order,     order->team,         order->incident,
                      command.closure,   closure->facts.name, command.eta_before,
                      command.eta_after, command.metric_as_of};
}

void apply(State& state, Stamp const& stamp, RouteBlocked const& event) {
  edit(state.orders, event.order, stamp.sequence,
       [&](Order& order) { order.blocked_by.push_back(event.closure); });
}

}  // namespace fenghuo::domain
