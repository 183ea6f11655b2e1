#include "server/access/security_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "server/access/common_passwords.h"
#include "server/access/random_text.h"

namespace fenghuo::server {

namespace {

constexpr SecurityProfile kProfiles[] = {{.name = "mlps3",
                                          .least_characters = 8,
                                          .least_with_second_factor = 8,
                                          .four_kinds = true,
                                          .change_after = hours(24 * 90),
                                          .not_again = 5,
                                          .tries = 5,
                                          .tries_of_account = 20,
                                          .tries_of_address = 100,
                                          .lock = minutes(30),
                                          .idle = minutes(30),
                                          .life = hours(12),
                                          .sessions = 5,
                                          .administrators_apart = true},
                                         {.name = "asvs",
                                          .least_characters = 15,
                                          .least_with_second_factor = 8,
                                          .four_kinds = false,
                                          .change_after = {},
                                          .not_again = 0,
                                          .tries = 5,
                                          .tries_of_account = 20,
                                          .tries_of_address = 100,
                                          .lock = minutes(30),
                                          .idle = minutes(30),
                                          .life = hours(12),
                                          .sessions = 10,
                                          .administrators_apart = false}};

/// A character of several bytes counts once.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_other(char c) { return !is_upper(c) && !is_lower(c) && !is_digit(c); }

bool has_four_kinds(std::string_view text) {
  auto const has = [&](bool (*kind)(char)) { return std::any_of(text.begin(), text.end(), kind); };
  return has(is_upper) && has(is_lower) && has(is_digit) && has(is_other);
}

/// The name itself, with anything around it, forwards or backwards. A name of two letters stands in half of all
/// words: it must be more than that to be the account's name.
bool holds_name(std::string_view account, std::string_view password) {
  std::string small{password};
  std::transform(small.begin(), small.end(), small.begin(),
                 [](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
  std::string backwards{account};
  std::reverse(backwards.begin(), backwards.end());
  return account.size() >= 3 &&
         (small.find(account) != std::string::npos || small.find(backwards) != std::string::npos);
}

Error refused(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

}  // namespace

SecurityProfile const* profile_named(std::string_view name) {
  auto const* found = std::find_if(std::begin(kProfiles), std::end(kProfiles),
                                   [&](auto const& profile) { return profile.name == name; });
  return found == std::end(kProfiles) ? nullptr : found;
}

Result<void> check_password(SecurityProfile const& profile, std::string_view account,
                            std::string_view password, bool second_factor) {
  std::size_t const least =
      second_factor ? profile.least_with_second_factor : profile.least_characters;
  if (characters(password) < least || password.size() > kLongestPassword) {
    return refused(fmt::format("a password has {} to {} characters{}", least, kLongestPassword,
                               profile.four_kinds ? "" : "; several words are easy to keep"));
  }
  if (profile.four_kinds && !has_four_kinds(password)) {
    return refused(
        "a password has a capital letter, a small letter, a digit and another character, as - or "
        "a space");
  }
  if (holds_name(account, password)) {
    return refused("a password does not hold the name of its account; take other words");
  }
  if (is_common_password(password)) {
    return refused("this password is among the first that are guessed; take other words");
  }
  return {};
}

std::string made_up_password(SecurityProfile const& profile) {
  while (true) {
    // Base64url has no symbol that is certain to come, and people type groups more surely.
    std::string const random = random_text(12);
    std::string text;
    for (std::size_t at = 0; at < random.size(); at += 4) {
      text.append(at == 0 ? "" : ".").append(random, at, 4);
    }
    if (check_password(profile, "", text, false)) {
      return text;
    }
  }
}

}  // namespace fenghuo::server
