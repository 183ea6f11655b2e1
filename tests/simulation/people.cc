#include "tests/simulation/people.h"

namespace fenghuo::tests {

std::string Terminal::hear(kernel::RecordedEvent const& event) {
  if (event.sequence != seen + 1) {
    return "a terminal heard event " + std::to_string(event.sequence) + " after " +
           std::to_string(seen);
  }
  seen = event.sequence;
  if (auto const* issued = std::get_if<domain::OrderIssued>(&event.event)) {
    if (issued->team == team) {
      if (order) {
        return to_text(team) + " holds " + to_text(*order) + " and is sent " + event_line(event);
      }
      order = issued->order;
    }
  }
  if (auto const* set = std::get_if<domain::OrderStatusSet>(&event.event)) {
    if (order == set->order && !domain::is_active(set->to)) {
      order.reset();
    }
  }
  if (auto const* cancelled = std::get_if<domain::OrderCancelled>(&event.event)) {
    if (order == cancelled->order) {
      order.reset();
    }
  }
  return {};
}

std::optional<domain::Command> next_of_team(Terminal const& terminal, domain::State const& state,
                                            Random& random) {
  auto const* order = terminal.order ? domain::find(state.orders, *terminal.order) : nullptr;
  if (order == nullptr || !domain::is_active(order->status)) {
    return std::nullopt;
  }
  using domain::OrderStatus;
  if (domain::awaits_acknowledgement(order->status) && random.chance(100)) {
    return domain::DeclineOrder{order->id, "来不了", {}};
  }
  domain::SetOrderStatus command;
  command.order = order->id;
  command.status = domain::awaits_acknowledgement(order->status) ? OrderStatus::Acknowledged
                   : order->status == OrderStatus::Acknowledged  ? OrderStatus::EnRoute
                   : order->status == OrderStatus::EnRoute       ? OrderStatus::OnScene
                                                                 : OrderStatus::Released;
  return command;
}

}  // namespace fenghuo::tests
