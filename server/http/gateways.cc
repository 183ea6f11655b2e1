#include "server/gateways/gateways.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "center/letter.h"
#include "messaging/codec/fields_json.h"
#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using domain::ContactStep;
using messaging::Json;

constexpr std::string_view kStatuses[] = {"delivered", "answered", "read_back", "failed"};

constexpr std::size_t kReceiptBytes = 16U << 10U;

Answer gateways(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {})) {
    return std::move(*unknown);
  }
  auto const style = api_style(desk);
  auto const state_name = [](messaging::CircuitState state) {
    switch (state) {
      case messaging::CircuitState::Closed:
        return "working";
      case messaging::CircuitState::Open:
        return "down";
      case messaging::CircuitState::HalfOpen:
        return "trying";
    }
    return "";
  };
  Json::Array items;
  for (auto const& one : desk.center.outbox().figures()) {
    items.push_back(Json::object({{"name", one.name},
                                  {"state", state_name(one.state)},
                                  {"failures_in_a_row", one.failures_in_a_row},
                                  {"waiting", one.waiting},
                                  {"handed_over", static_cast<std::int64_t>(one.handed_over)},
                                  {"dead", static_cast<std::int64_t>(one.dead)},
                                  {"failures", static_cast<std::int64_t>(one.failures)},
                                  {"last_handed_over_at", to_json(one.last_handed_over_at, style)},
                                  {"last_error", one.last_error},
                                  {"last_error_at", to_json(one.last_error_at, style)}}));
  }
  return Answer::json(Json::object({{"items", std::move(items)}}));
}

/// What a gateway says of one of our messages.
struct Receipt {
  std::string id, status, text, reference;
  std::optional<Time> at;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("status", self.status);
    f("text", self.text);
    f("reference", self.reference);
    f("at", self.at);
  }
};

ContactStep step_of(std::string_view status) {
  return status == kStatuses[0]   ? ContactStep::Delivered
         : status == kStatuses[1] ? ContactStep::Answered
         : status == kStatuses[2] ? ContactStep::ReadBack
                                  : ContactStep::NoAnswer;
}

/// The contact that a receipt means; nothing where there is no such message.
std::optional<domain::EnterContact> contact_of(Desk& desk, Receipt const& receipt, Time now) {
  auto const id = center::parse_message_id(receipt.id);
  if (!id || id->centre != desk.center.mark()) {
    return std::nullopt;
  }
  domain::EnterContact contact;
  contact.delivery = id->delivery;
  contact.step = step_of(receipt.status);
  contact.note = receipt.text;
  contact.testimony.means = id->means;
  // A gateway whose clock is ahead still tells the truth of what happened.
  contact.testimony.occurred_at =
      receipt.at ? std::optional{std::min(*receipt.at, now)} : receipt.at;
  bool const known = desk.center.committed().read([&](domain::State const& state) {
    auto const* delivery = domain::find(state.deliveries, id->delivery);
    if (delivery == nullptr || id->round > delivery->round ||
        id->recipient >= static_cast<std::int64_t>(delivery->recipients.size())) {
      return false;
    }
    contact.person = delivery->recipients[static_cast<std::size_t>(id->recipient)].person;
    return true;
  });
  return known ? std::optional{std::move(contact)} : std::nullopt;
}

Answer taken(bool first) { return Answer::json(Json::object({{"taken", true}, {"first", first}})); }

/// The signature stands for a login here: whoever holds the gateway's key speaks for it, and only of messages
/// that this centre sent.
Answer receive(Desk& desk, Gateways const& gateways, Call& call) {
  auto const& name = call.parameters[0];
  auto const secrets = gateways.secrets.find(name);
  if (secrets == gateways.secrets.end()) {
    return problem(call, 404, "not_found", "no gateway of this name is set up");
  }
  std::string const id = call.header("webhook-id"), timestamp = call.header("webhook-timestamp"),
                    signature = call.header("webhook-signature");
  Time const now = desk.center.now();
  if (auto const good = messaging::verify_signature(
          secrets->second, {id, timestamp, signature, call.body}, desk.center.clock().now());
      !good) {
    return problem(call, 401, "bad_signature", good.error().message);
  }
  Body body{call};
  body.require({"type", "data"});
  Receipt receipt;
  if (body.good()) {
    if (body.member("type")->text() != Json{"delivery.receipt"}.text()) {
      body.errors().push_back({"type", "expected delivery.receipt"});
    }
    messaging::from_json(*body.member("data"), receipt, body.context());
    if (std::find(std::begin(kStatuses), std::end(kStatuses), receipt.status) ==
        std::end(kStatuses)) {
      body.errors().push_back({"data/status", "delivered, answered, read_back or failed"});
    }
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  auto contact = contact_of(desk, receipt, now);
  if (!contact) {
    return problem(call, 404, "not_found",
                   "this centre has sent no such message, or it is archived");
  }
  contact->reference = fmt::format("{}:{}", name, id);
  contact->testimony.said_by = name;
  messaging::Request request;
  request.envelope.id = fmt::format("receipt/{}/{}", name, id);
  request.envelope.actor = {"gateway:" + name, "gateway"};
  request.envelope.command = std::move(*contact);
  auto const outcome = desk.center.carry_out(std::move(request));
  if (auto const* carried = std::get_if<messaging::Carried>(&outcome)) {
    return taken(!carried->replayed);
  }
  if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
    return refusal->rejection == domain::Rejection::AlreadyInThatState ? taken(false)
                                                                       : problem(call, *refusal);
  }
  auto const* error = std::get_if<Error>(&outcome);
  return error != nullptr
             ? problem(call, *error)
             : problem(call, 422, "id_reused", "this webhook-id came with another body");
}

}  // namespace

void add_gateway_routes(RouteTable& routes, Desk& desk, Gateways const& set_up) {
  routes
      .add({"GET", "/api/v1/gateways", Permission::CallDown,
            [&desk](Call& c) { return gateways(desk, c); }})
      .work = WorkClass::Status;
  routes
      .add({"POST", "/api/v1/gateways/{}/receipts", Permission::None,
            [&desk, &set_up](Call& c) { return receive(desk, set_up, c); }})
      .body_limit = kReceiptBytes;
}

}  // namespace fenghuo::server
