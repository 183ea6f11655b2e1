#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"
#include "messaging/sqlite/database.h"

namespace fenghuo::server {

struct TokenInfo {
  std::string id, account, label;
  Time created_at;
  std::optional<Time> expires_at;
};

/// What proves who somebody is: password hashes (argon2id), tokens and sessions (kept as digests, so that a
/// copy of the file opens no door). A file of its own, mode 0600, never in the journal, a dump or a bridge.
///
/// Threads: any, one at a time inside; at most two password hashes are computed at once (each takes 64 MiB).
/// Errors:  Unavailable, DataLoss.
/// Source:  libsodium crypto_pwhash (argon2id, RFC 9106); OWASP Password Storage.
/// Checked: tests/server/secrets_test.cc.
class Secrets {
 public:
  static constexpr std::int64_t kTokens = 100;  ///< of one account
  static constexpr std::int64_t kSessions = 50;
  static Result<std::unique_ptr<Secrets>> open(std::filesystem::path const& file);

  bool has_password(std::string_view account);
  /// Errors: as check_password. Ends all sessions of the account.
  Result<void> set_password(std::string_view account, std::string_view password);
  /// Takes as long for an account that does not exist.
  Result<bool> password_fits(std::string_view account, std::string_view password);

  /// A secret that is shown once. `id` names it for revoking.
  struct Issued {
    std::string id, secret;
  };
  /// Errors: Conflict where the account has kTokens tokens that have not ended.
  Result<Issued> new_token(std::string_view account, std::string_view label, Time now,
                           std::optional<Time> expires_at);
  Result<bool> revoke_token(std::string_view id);
  Result<std::vector<TokenInfo>> tokens(std::optional<std::string> const& account);
  std::optional<std::string> account_of_token(std::string_view secret, Time now);

  /// Removes tokens and sessions that have ended, at most `most` of each. Out: whether more are waiting.
  Result<bool> remove_ended(Time now, std::size_t most);

  /// The account's session that was used longest ago ends where it has kSessions already.
  Result<std::string> new_session(std::string_view account, Time now);
  /// Sessions end twelve hours after login or one hour after the last call.
  std::optional<std::string> account_of_session(std::string_view secret, Time now);
  Result<void> end_session(std::string_view secret);

 private:
  explicit Secrets(messaging::Database db) : db_{std::move(db)} {}
  std::optional<std::string> hash_of(std::string_view account);
  std::mutex mutex_;
  messaging::Database db_;
  std::counting_semaphore<2> hashing_{2};
};

/// Errors: InvalidArgument when shorter than 10 or longer than 200 characters.
Result<void> check_password(std::string_view password);

/// Random text for passwords and secrets: `bytes` random bytes in base64url.
std::string random_text(std::size_t bytes);

}  // namespace fenghuo::server
