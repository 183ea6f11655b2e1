#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/state.h"
#include "server/access/security_profile.h"

namespace fenghuo::server {

/// The account that a new centre opens for itself. Somebody has to open the first others, so it holds all three
/// offices of an administrator until others hold them.
inline constexpr std::string_view kFoundingAccount = "admin";

/// Those of an account's roles that are offices of an administrator: system, security, audit.
std::vector<domain::Role> offices_among(std::vector<domain::Role> const& roles);

/// Who is to get which roles, and who wants it so.
struct RolesWish {
  std::string_view account;
  std::vector<domain::Role> const& roles;
  std::string_view by;  ///< an account; empty: the machine itself
};

struct RolesRefusal {
  int status = 409;
  std::string_view problem;
  std::string detail;  ///< names the mend
};

/// Whether roles may be given. Nobody gives himself one that he has not. Where the profile keeps administrators
/// apart, no account holds two of the three offices but the founding one, which keeps what it has until every
/// office has an account of its own.
/// Threads: any. Source: GB/T 22239-2019, 8.1.5.1 to 8.1.5.3 (three administrators, each limited to his work).
/// Checked: tests/server/administrators_test.cc, tests/outside/test_administrators.py.
std::optional<RolesRefusal> refuse_roles(SecurityProfile const& profile, domain::State const& state,
                                         RolesWish const& wish);

/// "system_admin and auditor" where these roles join offices, for the security log; empty where they do not.
std::string joined_offices(std::vector<domain::Role> const& roles);

/// How the three offices are held by the accounts that are not closed.
struct Administrators {
  std::vector<std::string> together;  ///< accounts with two offices and more
  std::vector<std::string> vacant;    ///< offices that no account holds alone
  std::size_t accounts = 0;           ///< that are not closed
};
Administrators administrators_of(domain::State const& state);

}  // namespace fenghuo::server
