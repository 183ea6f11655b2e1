#include "server/access/login_guard.h"

#include <algorithm>

namespace fenghuo::server {

namespace {
constexpr Duration kWait = minutes(15);
std::string account_key(std::string const& account) { return "account " + account; }
std::string address_key(std::string const& address) { return "address " + address; }
}  // namespace

bool LoginGuard::locked_one(std::string const& key, Time now) {
  auto const it = failures_.find(key);
  if (it == failures_.end()) {
    return false;
  }
  if (now - it->second.last > kWait) {
    failures_.erase(it);
    return false;
  }
  return it->second.count >= kTries;
}

void LoginGuard::fail_one(std::string const& key, Time now) {
  if (failures_.size() >= kRemembered && !failures_.contains(key)) {
    failures_.erase(std::min_element(
        failures_.begin(), failures_.end(),
        [](auto const& a, auto const& b) { return a.second.last < b.second.last; }));
  }
  Failures& failures = failures_[key];
  ++failures.count;
  failures.last = now;
}

bool LoginGuard::locked(std::string const& account, std::string const& address, Time now) {
  std::scoped_lock const lock{mutex_};
  bool const account_locked = locked_one(account_key(account), now);
  return locked_one(address_key(address), now) || account_locked;
}

void LoginGuard::failed(std::string const& account, std::string const& address, Time now) {
  std::scoped_lock const lock{mutex_};
  fail_one(account_key(account), now);
  fail_one(address_key(address), now);
}

void LoginGuard::succeeded(std::string const& account, std::string const& address) {
  std::scoped_lock const lock{mutex_};
  failures_.erase(account_key(account));
  failures_.erase(address_key(address));
}

}  // namespace fenghuo::server
