#include "server/access/totp.h"
#include "server/http/page.h"
#include "server/http/sign_in_answers.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

/// A program with a token has no telephone, and whoever has stolen a token must not bind the account to his own.
std::optional<Answer> refuse_program(Call const& call) {
  if (call.by_session()) {
    return std::nullopt;
  }
  return problem(call, 403, "not_allowed", "log in with the password; a token enrols nothing");
}

/// Shown once, as text and as what a QR code holds.
Answer begin(Desk& desk, Call& call) {
  if (auto refused = refuse_program(call)) {
    return std::move(*refused);
  }
  auto begun = desk.secrets.second_factors.begin(call.who.account);
  if (!begun) {
    return problem(call, begun.error());
  }
  SecretText const secret{std::move(begun).value()};
  std::string const center = desk.center.committed().read([](domain::State const& state) {
    return state.founding ? state.founding->jurisdiction : std::string{};
  });
  return Answer::json(
      Json::object({{"secret", base32(secret.text)},
                    {"uri", otpauth_uri("烽火 " + center, call.who.account, secret.text)}}),
      201);
}

struct Confirmation {
  std::string code;
  static void fields(auto& f, auto& self) { f("code", self.code); }
};

Answer confirm(Desk& desk, Call& call) {
  Confirmation wish;
  Body body{call};
  body.require({"code"}).read(wish);
  if (!body.good()) {
    return problem(call, body.errors());
  }
  if (auto refused = refuse_program(call)) {
    return std::move(*refused);
  }
  Time const now = desk.center.clock().now();
  LoginTry const who{call.who.account, call.peer, call.trusted};
  if (desk.secrets.guard.locked(who, now)) {
    return locked_out(desk, call);
  }
  auto const codes = desk.secrets.second_factors.confirm(call.who.account, wish.code, now);
  if (!codes) {
    return problem(call, codes.error());
  }
  if (!*codes) {
    desk.secrets.guard.failed(who, now);
    return problem(call, 403, "wrong_code", "the code that the telephone shows now");
  }
  if (auto const wider = desk.secrets.sessions.widen(call.proof.id); !wider) {
    return problem(call, wider.error());
  }
  Json::Array list;
  for (auto const& code : **codes) {
    list.emplace_back(code);
  }
  return Answer::json(Json::object({{"recovery_codes", std::move(list)}}), 201);
}

Answer reset(Desk& desk, Call& call) {
  bool const known = desk.center.committed().read([&](domain::State const& state) {
    return domain::find(state.accounts, call.parameters[0]) != nullptr;
  });
  if (!known) {
    return problem(call, 404, "unknown_account", call.parameters[0]);
  }
  auto const was = desk.secrets.reset_second_factor(call.parameters[0]);
  if (!was) {
    return problem(call, was.error());
  }
  return *was ? Answer::json(Json{Json::Object{}})
              : problem(call, 404, "not_found", "this account has no second factor");
}

}  // namespace

void add_second_factor_routes(RouteTable& routes, Desk& desk) {
  std::string const base = "/api/v1/session/second-factor";
  Route& begun =
      routes.add({"POST", base, Permission::SignedIn, [&](Call& c) { return begin(desk, c); }});
  begun.also = {SessionScope::Enrol};
  begun.work = WorkClass::SignIn;
  Route& confirmed = routes.add(
      {"POST", base + "/confirm", Permission::SignedIn, [&](Call& c) { return confirm(desk, c); }});
  confirmed.also = {SessionScope::Enrol};
  confirmed.work = WorkClass::SignIn;
  routes.add({"DELETE", "/api/v1/users/{}/second-factor", Permission::Accounts,
              [&](Call& c) { return reset(desk, c); }});
}

}  // namespace fenghuo::server
