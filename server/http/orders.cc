#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

/// Estimates are looked up here, outside the kernel, and travel inside the command.
void estimate_all(Desk& desk, domain::IssueOrders& command) {
  for (auto& item : command.items) {
    if (item.estimate.basis == domain::EtaBasis::Unknown) {
      item.estimate = desk.center.dispatch().estimate(item.team, command.incident);
    }
  }
}

bool names_a_proposal(Body& body) {
  Json const* token = body.member("proposal");
  return token != nullptr && !token->is_null();
}

/// The rows of the recommendation that the orders are given on enter with the command. A token that nobody
/// knows any more (the centre was started anew) costs the record, never the order.
void follow_proposal(Desk& desk, domain::IssueOrders& command, Body& body) {
  if (!names_a_proposal(body)) {
    return;
  }
  std::string const* token = body.member("proposal")->string();
  if (token == nullptr) {
    body.errors().push_back({"/proposal", "expected the token that a recommendation gave"});
  } else if (auto const rows = desk.center.dispatch().proposal(*token, command.incident)) {
    command.proposal = *rows;
  }
}

void tell_of_proposal(std::vector<kernel::RecordedEvent> const& events, bool asked, Answer& made) {
  auto const* recorded = std::get_if<domain::ProposalRecorded>(&events.front().event);
  made.body.add("proposal", recorded == nullptr ? Json{} : Json{to_text(recorded->proposal)});
  if (recorded == nullptr && asked) {
    made.body.add(
        "proposal_note",
        "the orders are given; the recommendation is no longer known here, or was made for "
        "another incident, and could not be recorded with them");
  }
}

Answer issue(Desk& desk, Call& call) {
  std::optional<Answer> foreign;
  bool asked = false;
  Answer answer = change<domain::IssueOrders>(
      desk, call, "incident", &domain::State::incidents,
      {.takes_if_match = false, .required = {"items"}, .elsewhere = {"proposal"}},
      [&](domain::IssueOrders& command, Body& body) {
        asked = names_a_proposal(body);
        if (command.items.empty()) {
          body.errors().push_back({"/items", "name at least one team"});
        }
        for (std::size_t i = 0; i < command.items.size(); ++i) {
          if (command.items[i].team == TeamId{}) {
            body.errors().push_back({"/items/" + std::to_string(i) + "/team", "is required"});
          }
        }
        for (auto const& item : command.items) {
          if (!foreign) {
            foreign = refuse_foreign(desk, call, &domain::State::teams, item.team);
          }
        }
        if (foreign) {
          body.errors().push_back({"/items", "a team of another area"});
        } else if (body.good()) {
          estimate_all(desk, command);
          follow_proposal(desk, command, body);
        }
      },
      [&](auto const& events, Answer& made) {
        Json::Array orders;
        for (auto const& event : events) {
          if (auto const* issued = std::get_if<domain::OrderIssued>(&event.event)) {
            orders.push_back(messaging::event_data(*issued, api_style(desk)));
          }
        }
        made.status = 201;
        made.body.add("orders", std::move(orders));
        tell_of_proposal(events, asked, made);
      });
  return foreign ? std::move(*foreign) : std::move(answer);
}

Answer acknowledge(Desk& desk, Call& call) {
  return change<domain::SetOrderStatus>(
      desk, call, "order", &domain::State::orders, {.permission = Permission::OrderStatus},
      [](domain::SetOrderStatus& command, Body& body) {
        if (body.member("status") != nullptr) {
          body.errors().push_back({"/status", "acknowledging sets it; use …/status for others"});
        }
        command.status = domain::OrderStatus::Acknowledged;
      });
}

Answer divert(Desk& desk, Call& call) {
  std::optional<Answer> foreign;
  Answer answer = change<domain::DivertOrder>(
      desk, call, "order", &domain::State::orders, {.required = {"to", "reason"}},
      [&](domain::DivertOrder& command, Body& body) {
        foreign = refuse_foreign(desk, call, &domain::State::incidents, command.to);
        if (foreign) {
          body.errors().push_back({"/to", "an incident of another area"});
          return;
        }
        auto const team = desk.center.committed().read([&](domain::State const& state) {
          auto const* order = domain::find(state.orders, command.order);
          return order == nullptr ? TeamId{} : order->team;
        });
        command.estimate = desk.center.dispatch().estimate(team, command.to);
      });
  return foreign ? std::move(*foreign) : std::move(answer);
}

}  // namespace

void add_order_routes(RouteTable& routes, Desk& desk) {
  auto const shelf = &domain::State::orders;
  std::string const base = "/api/v1/orders";
  routes.add({"POST", "/api/v1/incidents/{}/orders", Permission::Dispatch,
              [&](Call& c) { return issue(desk, c); }});
  routes.add(
      {"GET", base, Permission::Read, [&desk, shelf](Call& c) { return list(desk, c, shelf); }});
  routes.add({"GET", base + "/{}", Permission::Read,
              [&desk, shelf](Call& c) { return show(desk, c, shelf); }});
  routes.add({"POST", base + "/{}/acknowledge", Permission::OrderStatus,
              [&](Call& c) { return acknowledge(desk, c); }});
  routes.add({"POST", base + "/{}/decline", Permission::OrderStatus, [&desk, shelf](Call& c) {
                return change<domain::DeclineOrder>(
                    desk, c, "order", shelf,
                    {.permission = Permission::OrderStatus, .required = {"reason"}});
              }});
  routes.add({"POST", base + "/{}/status", Permission::OrderStatus, [&desk, shelf](Call& c) {
                return change<domain::SetOrderStatus>(
                    desk, c, "order", shelf,
                    {.permission = Permission::OrderStatus, .required = {"status"}});
              }});
  routes.add({"POST", base + "/{}/cancel", Permission::Dispatch, [&desk, shelf](Call& c) {
                return change<domain::CancelOrder>(desk, c, "order", shelf,
                                                   {.required = {"reason"}});
              }});
  routes.add({"POST", base + "/{}/divert", Permission::Dispatch,
              [&](Call& c) { return divert(desk, c); }});
}

}  // namespace fenghuo::server
