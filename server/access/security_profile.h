#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/units.h"

namespace fenghuo::server {

/// What a centre asks of those who come in. Two rule books contradict each other (one demands kinds of characters
/// and regular change, the other forbids both), so the setting `security_profile` chooses one.
///
/// Source:  mlps3: GB/T 22239-2019, 8.1.4.1 and 8.1.5, with the figures that assessors usually ask for; asvs: OWASP ASVS
///          5.0, V6.1, V6.2, V7.3.
/// Checked: tests/server/security_profile_test.cc.
struct SecurityProfile {
  std::string_view name;
  std::size_t least_characters = 0;
  std::size_t least_with_second_factor = 0;
  bool four_kinds = false;     ///< upper case, lower case, digit and something else
  Duration change_after{};     ///< zero: a password is changed when its owner likes
  std::int64_t not_again = 0;  ///< so many passwords, with the present one, are not taken again
  int tries = 0;               ///< failures of one account from one address,
  int tries_of_account = 0;    ///< of one account from anywhere,
  int tries_of_address = 0;    ///< of one address with any account,
  Duration lock{};             ///< and how long it waits then
  Duration idle{};             ///< a session ends so long after its last call
  Duration life{};             ///< and so long after the login
  std::int64_t sessions = 0;   ///< of one account, where the setting does not say
  bool administrators_apart = false;  ///< no account holds two offices of an administrator
};

inline constexpr std::size_t kLongestPassword = 200;  ///< bytes

/// The profile with this name; nullptr where there is none.
SecurityProfile const* profile_named(std::string_view name);

/// Whether a password is good enough for this account.
/// Errors: InvalidArgument; the message says what to do.
Result<void> check_password(SecurityProfile const& profile, std::string_view account,
                            std::string_view password, bool second_factor);

/// A random password that fits the profile: 16 characters and more, 96 random bits.
std::string made_up_password(SecurityProfile const& profile);

}  // namespace fenghuo::server
