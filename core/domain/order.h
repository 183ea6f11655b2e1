#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/proposal.h"
#include "core/domain/vocabulary.h"

/// An order 调度令 to one team for one incident, or a request 商请 to a force that is not ours.
///
///   issued -> delivered -> acknowledged -> en_route -> on_scene -> working
///             -> to_destination -> at_destination (transports only) -> released -> returned
///   issued, delivered --decline--> declined        any active --cancel, divert--> cancelled
///
/// Who may move it: the team (or somebody on its behalf, with the means), dispatchers. Steps may be
/// skipped forwards; a step back needs a reason and never goes below acknowledged. Active means: it
/// holds its team (issued … at_destination). An order that nobody acknowledged in time is flagged by
/// Tick; nothing is ever sent a second time by itself. For a request, acknowledged means agreed by
/// their command, whose own estimate is kept beside ours.
/// Source: London Ambulance Service inquiry 1993: lost acknowledgements must not send a second crew.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

enum class OrderKind { Order, Request };

enum class OrderStatus {
  Issued,
  Delivered,
  Acknowledged,
  EnRoute,
  OnScene,
  Working,
  ToDestination,
  AtDestination,
  Released,
  Returned,
  Declined,
  Cancelled
};

/// When a status held, who said so and how.
struct StatusStamp {
  OrderStatus status = OrderStatus::Issued;
  Time occurred_at, recorded_at;
  Means means = Means::System;
  std::string said_by;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("status", self.status);
    f("occurred_at", self.occurred_at);
    f("recorded_at", self.recorded_at);
    f("means", self.means);
    f("said_by", self.said_by);
    f("reason", self.reason);
  }
};

struct Order {
  OrderId id;
  OrderKind kind = OrderKind::Order;
  OrderStatus status = OrderStatus::Issued;
  IncidentId incident;
  TeamId team;
  std::string instruction, area;
  std::string destination;  ///< empty: no transport
  TravelEstimate estimate;
  std::optional<Time> stated_arrival;  ///< as their command says, for a request
  Time issued_at, acknowledge_by;
  bool acknowledgement_overdue = false;
  std::vector<StatusStamp> course;
  std::optional<IncidentId> diverted_to;
  std::optional<ProposalId> proposal;  ///< the recommendation that it was given on
  std::optional<DeliveryId>
      delivery;  ///< how it reaches the team; none of orders from before there were any
  std::vector<ClosureId> blocked_by;  ///< closures that fell on the team's way, as they came
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("kind", self.kind);
    f("status", self.status);
    f("incident", self.incident);
    f("team", self.team);
    f("instruction", self.instruction);
    f("area", self.area);
    f("destination", self.destination);
    f("estimate", self.estimate);
    f("stated_arrival", self.stated_arrival);
    f("issued_at", self.issued_at);
    f("acknowledge_by", self.acknowledge_by);
    f("acknowledgement_overdue", self.acknowledgement_overdue);
    f("course", self.course);
    f("diverted_to", self.diverted_to);
    f("proposal", self.proposal);
    f("delivery", self.delivery);
    f("blocked_by", self.blocked_by);
    f("revision", self.revision);
  }
};

constexpr bool is_active(OrderStatus status) { return status <= OrderStatus::AtDestination; }
constexpr bool awaits_acknowledgement(OrderStatus status) {
  return status <= OrderStatus::Delivered;
}

/// The team has said that it comes and has not said that it is there.
constexpr bool is_under_way(OrderStatus status) {
  return status == OrderStatus::Acknowledged || status == OrderStatus::EnRoute;
}

// Commands.

struct OrderItem {
  TeamId team;
  std::string instruction, destination;
  TravelEstimate estimate;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    f("instruction", self.instruction);
    f("destination", self.destination);
    f("estimate", self.estimate);
  }
};

/// Sends teams to an incident: all or none. The kind of each order follows from the team's force.
struct IssueOrders {
  static constexpr std::string_view kName = "issue_orders";
  IncidentId incident;
  std::vector<OrderItem> items;
  std::optional<Duration> acknowledge_within;  ///< empty: as the clocks in force say
  std::optional<ProposalRows> proposal;        ///< the recommendation that it follows, or does not
  std::string deviates_because;                ///< why not
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("items", self.items);
    f("acknowledge_within", self.acknowledge_within);
    f("proposal", self.proposal);
    f("deviates_because", self.deviates_because);
  }
};

