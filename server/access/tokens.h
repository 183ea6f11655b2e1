#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/secrets_file.h"

namespace fenghuo::server {

struct TokenInfo {
  std::string id, account, label;
  Time created_at;
  std::optional<Time> expires_at;
};

/// What programs sign in with; kept as digests.
/// Errors: Unavailable, DataLoss. Threads: any. Checked: tests/server/secrets_test.cc.
class Tokens {
 public:
  static constexpr std::int64_t kMost = 100;  ///< of one account
  explicit Tokens(SecretsFile& file) : file_{file} {}

  /// A secret that is shown once. `id` names it for revoking.
  struct Issued {
    std::string id, secret;
  };
  /// Errors: Conflict where the account has kMost tokens that have not ended.
  Result<Issued> issue(std::string_view account, std::string_view label, Time now,
                       std::optional<Time> expires_at);
  Result<bool> revoke(std::string_view id);
  Result<std::vector<TokenInfo>> list(std::optional<std::string> const& account);

  struct Owner {
    std::string id, account;
  };
  std::optional<Owner> find(std::string_view secret, Time now);
  bool lives(std::string_view id, Time now);
  /// Removes those that have ended, at most `most`. Out: whether more are waiting.
  Result<bool> remove_ended(Time now, std::size_t most);

 private:
  SecretsFile& file_;
};

}  // namespace fenghuo::server
