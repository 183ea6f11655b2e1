#pragma once

#include <map>
#include <mutex>
#include <string>

#include "core/base/units.h"
#include "server/access/security_profile.h"

namespace fenghuo::server {

/// Who tries: `shared` where the address stands for many people (this machine, a listed gateway).
struct LoginTry {
  std::string account, address;
  bool shared = false;
};

/// Slows guessing down. Three counts, each of failures that follow one another within the profile's lock time:
///
///   account at address   5    what the rule books ask for. It alone locks nobody else out: neither the colleagues
///                             behind the same gateway, nor the account's owner, who sits elsewhere than the guesser.
///   account             20    a guesser with many addresses gets at most so many tries
///   address            100    one address that tries many accounts. High, since a whole office may be one address
///                             and everybody there mistypes in the same morning; not counted where `shared`.
///
/// Setting a password forgets the account's failures. The administration socket knows no logins, so nothing here
/// can shut the machine's owner out. Bounded: the oldest entries go first. Kept in memory: a restart forgets.
///
/// Threads: any. Checked: tests/server/login_guard_test.cc.
class LoginGuard {
 public:
  explicit LoginGuard(SecurityProfile const& profile) : profile_{profile} {}
  bool locked(LoginTry const& who, Time now);
  void failed(LoginTry const& who, Time now);
  void succeeded(LoginTry const& who);
  void forget(std::string const& account);

 private:
  static constexpr std::size_t kRemembered = 30'000;
  struct Failures {
    int count = 0;
    Time last;
  };
  struct Key {
    std::string account, address;  ///< one of them may be empty: any
    auto operator<=>(Key const&) const = default;
  };
  bool locked_one(Key const& key, int most, Time now);
  void fail_one(Key const& key, Time now);
  SecurityProfile const& profile_;
  std::mutex mutex_;
  std::map<Key, Failures> failures_;
};

}  // namespace fenghuo::server
