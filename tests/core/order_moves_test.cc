// Every step of an order from every status to every status, against a table written from the rules: the
// state machine in core/domain/order.h and the statuses of the contract.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/base/time_text.h"
#include "core/domain/order.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {

namespace {

using domain::OrderStatus;

constexpr std::array<OrderStatus, 12> kStatuses{
    OrderStatus::Issued,        OrderStatus::Delivered,     OrderStatus::Acknowledged,
    OrderStatus::EnRoute,       OrderStatus::OnScene,       OrderStatus::Working,
    OrderStatus::ToDestination, OrderStatus::AtDestination, OrderStatus::Released,
    OrderStatus::Returned,      OrderStatus::Declined,      OrderStatus::Cancelled};

// Rows: from; columns: to; I D A E S W = issued … working, t a = to/at destination, L R = released, returned,
// X C = declined, cancelled.   + goes   = already there   b before acknowledgement there is nothing to go
// back to   k acknowledged, so no declining   e the order has ended
//                                                    I D A E S W t a L R X C
constexpr std::array<std::string_view, 12> kTransport{"= + + + + + + + + + + +",   // issued
                                                      "b = + + + + + + + + + +",   // delivered
                                                      "b b = + + + + + + + k +",   // acknowledged
                                                      "b b + = + + + + + + k +",   // en_route
                                                      "b b + + = + + + + + k +",   // on_scene
                                                      "b b + + + = + + + + k +",   // working
                                                      "b b + + + + = + + + k +",   // to_destination
                                                      "b b + + + + + = + + k +",   // at_destination
                                                      "e e e e e e e e = + e e",   // released
                                                      "e e e e e e e e e = e e",   // returned
                                                      "e e e e e e e e e e = e",   // declined
                                                      "e e e e e e e e e e e ="};  // cancelled

std::string expected(std::size_t from, std::size_t to, bool reason, bool transport) {
  char const cell = kTransport[from][to * 2];
  if (cell == '=') {
    return "already_in_that_state";
  }
  bool const says_why = to < from || kStatuses[to] == OrderStatus::Declined ||
                        kStatuses[to] == OrderStatus::Cancelled;
  if (says_why && !reason) {
    return "reason_required";
  }
  bool const destination =
      kStatuses[to] == OrderStatus::ToDestination || kStatuses[to] == OrderStatus::AtDestination;
  if (cell == '+' && destination && !transport) {
    return "not_transport";
  }
  return cell == '+'   ? "accepted"
         : cell == 'b' ? "backward_not_allowed"
         : cell == 'k' ? "already_acknowledged"
                       : "order_ended";
}

Time now() { return *parse_rfc3339("2026-03-01T08:00:00Z"); }

KernelRun order_in(OrderStatus status, bool transport) {
  KernelRun run;
  run.give(now(), "found_center jurisdiction=A");
  run.give(now(), "register_team name=T1");
  run.give(now(), "open_incident title=I1");
  run.give(now(), std::string{"issue_orders incident=I-2026-000001 items=[{team=T-2026-000001"} +
                      (transport ? " destination=hospital" : "") + "}]");
  if (status != OrderStatus::Issued) {
    run.give(now(), "set_order_status order=O-2026-000001 reason=x status=" +
                        std::string{name_of(status)});
  }
  return run;
}

/// What must hold after a move, read from the rules: who is active holds the team, who waits has a deadline.
void expect_consequences(KernelRun const& run, OrderStatus status) {
  auto const& order = *run.state().orders.begin()->second;
  auto const& team = *run.state().teams.begin()->second;
  EXPECT_EQ(order.status, status);
  bool const active = status != OrderStatus::Released && status != OrderStatus::Returned &&
                      status != OrderStatus::Declined && status != OrderStatus::Cancelled;
  EXPECT_EQ(team.order.has_value(), active) << name_of(status);
  bool const waits = status == OrderStatus::Issued || status == OrderStatus::Delivered;
  EXPECT_EQ(kernel::next_deadline(run.state()).has_value(), waits) << name_of(status);
  EXPECT_EQ(run.broken(), std::vector<std::string>{});
}

void try_move(std::size_t from, std::size_t to, bool reason, bool transport) {
  OrderStatus const start = kStatuses[from];
  bool const at_destination =
      start == OrderStatus::ToDestination || start == OrderStatus::AtDestination;
  if (at_destination && !transport) {
    return;  // cannot be there
  }
  KernelRun run = order_in(start, transport);
  ASSERT_EQ(run.state().orders.begin()->second->status, start);
  domain::SetOrderStatus const command{
      {2026, 1}, kStatuses[to], reason ? "because" : "", std::nullopt, {}};
  auto const outcome = outcome_of(run.give(now(), command));
  EXPECT_EQ(outcome, expected(from, to, reason, transport))
      << name_of(start) << " -> " << name_of(kStatuses[to]) << (reason ? " with" : " without")
      << " reason" << (transport ? ", transport" : "");
  expect_consequences(run, outcome == "accepted" ? kStatuses[to] : start);
}

TEST(OrderMoves, EveryStepIsAsTheRulesSay) {
  for (std::size_t from = 0; from < kStatuses.size(); ++from) {
    for (std::size_t to = 0; to < kStatuses.size(); ++to) {
      for (bool const reason : {false, true}) {
        try_move(from, to, reason, false);
        try_move(from, to, reason, true);
      }
    }
  }
}

TEST(OrderMoves, DeclineAndCancelAreTheSameByTheirOwnCommands) {
  for (std::size_t from = 0; from < kStatuses.size(); ++from) {
    for (bool const reason : {false, true}) {
      std::string const why = reason ? " reason=x" : "";
      bool const active = from < 8;
      KernelRun declining = order_in(kStatuses[from], true);
      EXPECT_EQ(outcome_of(declining.give(now(), "decline_order order=O-2026-000001" + why)),
                !reason    ? "reason_required"
                : from < 2 ? "accepted"
                : active   ? "already_acknowledged"
                           : "order_ended");
      KernelRun cancelling = order_in(kStatuses[from], true);
      EXPECT_EQ(outcome_of(cancelling.give(now(), "cancel_order order=O-2026-000001" + why)),
                !reason  ? "reason_required"
                : active ? "accepted"
                         : "order_ended");
    }
  }
}

}  // namespace

}  // namespace fenghuo::tests
