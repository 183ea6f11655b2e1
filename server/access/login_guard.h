#pragma once

#include <map>
#include <mutex>
#include <string>

#include "core/base/units.h"

namespace fenghuo::server {

/// Slows guessing down: after five failed logins in a row an account and an address wait fifteen minutes.
/// Bounded: the oldest entries go first.
/// Threads: any. Checked: tests/server/login_guard_test.cc.
class LoginGuard {
 public:
  static constexpr int kTries = 5;
  bool locked(std::string const& account, std::string const& address, Time now);
  void failed(std::string const& account, std::string const& address, Time now);
  void succeeded(std::string const& account, std::string const& address);

 private:
  static constexpr std::size_t kRemembered = 10'000;
  struct Failures {
    int count = 0;
    Time last;
  };
  bool locked_one(std::string const& key, Time now);
  void fail_one(std::string const& key, Time now);
  std::mutex mutex_;
  std::map<std::string, Failures> failures_;
};

}  // namespace fenghuo::server
