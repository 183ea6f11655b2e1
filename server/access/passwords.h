#pragma once

#include <optional>
#include <semaphore>
#include <string>
#include <string_view>

#include "server/access/secrets_file.h"
#include "server/access/security_profile.h"

namespace fenghuo::server {

/// What one hash costs. The present figures are those of OWASP's Password Storage and libsodium's "interactive".
struct HashCost {
  unsigned long long passes = 2;
  std::size_t bytes = 64U << 20U;
};

/// Passwords, kept as argon2id. At most two hashes are computed at once, whoever asks for how many: so a crowd of
/// logins takes 128 MiB and waits.
///
/// Errors:  Unavailable, DataLoss; InvalidArgument for a password that the profile refuses.
/// Cost:    some 0.1 s and 64 MiB for a check; up to five times the time for a new one.
/// Threads: any.
/// Source:  libsodium crypto_pwhash (argon2id, RFC 9106).
/// Checked: tests/server/secrets_test.cc.
class Passwords {
 public:
  Passwords(SecretsFile& file, SecurityProfile const& profile, HashCost cost);

  bool exists(std::string_view account);
  /// Takes a password that was checked by check_password() and was not used lately.
  Result<void> set(std::string_view account, std::string_view password, Time now);

  struct Fit {
    bool fits = false;
    bool too_old = false;  ///< it fits, and must be changed
  };
  /// Takes as long for an account that does not exist. A hash of other costs than today's is made anew.
  Result<Fit> check(std::string_view account, std::string_view password, Time now);

 private:
  struct Known {
    std::string hash;
    Time changed_at;
  };
  std::optional<Known> known(std::string_view account);
  bool verify(std::string const& hash, std::string_view password);
  Result<std::string> hash(std::string_view password);
  Result<bool> used_lately(std::string_view account, std::string_view password);
  void renew_hash(std::string_view account, std::string const& old, std::string_view password);

  SecretsFile& file_;
  SecurityProfile const& profile_;
  HashCost cost_;
  std::string nobodys_hash_;
  std::counting_semaphore<2> hashing_{2};
};

}  // namespace fenghuo::server
