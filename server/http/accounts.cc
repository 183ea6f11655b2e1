#include "server/access/account_rules.h"
#include "server/access/administrators.h"
#include "server/http/arguments.h"
#include "server/http/page.h"
#include "server/http/sign_in_answers.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

/// What is said against these roles, or what the security log should know of them.
struct RolesView {
  std::optional<Answer> refused;
  std::string note;
};
RolesView look_at_roles(Desk& desk, Call const& call, std::string const& account,
                        std::vector<domain::Role> const& roles) {
  auto const refusal = desk.center.committed().read([&](domain::State const& state) {
    return refuse_roles(desk.secrets.profile, state, {account, roles, call.who.account});
  });
  if (refusal) {
    return {problem(call, refusal->status, refusal->problem, refusal->detail), ""};
  }
  std::string const joined = joined_offices(roles);
  return {std::nullopt, joined.empty() ? "" : "one account holds " + joined};
}

Answer open(Desk& desk, Call& call) {
  domain::OpenAccount command;
  Body body{call};
  body.secret().require({"account"}).read(command, {"password"});
  SecretText given_password;
  std::string& password = given_password.text;
  if (Json const* given = body.member("password"); given != nullptr && body.good()) {
    body.context().path = "/password";
    from_json(*given, password, body.context());
  }
  if (body.good()) {
    for (auto& error : wrong_with(command.account, command.facts)) {
      body.errors().push_back(std::move(error));
    }
  }
  // Told before the account is opened: it must not stay behind without the password that was wished for.
  if (body.good() && body.member("password") != nullptr) {
    if (auto const fits = desk.secrets.allows(command.account, password); !fits) {
      body.errors().push_back({"/password", fits.error().message});
    }
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  if (!command.facts.roles.empty() && !call.who.may(Permission::Accounts)) {
    return problem(call, 403, "not_allowed",
                   "open the account without roles; a security administrator gives them with PUT "
                   "/api/v1/users/" +
                       command.account);
  }
  auto [refused, note] = look_at_roles(desk, call, command.account, command.facts.roles);
  if (refused) {
    return std::move(*refused);
  }
  Answer answer =
      carry_out(desk, call, {.command = command, .permission = Permission::OpenAccounts});
  answer.note = note;
  // A repeat finishes what a crash left undone, but does not set back a password that was changed since.
  bool const wanted = answer.status == 201 && !password.empty();
  if (wanted && !desk.secrets.passwords.exists(command.account)) {
    if (auto const set =
            desk.secrets.set_password(command.account, password, desk.center.clock().now());
        !set) {
      return problem(call, set.error());
    }
  }
  return answer;
}

struct NewPassword {
  std::string password, current;
  ~NewPassword() {
    wipe(password);
    wipe(current);
  }
  static void fields(auto& f, auto& self) {
    f("password", self.password);
    f("current", self.current);
  }
};

/// Whoever came by an open session or a token must not take the account with it: the present password is asked for,
/// and guessed at as slowly as at a login.
std::optional<Answer> refuse_own(Desk& desk, Call const& call, std::string const& current) {
  std::string const& account = call.who.account;
  Time const now = desk.center.clock().now();
  if (!desk.secrets.passwords.exists(account)) {
    return std::nullopt;
  }
  LoginTry const who{account, call.peer, call.trusted};
  if (desk.secrets.guard.locked(who, now)) {
    return locked_out(desk, call);
  }
  auto const fit = desk.secrets.passwords.check(account, current, now);
  if (!fit) {
    return problem(call, fit.error());
  }
  if (desk.secrets.guard.locked(who, now)) {
    return locked_out(desk, call);
  }
  if (!fit->fits) {
    desk.secrets.guard.failed(who, now);
    return problem(call, 403, "wrong_password", "\"current\" is the present password");
  }
  return std::nullopt;
}

Answer set_password(Desk& desk, Call& call) {
  NewPassword wish;
  Body body{call};
  body.secret().require({"password"}).read(wish);
  if (!body.good()) {
    return problem(call, body.errors());
  }
  std::string const& account = call.parameters[0];
  bool const own = account == call.who.account;
  if (!own && !call.who.may(Permission::Accounts)) {
    return problem(call, 403, "not_allowed", "only your own password");
  }
  bool const known = desk.center.committed().read(
      [&](domain::State const& state) { return domain::find(state.accounts, account) != nullptr; });
  if (!known) {
    return problem(call, 404, "unknown_account", account);
  }
  if (own) {
    if (auto refused = refuse_own(desk, call, wish.current)) {
      return std::move(*refused);
    }
  }
  auto const set = desk.secrets.set_password(account, wish.password, desk.center.clock().now());
  if (!set && set.error().code == ErrorCode::InvalidArgument) {
    return problem(call, {{"/password", set.error().message}});
  }
  return set ? Answer::json(Json{Json::Object{}}) : problem(call, set.error());
}

/// Replaces an account's facts, roles among them.
Answer change_facts(Desk& desk, Call& call) {
  RolesView view;
  Answer answer = change<domain::ChangeAccount>(
      desk, call, "account", &domain::State::accounts,
      {.permission = Permission::Accounts, .required = {"roles"}},
      [&](domain::ChangeAccount& command, Body& body) {
        for (auto& error : wrong_with(command.account, command.facts)) {
          body.errors().push_back(std::move(error));
        }
        if (!body.good()) {
          return;
        }
        view = look_at_roles(desk, call, command.account, command.facts.roles);
        if (view.refused) {
          body.errors().push_back({"/roles", "refused"});  // so that nothing is carried out
        }
      });
  if (view.refused) {
    return std::move(*view.refused);
  }
  answer.note = view.note;
  return answer;
}

Answer set_disabled(Desk& desk, Call& call, bool disabled) {
  Answer answer = change<domain::SetAccountDisabled>(
      desk, call, "account", &domain::State::accounts, {.permission = Permission::Accounts},
      [&](domain::SetAccountDisabled& command, Body&) { command.disabled = disabled; });
  if (disabled && answer.status < 300) {
    // Let in again later, the account logs in anew.
    if (auto const ended = desk.secrets.sessions.end_all(call.parameters[0]); !ended) {
      return problem(call, ended.error());
    }
  }
  return answer;
}

/// Everything that was done, by whom, newest last.
Answer audit(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"after", "limit"})) {
    return std::move(*unknown);
  }
  auto const after = whole_number(call.argument("after").empty() ? "0" : call.argument("after"));
  auto const limit = whole_number(call.argument("limit").empty() ? "100" : call.argument("limit"));
  if (!after || *after < 0 || !limit || *limit < 1 || *limit > 500) {
    return problem(call, {{"after", "expected a sequence number; limit 1 to 500"}});
  }
  auto const rows = desk.center.journal().read(*after, static_cast<std::size_t>(*limit));
  if (!rows) {
    return problem(call, rows.error());
  }
  Json::Array items;
  auto const style = api_style(desk);
  for (auto const& row : *rows) {
    items.push_back(Json::object({{"sequence", row.sequence},
                                  {"recorded_at", to_json(row.recorded_at, style)},
                                  {"actor", row.actor.name},
                                  {"role", row.actor.role},
                                  {"command_id", row.command_id},
                                  {"type", row.type},
                                  {"hash", messaging::hex(row.hash)}}));
  }
  Json const next =
      rows->size() == static_cast<std::size_t>(*limit) ? Json{rows->back().sequence} : Json{};
  return Answer::json(Json::object({{"items", std::move(items)}, {"next_after", next}}));
}

}  // namespace

