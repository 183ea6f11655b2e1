#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "server/access/login_guard.h"
#include "server/access/passwords.h"
#include "server/access/random_text.h"
#include "server/access/second_factors.h"
#include "server/access/sessions.h"
#include "server/access/tokens.h"

namespace fenghuo::server {

struct SecretsOptions {
  SecurityProfile const* profile = profile_named("mlps3");
  std::int64_t sessions = 0;  ///< of one account; 0: as the profile says
  HashCost cost = {};
  Time now = {};  ///< when passwords of an older file count as changed
};

/// What a call or an open connection is proved by.
struct Proof {
  enum class Kind { None, Session, Token };
  Kind kind = Kind::None;
  std::string id;
};

/// What proves who somebody is: passwords, second factors, tokens and sessions. A file of its own, mode 0600, and a key
/// beside it (second-factor.key), never in the journal, a dump or a bridge.
///
/// Threads: any, one at a time inside.
/// Errors:  Unavailable, DataLoss.
/// Checked: tests/server/secrets_test.cc.
class Secrets {
 public:
  static Result<std::unique_ptr<Secrets>> open(std::filesystem::path const& file,
                                               SecretsOptions const& options = {});

 private:
  std::unique_ptr<SecretsFile> file_;
  std::unique_ptr<FactorKey> key_;

 public:
  SecurityProfile const& profile;
  Passwords passwords;
  SecondFactors second_factors;
  Tokens tokens;
  Sessions sessions;
  LoginGuard guard;

  /// Whether the account may have this password. Errors: InvalidArgument with what to do.
  Result<void> allows(std::string_view account, std::string_view password);
  /// Ends all sessions of the account, and forgets its failed logins. Errors: as allows(), too.
  Result<void> set_password(std::string_view account, std::string_view password, Time now);

  /// Ends all sessions of the account. Out: whether there was a second factor.
  Result<bool> reset_second_factor(std::string_view account);

  bool holds(Proof const& proof, Time now);
  /// Grows whenever holds() may have become false for a reason other than time.
  std::uint64_t endings() const { return file_->endings; }
  /// Removes tokens and sessions that have ended, at most `most` of each, and what is left of them in the file's log.
  /// Out: whether more are waiting.
  Result<bool> remove_ended(Time now, std::size_t most);

 private:
  Secrets(std::unique_ptr<SecretsFile> file, std::unique_ptr<FactorKey> key,
          SecretsOptions const& options);
};

}  // namespace fenghuo::server
