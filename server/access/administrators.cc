#include "server/access/administrators.h"

#include <algorithm>
#include <iterator>

namespace fenghuo::server {

namespace {

using domain::Role;

constexpr Role kOffices[] = {Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor};

bool holds(std::vector<Role> const& roles, Role role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

/// The founding account goes on with what it has, and gets nothing new, while an office is vacant.
bool founds_on(domain::State const& state, RolesWish const& wish) {
  domain::Account const* account = domain::find(state.accounts, std::string{wish.account});
  if (wish.account != kFoundingAccount || account == nullptr ||
      administrators_of(state).vacant.empty()) {
    return false;
  }
  auto const offices = offices_among(wish.roles);
  return std::all_of(offices.begin(), offices.end(),
                     [&](Role office) { return holds(account->facts.roles, office); });
}

}  // namespace

std::vector<Role> offices_among(std::vector<Role> const& roles) {
  std::vector<Role> out;
  std::copy_if(std::begin(kOffices), std::end(kOffices), std::back_inserter(out),
               [&](Role office) { return holds(roles, office); });
  return out;
}

std::string joined_offices(std::vector<Role> const& roles) {
  auto const offices = offices_among(roles);
  std::string out;
  for (Role const office : offices) {
    out.append(out.empty() ? "" : " and ").append(name_of(office));
  }
  return offices.size() > 1 ? out : "";
}

std::optional<RolesRefusal> refuse_roles(SecurityProfile const& profile, domain::State const& state,
                                         RolesWish const& wish) {
  if (wish.by == wish.account) {
    domain::Account const* self = domain::find(state.accounts, std::string{wish.account});
    for (Role const role : wish.roles) {
      if (self != nullptr && !holds(self->facts.roles, role)) {
        return RolesRefusal{403, "not_allowed",
                            "nobody grants himself a role: another security administrator gives " +
                                std::string{name_of(role)}};
      }
    }
  }
  std::string const joined = joined_offices(wish.roles);
  if (joined.empty() || !profile.administrators_apart || founds_on(state, wish)) {
    return std::nullopt;
  }
  return RolesRefusal{409, "administrators_apart",
                      "one account does not hold " + joined +
                          ": leave one of them here, and give the rest to accounts of their own"};
}

Administrators administrators_of(domain::State const& state) {
  Administrators out;
  std::vector<Role> held;
  for (auto const& [name, account] : state.accounts) {
    if (account->disabled) {
      continue;
    }
    ++out.accounts;
    auto const offices = offices_among(account->facts.roles);
    if (offices.size() == 1) {
      held.push_back(offices.front());
    } else if (offices.size() > 1) {
      out.together.push_back(name);
    }
  }
  for (Role const office : kOffices) {
    if (!holds(held, office)) {
      out.vacant.emplace_back(name_of(office));
    }
  }
  return out;
}

}  // namespace fenghuo::server
