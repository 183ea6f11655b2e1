#include "server/access/login_guard.h"
#include "server/access/sign_in.h"
#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

Json identity_json(Identity const& who) {
  messaging::WriteStyle const style{.zone_minutes = 0, .complete = true};
  return Json::object({{"account", who.account},
                       {"display_name", who.display_name},
                       {"roles", to_json(who.roles, style)},
                       {"area", who.area},
                       {"team", to_json(who.team, style)}});
}

struct Login {
  std::string account, password;
  static void fields(auto& f, auto& self) {
    f("account", self.account);
    f("password", self.password);
  }
};

Answer locked_out(Call const& call) {
  Answer answer = problem(call, 429, "too_many_logins",
                          "wait fifteen minutes, or ask a security administrator");
  answer.headers.emplace_back("Retry-After", "900");
  return answer;
}

Answer log_in(Desk& desk, Call& call, LoginGuard& guard) {
  Login login;
  Body body{call};
  body.require({"account", "password"}).read(login);
  if (!body.good()) {
    return problem(call, body.errors());
  }
  Time const now = desk.center.clock().now();
  if (guard.locked(login.account, call.peer, now)) {
    return locked_out(call);
  }
  auto const fits = desk.secrets.password_fits(login.account, login.password);
  if (!fits) {
    return problem(call, fits.error());
  }
  // Many tries at once all passed the first look before one of them had failed: they learn nothing either.
  if (guard.locked(login.account, call.peer, now)) {
    return locked_out(call);
  }
  auto const identity = identity_of(desk.center, login.account);
  if (!*fits || !identity) {
    guard.failed(login.account, call.peer, now);
    return problem(call, 401, "wrong_password");
  }
  guard.succeeded(login.account, call.peer);
  auto const session = desk.secrets.new_session(login.account, now);
  if (!session) {
    return problem(call, session.error());
  }
  Answer answer = Answer::json(identity_json(*identity), 201);
  answer.headers.emplace_back("Set-Cookie",
                              std::string{kSessionCookie} + "=" + *session +
                                  "; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");
  return answer;
}

Answer log_out(Desk& desk, Call& call) {
  if (!call.session.empty()) {
    if (auto const ended = desk.secrets.end_session(call.session); !ended) {
      return problem(call, ended.error());
    }
  }
  Answer answer = Answer::json(Json{Json::Object{}});
  answer.headers.emplace_back("Set-Cookie", std::string{kSessionCookie} +
                                                "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  return answer;
}

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
  auto const issued = desk.secrets.new_token(call.who.account, wish.label,
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
  auto const tokens = desk.secrets.tokens(all ? std::nullopt : std::optional{call.who.account});
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
  auto const tokens = desk.secrets.tokens(std::nullopt);
  if (!tokens) {
    return problem(call, tokens.error());
  }
  bool const may = std::any_of(tokens->begin(), tokens->end(), [&](TokenInfo const& token) {
    return token.id == call.parameters[0] &&
           (token.account == call.who.account || call.who.may(Permission::Accounts));
  });
  auto const revoked = may ? desk.secrets.revoke_token(call.parameters[0]) : Result<bool>{false};
  if (!revoked) {
    return problem(call, revoked.error());
  }
  return *revoked ? Answer::json(Json{Json::Object{}})
                  : problem(call, 404, "not_found", "there is no such token of yours");
}

}  // namespace

void add_session_routes(RouteTable& routes, Desk& desk) {
  auto const guard = std::make_shared<LoginGuard>();
  routes.add({"POST", "/api/v1/session", Permission::None,
              [&desk, guard](Call& c) { return log_in(desk, c, *guard); }, 16'384,
              WorkClass::SignIn});
  routes
      .add({"GET", "/api/v1/session", Permission::SignedIn,
            [](Call& c) { return Answer::json(identity_json(c.who)); }})
      .work = WorkClass::Status;
  routes.add({"DELETE", "/api/v1/session", Permission::SignedIn,
              [&](Call& c) { return log_out(desk, c); }});
  routes.add({"POST", "/api/v1/tokens", Permission::SignedIn,
              [&](Call& c) { return create_token(desk, c); }});
  routes.add({"GET", "/api/v1/tokens", Permission::SignedIn,
              [&](Call& c) { return list_tokens(desk, c); }});
  routes.add({"DELETE", "/api/v1/tokens/{}", Permission::SignedIn,
              [&](Call& c) { return revoke_token(desk, c); }});
}

}  // namespace fenghuo::server
