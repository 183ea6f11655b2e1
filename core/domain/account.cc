#include "core/domain/account.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

Refusal unknown(std::string const& account) {
  return refuse(Rejection::UnknownAccount, {{"account", account}});
}

std::optional<Refusal> refuse_unknown_team(State const& state, AccountFacts const& facts) {
  if (facts.team && find(state.teams, *facts.team) == nullptr) {
    return refuse(Rejection::UnknownTeam, {{"team", to_text(*facts.team)}});
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_unknown_names(State const& state, AccountFacts const& facts) {
  if (facts.organization && find(state.organizations, *facts.organization) == nullptr) {
    return refuse(Rejection::UnknownOrganization, {{"organization", facts.organization->text}});
  }
  if (facts.person && find(state.persons, *facts.person) == nullptr) {
    return refuse(Rejection::UnknownPerson, {{"person", facts.person->text}});
  }
  return std::nullopt;
}

}  // namespace

Decision decide(State const& state, Context const& /*context*/, OpenAccount const& command) {
  if (auto refusal = refuse_unknown_team(state, command.facts)) {
    return *refusal;
  }
  if (auto refusal = refuse_unknown_names(state, command.facts)) {
    return *refusal;
  }
  if (find(state.accounts, command.account) != nullptr) {
    return refuse(Rejection::NameTaken, {{"account", command.account}});
  }
  return AccountOpened{command.account, command.facts};
}

Decision decide(State const& state, Context const& context, ChangeAccount const& command) {
  if (auto refusal = refuse_unknown_team(state, command.facts)) {
    return *refusal;
  }
  Account const* account = find(state.accounts, command.account);
  if (account == nullptr) {
    return unknown(command.account);
  }
  if (auto refusal = refuse_unknown_names(state, command.facts)) {
    return *refusal;
  }
  if (auto refusal = refuse_stale(context, account->revision)) {
    return *refusal;
  }
  return AccountChanged{command.account, command.facts};
}

Decision decide(State const& state, Context const& context, SetAccountDisabled const& command) {
  Account const* account = find(state.accounts, command.account);
  if (account == nullptr) {
    return unknown(command.account);
  }
  if (auto refusal = refuse_stale(context, account->revision)) {
    return *refusal;
  }
  if (account->disabled == command.disabled) {
    return refuse(Rejection::AlreadyInThatState, {{"account", command.account}});
  }
  if (command.disabled && command.reason.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  return AccountDisabledSet{command.account, command.disabled, command.reason};
}

void apply(State& state, Stamp const& stamp, AccountOpened const& event) {
  auto account = std::make_shared<Account>();
  account->id = event.account;
  account->facts = event.facts;
  account->revision = stamp.sequence;
  state.accounts[event.account] = std::move(account);
}

void apply(State& state, Stamp const& stamp, AccountChanged const& event) {
  edit(state.accounts, event.account, stamp.sequence,
       [&](Account& account) { account.facts = event.facts; });
}

void apply(State& state, Stamp const& stamp, AccountDisabledSet const& event) {
  edit(state.accounts, event.account, stamp.sequence, [&](Account& account) {
    account.disabled = event.disabled;
    account.disabled_because = event.disabled ? event.reason : "";
  });
}

}  // namespace fenghuo::domain
