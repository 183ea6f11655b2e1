#include "server/access/login_guard.h"

#include <algorithm>

namespace fenghuo::server {

bool LoginGuard::locked_one(Key const& key, int most, Time now) {
  auto const it = failures_.find(key);
  if (it == failures_.end()) {
    return false;
  }
  if (now - it->second.last > profile_.lock) {
    failures_.erase(it);
    return false;
  }
  return it->second.count >= most;
}

void LoginGuard::fail_one(Key const& key, Time now) {
  if (failures_.size() >= kRemembered && !failures_.contains(key)) {
    failures_.erase(std::min_element(
        failures_.begin(), failures_.end(),
        [](auto const& a, auto const& b) { return a.second.last < b.second.last; }));
  }
  Failures& failures = failures_[key];
  ++failures.count;
  failures.last = now;
}

bool LoginGuard::locked(LoginTry const& who, Time now) {
  std::scoped_lock const lock{mutex_};
  return locked_one({who.account, who.address}, profile_.tries, now) ||
         locked_one({who.account, ""}, profile_.tries_of_account, now) ||
         (!who.shared && locked_one({"", who.address}, profile_.tries_of_address, now));
}

void LoginGuard::failed(LoginTry const& who, Time now) {
  std::scoped_lock const lock{mutex_};
  // A failure long ago is none that this one follows.
  (void)locked_one({who.account, who.address}, profile_.tries, now);
  (void)locked_one({who.account, ""}, profile_.tries_of_account, now);
  (void)locked_one({"", who.address}, profile_.tries_of_address, now);
  fail_one({who.account, who.address}, now);
  fail_one({who.account, ""}, now);
  if (!who.shared) {
    fail_one({"", who.address}, now);
  }
}

/// What others failed with stays: one who has an account could else try those of others for ever.
void LoginGuard::succeeded(LoginTry const& who) {
  std::scoped_lock const lock{mutex_};
  failures_.erase({who.account, who.address});
}

void LoginGuard::forget(std::string const& account) {
  std::scoped_lock const lock{mutex_};
  std::erase_if(failures_, [&](auto const& entry) { return entry.first.account == account; });
}

}  // namespace fenghuo::server
