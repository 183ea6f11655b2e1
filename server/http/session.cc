#include <fmt/format.h>

#include <algorithm>

#include "server/access/sign_in.h"
#include "server/http/page.h"
#include "server/http/sign_in_answers.h"

namespace fenghuo::server {

using messaging::Json;

Answer locked_out(Desk const& desk, Call const& call) {
  auto const seconds = desk.secrets.profile.lock.us / 1'000'000;
  Answer answer = problem(call, 429, "too_many_logins",
                          fmt::format("wait {} minutes, or ask a security administrator to set the "
                                      "password anew",
                                      seconds / 60));
  answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  return answer;
}

bool asks_for_second_factor(Settings const& settings, Identity const& who) {
  using domain::Role;
  constexpr Role kHigh[] = {Role::Commander, Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor};
  bool const high = std::find_first_of(who.roles.begin(), who.roles.end(), std::begin(kHigh),
                                       std::end(kHigh)) != who.roles.end();
  return settings.second_factor == "all" || (settings.second_factor == "administrators" && high);
}

bool from_this_machine(Call const& call) {
  bool const loopback = call.peer.starts_with("127.") || call.peer == "::1";
  return loopback && call.header("X-Forwarded-For").empty() && call.header("Forwarded").empty() &&
         call.header("Via").empty() && call.header("X-Real-IP").empty();
}

Json identity_json(Desk& desk, Identity const& who, SessionScope scope) {
  messaging::WriteStyle const style{.zone_minutes = 0, .complete = true};
  Json must;
  if (scope == SessionScope::NewPassword) {
    must = "change_password";
  } else if (scope == SessionScope::Enrol) {
    must = "enrol_second_factor";
  }
  SecondFactors& factors = desk.secrets.second_factors;
  return Json::object({{"account", who.account},
                       {"display_name", who.display_name},
                       {"roles", to_json(who.roles, style)},
                       {"area", who.area},
                       {"team", to_json(who.team, style)},
                       {"second_factor", factors.enrolled(who.account)},
                       {"recovery_codes_left", factors.recovery_codes_left(who.account)},
                       {"must", std::move(must)}});
}

namespace {

std::pair<std::string, std::string> session_cookie(Desk const& desk, Call const& call,
                                                   std::string const& secret) {
  auto const seconds = secret.empty() ? 0 : desk.secrets.profile.life.us / 1'000'000;
  return {"Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}",
                                    call.secure ? kSecureSessionCookie : kSessionCookie, secret,
                                    seconds, call.secure ? "; Secure" : "")};
}

struct Login {
  std::string account, password, code;
  ~Login() { wipe(password); }
  static void fields(auto& f, auto& self) {
    f("account", self.account);
    f("password", self.password);
    f("code", self.code);
  }
};

/// What the second factor says to a login whose password fits.
struct Factor {
  std::optional<Answer> refused;
  bool counts_as_failure = false;
  bool must_enrol = false;
  std::string note;
};

Factor second_factor(Desk& desk, Call const& call, Identity const& who, Login const& login) {
  SecondFactors& factors = desk.secrets.second_factors;
  if (!factors.enrolled(who.account)) {
    if (!asks_for_second_factor(desk.settings, who)) {
      return {};
    }
    // Whoever sits at the machine could reset it anyhow; the newcomer of ./run comes in, and the log says how.
    return from_this_machine(call)
               ? Factor{{}, false, false, "WARNING: without a second factor, from this machine"}
               : Factor{{}, false, true, "only to enrol a second factor"};
  }
  if (login.code.empty()) {
    return {problem(call, 401, "second_factor_needed", "send the code of the second factor, too"),
            false, false, ""};
  }
  auto const taken = factors.take(who.account, login.code, desk.center.clock().now());
  if (!taken) {
    return {problem(call, taken.error()), false, false, ""};
  }
  switch (*taken) {
    case SecondFactors::Taken::Code:
      return {{}, false, false, "with a second factor"};
    case SecondFactors::Taken::RecoveryCode:
      return {
          {},
          false,
          false,
          fmt::format("with a recovery code, {} left", factors.recovery_codes_left(who.account))};
    case SecondFactors::Taken::No:
      break;
  }
  return {problem(call, 401, "wrong_code", "each code is taken once, within its half minute"), true,
          false, ""};
}

Answer begin_session(Desk& desk, Call& call, Identity const& who, SessionScope scope) {
  auto const session =
      desk.secrets.sessions.begin(who.account, call.peer, scope, desk.center.clock().now());
  if (!session) {
    return problem(call, session.error());
  }
  Answer answer = Answer::json(identity_json(desk, who, scope), 201);
  answer.headers.push_back(session_cookie(desk, call, *session));
  return answer;
}

Answer log_in(Desk& desk, Call& call) {
  Login login;
  Body body{call};
  body.secret().require({"account", "password"}).read(login);
  if (!body.good()) {
    return problem(call, body.errors());
  }
  Time const now = desk.center.clock().now();
  LoginGuard& guard = desk.secrets.guard;
  LoginTry const who{login.account, call.peer, call.trusted};
  if (guard.locked(who, now)) {
    return locked_out(desk, call);
  }
  auto const fit = desk.secrets.passwords.check(login.account, login.password, now);
  if (!fit) {
    return problem(call, fit.error());
  }
  // Many tries at once all passed the first look before one of them had failed: they learn nothing either.
  if (guard.locked(who, now)) {
    return locked_out(desk, call);
  }
  auto const identity = identity_of(desk.center, login.account);
  if (!fit->fits || !identity) {
    guard.failed(who, now);
    return problem(call, 401, "wrong_password");
  }
  Factor factor = second_factor(desk, call, *identity, login);
  if (factor.refused) {
    if (factor.counts_as_failure) {
      guard.failed(who, now);
    }
    return std::move(*factor.refused);
  }
  guard.succeeded(who);
  Answer answer = begin_session(desk, call, *identity,
                                fit->too_old        ? SessionScope::NewPassword
                                : factor.must_enrol ? SessionScope::Enrol
                                                    : SessionScope::Full);
  answer.note = std::move(factor.note);
  return answer;
}

Answer log_out(Desk& desk, Call& call) {
  if (call.by_session()) {
    if (auto const ended = desk.secrets.sessions.end(call.proof.id); !ended) {
      return problem(call, ended.error());
    }
  }
  Answer answer = Answer::json(Json{Json::Object{}});
  answer.headers.push_back(session_cookie(desk, call, ""));
  return answer;
}

Json session_json(Desk& desk, Call const& call, SessionInfo const& session) {
  auto const style = api_style(desk);
  SecurityProfile const& profile = desk.secrets.profile;
  Time const ends = std::min(session.created_at + profile.life, session.used_at + profile.idle);
  return Json::object({{"id", session.id},
                       {"account", session.account},
                       {"scope", name_of(session.scope)},
                       {"peer", session.peer},
                       {"created_at", to_json(session.created_at, style)},
                       {"used_at", to_json(session.used_at, style)},
                       {"ends_at", to_json(ends, style)},
                       {"current", call.by_session() && call.proof.id == session.id}});
}

/// Own sessions; those who keep accounts see all.
Answer list_sessions(Desk& desk, Call& call) {
  bool const all = call.who.may(Permission::Accounts);
  auto const sessions = desk.secrets.sessions.list(
      all ? std::nullopt : std::optional{call.who.account}, desk.center.clock().now());
  if (!sessions) {
    return problem(call, sessions.error());
  }
  Json::Array items;
  for (auto const& session : *sessions) {
    items.push_back(session_json(desk, call, session));
  }
  return Answer::json(Json::object({{"items", std::move(items)}, {"next_cursor", Json{}}}));
}

Answer end_session(Desk& desk, Call& call) {
  bool const all = call.who.may(Permission::Accounts);
  auto const sessions = desk.secrets.sessions.list(
      all ? std::nullopt : std::optional{call.who.account}, desk.center.clock().now());
  if (!sessions) {
    return problem(call, sessions.error());
  }
  auto const found =
      std::find_if(sessions->begin(), sessions->end(),
                   [&](SessionInfo const& session) { return session.id == call.parameters[0]; });
  if (found == sessions->end()) {
    return problem(call, 404, "not_found", "there is no such session of yours");
  }
  if (auto const ended = desk.secrets.sessions.end(found->id); !ended) {
    return problem(call, ended.error());
  }
  Answer answer = Answer::json(Json{Json::Object{}});
  answer.note = "of " + found->account;
  return answer;
}

}  // namespace

void add_session_routes(RouteTable& routes, Desk& desk) {
  std::set<SessionScope> const any{SessionScope::NewPassword, SessionScope::Enrol};
  routes.add({"POST", "/api/v1/session", Permission::None,
              [&desk](Call& c) { return log_in(desk, c); }, 16'384, WorkClass::SignIn});
  Route& shown = routes.add({"GET", "/api/v1/session", Permission::SignedIn, [&desk](Call& c) {
                               return Answer::json(identity_json(desk, c.who, c.scope));
                             }});
  shown.work = WorkClass::Status;
  shown.also = any;
  routes
      .add({"DELETE", "/api/v1/session", Permission::SignedIn,
            [&](Call& c) { return log_out(desk, c); }})
      .also = any;
  routes.add({"GET", "/api/v1/sessions", Permission::SignedIn,
              [&](Call& c) { return list_sessions(desk, c); }});
  routes.add({"DELETE", "/api/v1/sessions/{}", Permission::SignedIn,
              [&](Call& c) { return end_session(desk, c); }});
}

}  // namespace fenghuo::server
