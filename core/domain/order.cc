#include "core/domain/order.h"

#include <set>

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

std::string text(OrderStatus status) { return std::string{fenghuo::name_of(status)}; }

/// The losing side of a race is told who won: order, incident and the time it was issued.
std::optional<Refusal> refuse_busy(State const& state, Team const& team) {
  if (team.order) {
    Order const& holder = *find(state.orders, *team.order);
    return refuse(Rejection::TeamOnOrder, {{"team", to_text(team.id)},
                                           {"name", team.facts.name},
                                           {"order", to_text(holder.id)},
                                           {"incident", to_text(holder.incident)},
                                           {"status", text(holder.status)}});
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_unavailable(Team const& team) {
  if (team.availability != Availability::Available) {
    return refuse(Rejection::TeamNotAvailable,
                  {{"team", to_text(team.id)},
                   {"name", team.facts.name},
                   {"availability", std::string{fenghuo::name_of(team.availability)}},
                   {"because", team.unavailable_because}});
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_items(State const& state, IssueOrders const& command) {
  for (auto const& item : command.items) {
    if (auto refusal = refuse_busy(state, *find(state.teams, item.team))) {
      return refusal;
    }
  }
  for (auto const& item : command.items) {
    if (auto refusal = refuse_unavailable(*find(state.teams, item.team))) {
      return refusal;
    }
  }
  std::set<TeamId> seen;
  for (auto const& item : command.items) {
    if (!seen.insert(item.team).second) {
      return refuse(Rejection::TeamTwiceInOrder, {{"team", to_text(item.team)}});
    }
  }
  return std::nullopt;
}

OrderIssued issued(State const& state, Context const& context, Incident const& incident,
                   OrderItem const& item, std::uint64_t ahead, std::optional<Duration> within) {
  Team const& team = *find(state.teams, item.team);
  OrderIssued event;
  event.order = next_id<OrderId>(state.order_numbers, year_in(state, context.time), ahead);
  event.kind = team.facts.force == Force::Own ? OrderKind::Order : OrderKind::Request;
  event.incident = incident.id;
  event.team = item.team;
  event.instruction = item.instruction;
  event.destination = item.destination;
  event.area = incident.facts.area;
  event.estimate = item.estimate;
  event.delivery = next_id<DeliveryId>(state.delivery_numbers, year_in(state, context.time), ahead);
  event.chain = chain_of(state, team.facts.contacts);
  Clocks const clocks = clocks_in_force(state);
  event.acknowledge_by = context.time + within.value_or(event.kind == OrderKind::Order
                                                            ? clocks.acknowledge_order_within
                                                            : clocks.acknowledge_request_within);
  return event;
}

ProposalRecorded acted_on(State const& state, Context const& context, IssueOrders const& command) {
  std::vector<TeamId> chosen;
  chosen.reserve(command.items.size());
  for (auto const& item : command.items) {
    chosen.push_back(item.team);
  }
  return record(state, context, command.incident, *command.proposal, std::move(chosen),
                command.deviates_because);
}

void add_responding(std::vector<Event>& events, Incident const& incident) {
  if (incident.status < IncidentStatus::Responding) {
    events.emplace_back(
        IncidentStatusSet{incident.id, incident.status, IncidentStatus::Responding, "", {}});
  }
}

std::optional<Refusal> refuse_change(State const& state, Order const* order, OrderId id,
                                     Context const& context, std::optional<Time> occurred_at) {
  if (order == nullptr) {
    return missing(state, id);
  }
  if (auto refusal = refuse_stale(context, order->revision)) {
    return refusal;
  }
  return refuse_future(context, occurred_at);
}

Refusal ended(Order const& order) {
  return refuse(Rejection::OrderEnded,
                {{"order", to_text(order.id)}, {"status", text(order.status)}});
}

/// Steps back are allowed between acknowledged and working, and from the destination states, with a
/// reason: a crew that said "on scene" at the wrong house is on the way again.
std::optional<Refusal> refuse_move(Order const& order, SetOrderStatus const& command) {
  OrderStatus const to = command.status;
  bool const back = to < order.status;
  if (back && command.reason.empty()) {
    return refuse(Rejection::ReasonRequired, {{"from", text(order.status)}, {"to", text(to)}});
  }
  bool const gone = !is_active(order.status);
  if (order.status == OrderStatus::Declined || order.status == OrderStatus::Cancelled ||
      order.status == OrderStatus::Returned || to > OrderStatus::Returned ||
      (gone && to != OrderStatus::Returned)) {
    return ended(order);
  }
  if (back && to < OrderStatus::Acknowledged) {
    return refuse(Rejection::BackwardNotAllowed, {{"from", text(order.status)}, {"to", text(to)}});
  }
  bool const transport = to == OrderStatus::ToDestination || to == OrderStatus::AtDestination;
  if (transport && order.destination.empty()) {
    return refuse(Rejection::NotTransport, {{"order", to_text(order.id)}});
  }
  return std::nullopt;
}

void release_team(State& state, Order const& order, Sequence revision) {
  edit(state.teams, order.team, revision, [&](Team& team) {
    if (team.order == order.id) {
      team.order.reset();
    }
  });
}

void forget_deadline(State& state, Order const& order) {
  state.deadlines.erase({order.acknowledge_by, Deadline::Kind::AcknowledgeOrder, order.id});
}

void add_stamp(Order& order, Stamp const& stamp, OrderStatus status, Testimony const& testimony,
               std::string const& reason) {
  order.course.push_back({status, testimony.occurred_at.value_or(stamp.time), stamp.time,
                          testimony.means, testimony.said_by, reason});
}

Delivery delivery_of(OrderIssued const& event, Stamp const& stamp) {
  Delivery delivery;
  delivery.id = *event.delivery;
  delivery.of = DeliveryOf::Order;
  delivery.order = event.order;
  delivery.text = event.instruction;
  delivery.area = event.area;
  delivery.recipients.push_back({event.team, std::nullopt, stamp.time});
  delivery.chain = event.chain;
  delivery.answer_by = event.acknowledge_by;
  delivery.answer_within = event.acknowledge_by - stamp.time;
  return delivery;
}

/// What a status of the order says of its delivery.
DeliveryStatus delivery_status(OrderStatus status) {
  if (status == OrderStatus::Declined || status == OrderStatus::Cancelled) {
    return DeliveryStatus::Ended;
  }
  if (awaits_acknowledgement(status)) {
    return status == OrderStatus::Issued ? DeliveryStatus::Open : DeliveryStatus::Delivered;
  }
  return DeliveryStatus::Answered;
}

}  // namespace

Decision decide(State const& state, Context const& context, IssueOrders const& command) {
  Incident const* incident = find(state.incidents, command.incident);
  if (incident == nullptr) {
    return missing(state, command.incident);
  }
  for (auto const& item : command.items) {
    if (find(state.teams, item.team) == nullptr) {
      return refuse(Rejection::UnknownTeam, {{"team", to_text(item.team)}});
    }
  }
  if (auto refusal = refuse_stale(context, incident->revision)) {
    return *refusal;
  }
  if (incident->status == IncidentStatus::Closed) {
    return refuse(Rejection::IncidentClosed, {{"incident", to_text(command.incident)}});
  }
  if (auto refusal = refuse_items(state, command)) {
    return *refusal;
  }
  std::vector<Event> events;
  events.reserve(command.items.size() + 2);
  std::optional<ProposalId> proposal;
  if (command.proposal && !command.items.empty()) {
    ProposalRecorded recorded = acted_on(state, context, command);
    proposal = recorded.proposal;
    events.emplace_back(std::move(recorded));
  }
  for (std::size_t i = 0; i < command.items.size(); ++i) {
    OrderIssued order =
        issued(state, context, *incident, command.items[i], i, command.acknowledge_within);
    order.proposal = proposal;
    events.emplace_back(std::move(order));
  }
  if (!events.empty()) {
    add_responding(events, *incident);
  }
  return events;
}

Decision decide(State const& state, Context const& context, SetOrderStatus const& command) {
  Order const* order = find(state.orders, command.order);
  if (auto refusal =
          refuse_change(state, order, command.order, context, command.testimony.occurred_at)) {
    return *refusal;
  }
  if (order->status == command.status) {
    return refuse(Rejection::AlreadyInThatState,
                  {{"order", to_text(order->id)}, {"status", text(order->status)}});
  }
  if (command.status == OrderStatus::Declined) {
    return decide(state, context, DeclineOrder{command.order, command.reason, command.testimony});
  }
  if (command.status == OrderStatus::Cancelled) {
    return decide(state, context, CancelOrder{command.order, command.reason, command.testimony});
  }
  if (auto refusal = refuse_move(*order, command)) {
    return *refusal;
  }
  return OrderStatusSet{command.order,  order->status,          command.status,
                        command.reason, command.stated_arrival, command.testimony};
}

Decision decide(State const& state, Context const& context, DeclineOrder const& command) {
  Order const* order = find(state.orders, command.order);
  if (auto refusal =
          refuse_change(state, order, command.order, context, command.testimony.occurred_at)) {
    return *refusal;
  }
  if (command.reason.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  if (!is_active(order->status)) {
    return ended(*order);
  }
  if (!awaits_acknowledgement(order->status)) {
    return refuse(Rejection::AlreadyAcknowledged,
                  {{"order", to_text(order->id)}, {"status", text(order->status)}});
  }
  return OrderStatusSet{command.order,  order->status, OrderStatus::Declined,
                        command.reason, std::nullopt,  command.testimony};
}

Decision decide(State const& state, Context const& context, CancelOrder const& command) {
  Order const* order = find(state.orders, command.order);
  if (auto refusal =
          refuse_change(state, order, command.order, context, command.testimony.occurred_at)) {
    return *refusal;
  }
  if (command.reason.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  if (!is_active(order->status)) {
    return ended(*order);
  }
  return OrderCancelled{command.order, command.reason, std::nullopt, command.testimony};
}

Decision decide(State const& state, Context const& context, DivertOrder const& command) {
  Incident const* to = find(state.incidents, command.to);
  if (to == nullptr) {
    return missing(state, command.to);
  }
  Order const* order = find(state.orders, command.order);
  if (auto refusal = refuse_change(state, order, command.order, context, std::nullopt)) {
    return *refusal;
  }
  if (to->status == IncidentStatus::Closed) {
    return refuse(Rejection::IncidentClosed, {{"incident", to_text(command.to)}});
  }
  if (order->incident == command.to) {
    return refuse(Rejection::SameIncident, {{"incident", to_text(command.to)}});
  }
  if (command.reason.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  if (!is_active(order->status)) {
    return ended(*order);
  }
  if (auto refusal = refuse_unavailable(*find(state.teams, order->team))) {
    return *refusal;
  }
  OrderItem const item{order->team, command.instruction, "", command.estimate};
  OrderIssued next = issued(state, context, *to, item, 0, std::nullopt);
  next.diverted_from = order->id;
  std::vector<Event> events{OrderCancelled{command.order, command.reason, command.to, {}},
                            std::move(next)};
  add_responding(events, *to);
  return events;
}

void apply(State& state, Stamp const& stamp, OrderIssued const& event) {
  auto order = std::make_shared<Order>();
  order->id = event.order;
  order->kind = event.kind;
  order->incident = event.incident;
  order->team = event.team;
  order->instruction = event.instruction;
  order->destination = event.destination;
  order->area = event.area;
  order->estimate = event.estimate;
  order->issued_at = stamp.time;
  order->acknowledge_by = event.acknowledge_by;
  order->proposal = event.proposal;
  order->delivery = event.delivery;
  order->revision = stamp.sequence;
  add_stamp(*order, stamp, OrderStatus::Issued, {}, "");
  state.orders[event.order] = std::move(order);
  edit(state.teams, event.team, stamp.sequence, [&](Team& team) { team.order = event.order; });
  edit(state.incidents, event.incident, stamp.sequence,
       [&](Incident& incident) { incident.orders.push_back(event.order); });
  state.deadlines.insert({event.acknowledge_by, Deadline::Kind::AcknowledgeOrder, event.order});
  note_id(state.order_numbers, event.order);
  if (event.delivery) {
    open_delivery(state, stamp, delivery_of(event, stamp));
  }
}

void apply(State& state, Stamp const& stamp, OrderStatusSet const& event) {
  edit(state.orders, event.order, stamp.sequence, [&](Order& order) {
    order.status = event.to;
    order.stated_arrival = event.stated_arrival ? event.stated_arrival : order.stated_arrival;
    add_stamp(order, stamp, event.to, event.testimony, event.reason);
  });
  Order const& order = *find(state.orders, event.order);
  if (!awaits_acknowledgement(event.to)) {
    forget_deadline(state, order);
  }
  if (!is_active(event.to)) {
    release_team(state, order, stamp.sequence);
  }
  if (order.delivery) {
    advance_delivery(state, stamp, *order.delivery, delivery_status(event.to), text(event.to),
                     event.testimony.occurred_at);
  }
}

void apply(State& state, Stamp const& stamp, OrderCancelled const& event) {
  edit(state.orders, event.order, stamp.sequence, [&](Order& order) {
    order.status = OrderStatus::Cancelled;
    order.diverted_to = event.diverted_to;
    add_stamp(order, stamp, OrderStatus::Cancelled, event.testimony, event.reason);
  });
  Order const& order = *find(state.orders, event.order);
  forget_deadline(state, order);
  release_team(state, order, stamp.sequence);
  if (order.delivery) {
    advance_delivery(state, stamp, *order.delivery, DeliveryStatus::Ended, "cancelled");
  }
}

void apply(State& state, Stamp const& stamp, AcknowledgementOverdue const& event) {
  edit(state.orders, event.order, stamp.sequence,
       [](Order& order) { order.acknowledgement_overdue = true; });
  forget_deadline(state, *find(state.orders, event.order));
}

}  // namespace fenghuo::domain
