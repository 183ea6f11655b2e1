#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using domain::State;
using messaging::Json;

/// One contact, by one key and without a guard: two who enter what they heard never overwrite each other.
Answer enter(Desk& desk, Call& call) {
  return change<domain::EnterContact>(
      desk, call, "delivery", &State::deliveries,
      {.permission = Permission::EnterContact, .takes_if_match = false, .required = {"step"}});
}

Answer resend(Desk& desk, Call& call) {
  return change<domain::ResendDelivery>(
      desk, call, "delivery", &State::deliveries,
      {.permission = Permission::CallDown, .takes_if_match = false, .required = {"reason"}});
}

/// What waits for the caller himself: for his team, his person. The newest first.
Answer inbox(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"limit"})) {
    return std::move(*unknown);
  }
  auto const asked = call.query.contains("limit") ? whole_number(call.argument("limit"))
                                                  : std::optional<std::int64_t>{100};
  if (!asked || *asked < 1 || *asked > 500) {
    return problem(call, {{"limit", "1 to 500"}});
  }
  if (!call.who.team && !call.who.person) {
    return problem(call, 409, "conflict", "this account is tied to no person and no team");
  }
  return desk.center.committed().read([&](State const& state) {
    Json::Array items;
    for (auto it = state.deliveries.rbegin();
         it != state.deliveries.rend() && items.size() < static_cast<std::size_t>(*asked); ++it) {
      auto const& recipients = it->second->recipients;
      bool const mine = std::any_of(
          recipients.begin(), recipients.end(), [&](domain::Recipient const& recipient) {
            return (call.who.team && recipient.team == call.who.team) ||
                   (call.who.person && recipient.person == call.who.person);
          });
      if (mine && it->second->status != domain::DeliveryStatus::Ended) {
        items.push_back(view(desk, *it->second));
      }
    }
    Answer answer = Answer::json(Json::object({{"items", std::move(items)}}));
    answer.body.add("as_of", state.sequence);
    return answer;
  });
}

}  // namespace

void add_delivery_routes(RouteTable& routes, Desk& desk) {
  std::string const base = "/api/v1/deliveries";
  auto const shelf = &State::deliveries;
  routes.add(
      {"GET", base, Permission::Read, [&desk, shelf](Call& c) { return list(desk, c, shelf); }});
  routes.add({"GET", base + "/{}", Permission::Read,
              [&desk, shelf](Call& c) { return show(desk, c, shelf); }});
  routes.add({"POST", base + "/{}/contacts", Permission::EnterContact,
              [&](Call& c) { return enter(desk, c); }});
  routes.add({"POST", base + "/{}/resend", Permission::CallDown,
              [&](Call& c) { return resend(desk, c); }});
  routes.add({"GET", "/api/v1/inbox", Permission::Read, [&](Call& c) { return inbox(desk, c); }})
      .work = WorkClass::Status;
}

}  // namespace fenghuo::server