void add_account_routes(RouteTable& routes, Desk& desk) {
  auto const shelf = &domain::State::accounts;
  std::string const base = "/api/v1/users";
  routes.add({"POST", base, Permission::OpenAccounts, [&](Call& c) { return open(desk, c); }})
      .work = WorkClass::SignIn;
  routes.add({"GET", base, Permission::SeeAccounts,
              [&desk, shelf](Call& c) { return list(desk, c, shelf); }});
  routes.add({"GET", base + "/{}", Permission::SeeAccounts,
              [&desk, shelf](Call& c) { return show(desk, c, shelf); }});
  routes.add(
      {"PUT", base + "/{}", Permission::Accounts, [&](Call& c) { return change_facts(desk, c); }});
  routes.add({"POST", base + "/{}/disable", Permission::Accounts,
              [&](Call& c) { return set_disabled(desk, c, true); }});
  routes.add({"POST", base + "/{}/enable", Permission::Accounts,
              [&](Call& c) { return set_disabled(desk, c, false); }});
  Route& password = routes.add({"PUT", base + "/{}/password", Permission::SignedIn,
                                [&](Call& c) { return set_password(desk, c); }});
  password.work = WorkClass::SignIn;
  password.also = {SessionScope::NewPassword};
  routes.add({"GET", "/api/v1/audit", Permission::Audit, [&](Call& c) { return audit(desk, c); }})
      .work = WorkClass::Bulk;
}

}  // namespace fenghuo::server
