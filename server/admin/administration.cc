#include "server/admin/administration.h"

#include "messaging/codec/fields_json.h"
#include "server/access/account_rules.h"
#include "server/access/administrators.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

kernel::Actor const kConsole{"local", "system_admin"};

Json failed(std::string_view code, std::string detail) {
  return Json::object({{"ok", false}, {"code", code}, {"detail", std::move(detail)}});
}
Json failed(Error const& error) {
  return failed(error.code == ErrorCode::InvalidArgument ? "malformed" : "unavailable",
                error.message);
}

std::string member(Json const& wish, char const* name) {
  Json const* found = wish.find(name);
  auto const* text = found == nullptr ? nullptr : found->string();
  return text == nullptr ? "" : *text;
}

messaging::Outcome carry_out(center::Center& center, domain::Command command) {
  messaging::Request request;
  request.envelope.id = "local/" + random_text(16);
  request.envelope.actor = kConsole;
  request.envelope.command = std::move(command);
  return center.carry_out(std::move(request));
}

/// Nothing when it was carried out, else the answer to give.
std::optional<Json> refused(messaging::Outcome const& outcome) {
  if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
    std::string detail;
    for (auto const& [fact, value] : refusal->facts) {
      detail += (detail.empty() ? "" : ", ") + fact + " " + value;
    }
    return failed(name_of(refusal->rejection), detail);
  }
  if (auto const* error = std::get_if<Error>(&outcome)) {
    return failed(*error);
  }
  return std::nullopt;
}

Json user_add(center::Center& center, Secrets& secrets, Json const& wish) {
  domain::OpenAccount command;
  command.account = member(wish, "account");
  messaging::ReadContext context{.style = {.strict = false}, .errors = {}, .path = {}};
  if (Json const* facts = wish.find("facts")) {
    from_json(*facts, command.facts, context);
  }
  auto errors = wrong_with(command.account, command.facts);
  errors.insert(errors.end(), context.errors.begin(), context.errors.end());
  if (!errors.empty()) {
    return failed("malformed", errors.front().pointer + ": " + errors.front().message);
  }
  auto const refusal = center.committed().read([&](domain::State const& state) {
    return refuse_roles(secrets.profile, state, {command.account, command.facts.roles, ""});
  });
  if (refusal) {
    return failed(refusal->problem, refusal->detail);
  }
  std::string password = member(wish, "password");
  bool const made_up = password.empty();
  password = made_up ? made_up_password(secrets.profile) : password;
  if (auto const fits = secrets.allows(command.account, password); !fits) {
    return failed(fits.error());  // before the account is there without one
  }
  if (auto no = refused(carry_out(center, command))) {
    return std::move(*no);
  }
  if (auto const set = secrets.set_password(command.account, password, center.clock().now());
      !set) {
    return failed(set.error());
  }
  Json out = Json::object({{"ok", true}, {"account", command.account}});
  if (std::string const joined = joined_offices(command.facts.roles); !joined.empty()) {
    out.add("note", "one account holds " + joined);
  }
  if (made_up) {
    out.add("password", password);
  }
  return out;
}

bool known(center::Center& center, std::string const& account) {
  return center.committed().read(
      [&](domain::State const& state) { return domain::find(state.accounts, account) != nullptr; });
}

Json user_passwd(center::Center& center, Secrets& secrets, Json const& wish) {
  std::string const account = member(wish, "account");
  if (!known(center, account)) {
    return failed("unknown_account", account);
  }
  std::string password = member(wish, "password");
  bool const made_up = password.empty();
  password = made_up ? made_up_password(secrets.profile) : password;
  if (auto const set = secrets.set_password(account, password, center.clock().now()); !set) {
    return failed(set.error());
  }
  Json out = Json::object({{"ok", true}, {"account", account}});
  if (made_up) {
    out.add("password", password);
  }
  return out;
}

Json user_list(center::Center& center) {
  Json::Array items;
  center.committed().read([&](domain::State const& state) {
    for (auto const& [name, account] : state.accounts) {
      items.push_back(messaging::to_json(*account, {.zone_minutes = 0, .complete = true}));
    }
    return 0;
  });
  return Json::object({{"ok", true}, {"items", std::move(items)}});
}