struct SetOrderStatus {
  static constexpr std::string_view kName = "set_order_status";
  OrderId order;
  OrderStatus status = OrderStatus::Acknowledged;
  std::string reason;
  std::optional<Time> stated_arrival;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("status", self.status);
    f("reason", self.reason);
    f("stated_arrival", self.stated_arrival);
    Testimony::fields(f, self.testimony);
  }
};

struct DeclineOrder {
  static constexpr std::string_view kName = "decline_order";
  OrderId order;
  std::string reason;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("reason", self.reason);
    Testimony::fields(f, self.testimony);
  }
};

struct CancelOrder {
  static constexpr std::string_view kName = "cancel_order";
  OrderId order;
  std::string reason;
  Testimony testimony{};
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("reason", self.reason);
    Testimony::fields(f, self.testimony);
  }
};

/// Cancels the order and sends its team to another incident in one step. A team that broke down on the
/// way cannot be sent on.
struct DivertOrder {
  static constexpr std::string_view kName = "divert_order";
  OrderId order;
  IncidentId to;
  std::string reason, instruction;
  TravelEstimate estimate;
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("to", self.to);
    f("reason", self.reason);
    f("instruction", self.instruction);
    f("estimate", self.estimate);
  }
};

// Events.

struct OrderIssued {
  static constexpr std::string_view kName = "order_issued";
  static constexpr int kVersion = 2;  ///< 1 had no delivery
  OrderId order;
  OrderKind kind = OrderKind::Order;
  IncidentId incident;
  TeamId team;
  std::string instruction, destination, area;
  TravelEstimate estimate;
  Time acknowledge_by;
  std::optional<OrderId> diverted_from;
  std::optional<ProposalId> proposal;
  std::optional<DeliveryId> delivery;
  std::vector<PersonCode>
      chain;  ///< who is told if the team does not answer: its contacts, their deputies
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("kind", self.kind);
    f("incident", self.incident);
    f("team", self.team);
    f("instruction", self.instruction);
    f("destination", self.destination);
    f("area", self.area);
    f("estimate", self.estimate);
    f("acknowledge_by", self.acknowledge_by);
    f("diverted_from", self.diverted_from);
    f("proposal", self.proposal);
    f("delivery", self.delivery);
    f("chain", self.chain);
  }
};

struct OrderStatusSet {
  static constexpr std::string_view kName = "order_status_set";
  static constexpr int kVersion = 1;
  OrderId order;
  OrderStatus from = OrderStatus::Issued, to = OrderStatus::Issued;
  std::string reason;
  std::optional<Time> stated_arrival;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("from", self.from);
    f("to", self.to);
    f("reason", self.reason);
    f("stated_arrival", self.stated_arrival);
    Testimony::fields(f, self.testimony);
  }
};

struct OrderCancelled {
  static constexpr std::string_view kName = "order_cancelled";
  static constexpr int kVersion = 1;
  OrderId order;
  std::string reason;
  std::optional<IncidentId> diverted_to;
  Testimony testimony{};
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("reason", self.reason);
    f("diverted_to", self.diverted_to);
    Testimony::fields(f, self.testimony);
  }
};

struct AcknowledgementOverdue {
  static constexpr std::string_view kName = "acknowledgement_overdue";
  static constexpr int kVersion = 1;
  OrderId order;
  Time due;
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("due", self.due);
  }
};

Decision decide(State const& state, Context const& context, IssueOrders const& command);
Decision decide(State const& state, Context const& context, SetOrderStatus const& command);
Decision decide(State const& state, Context const& context, DeclineOrder const& command);
Decision decide(State const& state, Context const& context, CancelOrder const& command);
Decision decide(State const& state, Context const& context, DivertOrder const& command);

void apply(State& state, Stamp const& stamp, OrderIssued const& event);
void apply(State& state, Stamp const& stamp, OrderStatusSet const& event);
void apply(State& state, Stamp const& stamp, OrderCancelled const& event);
void apply(State& state, Stamp const& stamp, AcknowledgementOverdue const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::OrderKind> {
  static constexpr std::array<std::string_view, 2> kNames{"order", "request"};
};
template <>
struct EnumNames<domain::OrderStatus> {
  static constexpr std::array<std::string_view, 12> kNames{
      "issued",         "delivered",      "acknowledged", "en_route", "on_scene", "working",
      "to_destination", "at_destination", "released",     "returned", "declined", "cancelled"};
};
}  // namespace fenghuo
