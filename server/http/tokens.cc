#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

struct NewToken {
  std::string label;
  std::optional<Time> expires_at;
  static void fields(auto& f, auto& self) {
    f("label", self.label);
    f("expires_at", self.expires_at);
  }
};

Answer create_token(Desk& desk, Call& call) {
  NewToken wish;
  Body body{call};
  body.read(wish);
  if (!body.good()) {
    return problem(call, body.errors());
  }
  auto const issued = desk.secrets.tokens.issue(call.who.account, wish.label,
                                                desk.center.clock().now(), wish.expires_at);
  if (!issued) {
    return problem(call, issued.error());
  }
  return Answer::json(
      Json::object({{"id", issued->id}, {"token", issued->secret}, {"label", wish.label}}), 201);
}

Json token_json(TokenInfo const& token, messaging::WriteStyle const& style) {
  return Json::object({{"id", token.id},
                       {"account", token.account},
                       {"label", token.label},
                       {"created_at", to_json(token.created_at, style)},
                       {"expires_at", to_json(token.expires_at, style)}});
}

/// Own tokens; those who keep accounts see all.
Answer list_tokens(Desk& desk, Call& call) {
  bool const all = call.who.may(Permission::Accounts);
  auto const tokens =
      desk.secrets.tokens.list(all ? std::nullopt : std::optional{call.who.account});
  if (!tokens) {
    return problem(call, tokens.error());
  }
  Json::Array items;
  for (auto const& token : *tokens) {
    items.push_back(token_json(token, api_style(desk)));
  }
  return Answer::json(Json::object({{"items", std::move(items)}, {"next_cursor", Json{}}}));
}

Answer revoke_token(Desk& desk, Call& call) {
  auto const tokens = desk.secrets.tokens.list(std::nullopt);
  if (!tokens) {
    return problem(call, tokens.error());
  }
  bool const may = std::any_of(tokens->begin(), tokens->end(), [&](TokenInfo const& token) {
    return token.id == call.parameters[0] &&
           (token.account == call.who.account || call.who.may(Permission::Accounts));
  });
  auto const revoked = may ? desk.secrets.tokens.revoke(call.parameters[0]) : Result<bool>{false};
  if (!revoked) {
    return problem(call, revoked.error());
  }
  return *revoked ? Answer::json(Json{Json::Object{}})
                  : problem(call, 404, "not_found", "there is no such token of yours");
}

}  // namespace

void add_token_routes(RouteTable& routes, Desk& desk) {
  routes.add({"POST", "/api/v1/tokens", Permission::SignedIn,
              [&](Call& c) { return create_token(desk, c); }});
  routes.add({"GET", "/api/v1/tokens", Permission::SignedIn,
              [&](Call& c) { return list_tokens(desk, c); }});
  routes.add({"DELETE", "/api/v1/tokens/{}", Permission::SignedIn,
              [&](Call& c) { return revoke_token(desk, c); }});
}

}  // namespace fenghuo::server