Json set_disabled(center::Center& center, Secrets& secrets, Json const& wish, bool disabled) {
  std::string const reason = member(wish, "reason");
  domain::SetAccountDisabled const command{member(wish, "account"), disabled,
                                           reason.empty() ? "on the machine itself" : reason};
  if (auto no = refused(carry_out(center, command))) {
    return std::move(*no);
  }
  if (disabled) {
    // Let in again later, the account logs in anew.
    if (auto const ended = secrets.sessions.end_all(command.account); !ended) {
      return failed(ended.error());
    }
  }
  return Json::object({{"ok", true}});
}

Json second_factor_reset(center::Center& center, Secrets& secrets, Json const& wish) {
  std::string const account = member(wish, "account");
  if (!known(center, account)) {
    return failed("unknown_account", account);
  }
  auto const was = secrets.reset_second_factor(account);
  if (!was) {
    return failed(was.error());
  }
  return *was ? Json::object({{"ok", true}, {"account", account}})
              : failed("not_found", account + " has no second factor");
}

Json token_create(center::Center& center, Secrets& secrets, Json const& wish) {
  std::string const account = member(wish, "account");
  if (!known(center, account)) {
    return failed("unknown_account", account);
  }
  auto const issued =
      secrets.tokens.issue(account, member(wish, "label"), center.clock().now(), std::nullopt);
  if (!issued) {
    return failed(issued.error());
  }
  return Json::object({{"ok", true}, {"id", issued->id}, {"token", issued->secret}});
}

Json token_revoke(Secrets& secrets, Json const& wish) {
  auto const revoked = secrets.tokens.revoke(member(wish, "id"));
  if (!revoked) {
    return failed(revoked.error());
  }
  return *revoked ? Json::object({{"ok", true}}) : failed("not_found", "there is no such token");
}

}  // namespace

Json administer(center::Center& center, Secrets& secrets, Json const& wish) {
  std::string const what = member(wish, "do");
  if (what == "user_add") {
    return user_add(center, secrets, wish);
  }
  if (what == "user_passwd") {
    return user_passwd(center, secrets, wish);
  }
  if (what == "user_list") {
    return user_list(center);
  }
  if (what == "user_disable" || what == "user_enable") {
    return set_disabled(center, secrets, wish, what == "user_disable");
  }
  if (what == "second_factor_reset") {
    return second_factor_reset(center, secrets, wish);
  }
  if (what == "token_create") {
    return token_create(center, secrets, wish);
  }
  if (what == "token_revoke") {
    return token_revoke(secrets, wish);
  }
  return failed("malformed", "unknown wish \"" + what + "\"");
}

Result<FirstLogin> found_if_new(center::Center& center, Secrets& secrets,
                                std::string const& jurisdiction, std::int64_t zone_minutes) {
  auto const [founded, any_account] = center.committed().read([](domain::State const& state) {
    return std::pair{state.founding.has_value(), !state.accounts.empty()};
  });
  if (!founded) {
    domain::Founding founding;
    founding.jurisdiction = jurisdiction;
    founding.zone_minutes = zone_minutes;
    auto const outcome = carry_out(center, domain::FoundCenter{founding});
    if (auto const no = refused(outcome)) {
      return Error{ErrorCode::Unavailable,
                   "the centre cannot be founded: " + member(*no, "detail")};
    }
  }
  // A crash between founding and password must not lock everybody out: asked for again at each start.
  std::string const first_name{kFoundingAccount};
  if (any_account && secrets.passwords.exists(first_name)) {
    return FirstLogin{};
  }
  if (any_account && !known(center, first_name)) {
    return FirstLogin{};
  }
  if (!any_account) {
    using domain::Role;
    domain::OpenAccount const first{first_name,
                                    {"首个账号",
                                     {Role::Commander, Role::DutyOfficer, Role::SystemAdmin,
                                      Role::SecurityAdmin, Role::Auditor},
                                     "",
                                     std::nullopt,
                                     std::nullopt,
                                     std::nullopt}};
    if (auto const no = refused(carry_out(center, first))) {
      return Error{ErrorCode::Unavailable, "no first account: " + member(*no, "detail")};
    }
  }
  FirstLogin login{first_name, made_up_password(secrets.profile)};
  if (auto const set = secrets.set_password(login.account, login.password, center.clock().now());
      !set) {
    return set.error();
  }
  return login;
}

}  // namespace fenghuo::server
