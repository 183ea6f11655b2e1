#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fields.h"
#include "server/access/secrets_file.h"
#include "server/access/security_profile.h"

namespace fenghuo::server {

/// What a session is good for.
enum class SessionScope {
  Full,
  NewPassword,  ///< the password is too old: only for a new one
  Enrol         ///< a second factor is asked for and not there yet: only for enrolling one
};

struct SessionInfo {
  std::string id, account;
  SessionScope scope = SessionScope::Full;
  std::string peer;
  Time created_at, used_at;
};

/// Who has logged in; secrets are kept as digests, so that a copy of the file opens no door.
///
/// A session ends `idle` after its last call and `life` after the login (SecurityProfile). When it was used last is
/// in memory to the second and in the file to the minute: after a crash one may end a minute early.
///
/// Errors: Unavailable, DataLoss. Threads: any. Checked: tests/server/secrets_test.cc.
class Sessions {
 public:
  /// `most`: of one account.
  Sessions(SecretsFile& file, SecurityProfile const& profile, std::int64_t most);

  /// The account's oldest session ends where it has as many as may be. Out: the secret.
  Result<std::string> begin(std::string_view account, std::string_view peer, SessionScope scope,
                            Time now);
  /// The session with this secret, where it has not ended; that counts as a use.
  std::optional<SessionInfo> find(std::string_view secret, Time now);
  /// Without using it.
  bool lives(std::string_view id, Time now);
  /// Those that have not ended, oldest first; of one account or of all.
  Result<std::vector<SessionInfo>> list(std::optional<std::string> const& account, Time now);

  Result<void> widen(std::string_view id);  ///< from now on good for everything
  Result<bool> end(std::string_view id);
  Result<void> end_all(std::string_view account);
  /// Removes those that have ended, at most `most`. Out: whether more are waiting.
  Result<bool> remove_ended(Time now, std::size_t most);

 private:
  Time used_at(std::string const& id, Time stored) const;
  bool ended(SessionInfo const& session, Time now) const;

  SecretsFile& file_;
  SecurityProfile const& profile_;
  std::int64_t most_;
  std::map<std::string, Time, std::less<>>
      used_;  ///< by id, later than the file knows; under its lock
};

}  // namespace fenghuo::server

namespace fenghuo {
template <>
struct EnumNames<server::SessionScope> {
  static constexpr std::array<std::string_view, 3> kNames{"full", "new_password", "enrol"};
};
}  // namespace fenghuo
