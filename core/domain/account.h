#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/vocabulary.h"

/// An account 账号: who may come in, in which roles, for which area. What proves the identity (password
/// hashes, tokens, sessions) is kept elsewhere and never enters the journal.
///
///   enabled <-> disabled
///
/// Who may move it: security administrators. Accounts are never deleted: the log names them.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

/// What a person does in the centre; the server's access table says what each role may do.
/// Source: three separate administrators as GB/T 22239-2019 8.1.5 asks.
enum class Role {
  DutyOfficer,
  Dispatcher,
  Commander,
  Team,
  Observer,
  Gateway,
  SystemAdmin,
  SecurityAdmin,
  Auditor,
  Liaison  ///< a department's: sees what concerns its organisation
};

struct AccountFacts {
  std::string display_name;
  std::vector<Role> roles;
  std::string area;            ///< scope: this area and those below; empty: the whole jurisdiction
  std::optional<TeamId> team;  ///< the team that an account with the role team speaks for
  std::optional<PersonCode> person;              ///< who it is
  std::optional<OrganizationCode> organization;  ///< whose liaison it is
  static void fields(auto& f, auto& self) {
    f("display_name", self.display_name);
    f("roles", self.roles);
    f("area", self.area);
    f("team", self.team);
    f("person", self.person);
    f("organization", self.organization);
  }
};

struct Account {
  std::string id;  ///< the name to log in with
  AccountFacts facts;
  bool disabled = false;
  std::string disabled_because;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    AccountFacts::fields(f, self.facts);
    f("disabled", self.disabled);
    f("disabled_because", self.disabled_because);
    f("revision", self.revision);
  }
};

// Commands.

struct OpenAccount {
  static constexpr std::string_view kName = "open_account";
  std::string account;
  AccountFacts facts;
  static void fields(auto& f, auto& self) {
    f("account", self.account);
    AccountFacts::fields(f, self.facts);
  }
};

/// Replaces all facts of an account.
struct ChangeAccount {
  static constexpr std::string_view kName = "change_account";
  std::string account;
  AccountFacts facts;
  static void fields(auto& f, auto& self) {
    f("account", self.account);
    AccountFacts::fields(f, self.facts);
  }
};

struct SetAccountDisabled {
  static constexpr std::string_view kName = "set_account_disabled";
  std::string account;
  bool disabled = true;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("account", self.account);
    f("disabled", self.disabled);
    f("reason", self.reason);
  }
};

// Events.

struct AccountOpened {
  static constexpr std::string_view kName = "account_opened";
  static constexpr int kVersion = 1;
  std::string account;
  AccountFacts facts;
  static void fields(auto& f, auto& self) {
    f("account", self.account);
    AccountFacts::fields(f, self.facts);
  }
};

struct AccountChanged {
  static constexpr std::string_view kName = "account_changed";
  static constexpr int kVersion = 1;
  std::string account;
  AccountFacts facts;
  static void fields(auto& f, auto& self) {
    f("account", self.account);
    AccountFacts::fields(f, self.facts);
  }
};

struct AccountDisabledSet {
  static constexpr std::string_view kName = "account_disabled_set";
  static constexpr int kVersion = 1;
  std::string account;
  bool disabled = true;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("account", self.account);
    f("disabled", self.disabled);
    f("reason", self.reason);
  }
};

Decision decide(State const& state, Context const& context, OpenAccount const& command);
Decision decide(State const& state, Context const& context, ChangeAccount const& command);
Decision decide(State const& state, Context const& context, SetAccountDisabled const& command);

void apply(State& state, Stamp const& stamp, AccountOpened const& event);
void apply(State& state, Stamp const& stamp, AccountChanged const& event);
void apply(State& state, Stamp const& stamp, AccountDisabledSet const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::Role> {
  static constexpr std::array<std::string_view, 10> kNames{
      "duty_officer", "dispatcher",   "commander",      "team",    "observer",
      "gateway",      "system_admin", "security_admin", "auditor", "liaison"};
};
}  // namespace fenghuo
