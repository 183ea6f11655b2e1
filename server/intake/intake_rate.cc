#include "server/intake/intake_rate.h"

#include <algorithm>

namespace fenghuo::server {

bool IntakeRate::over(std::string const& caller, Time now) {
  Duration const full = minutes(1);
  Duration const each{full.us / per_minute_};
  std::scoped_lock const lock{mutex_};
  auto it = buckets_.find(caller);
  if (it == buckets_.end()) {
    if (buckets_.size() >= kRemembered) {
      buckets_.erase(std::min_element(
          buckets_.begin(), buckets_.end(),
          [](auto const& a, auto const& b) { return a.second.last < b.second.last; }));
    }
    it = buckets_.emplace(caller, Bucket{full, now}).first;
  }
  Bucket& bucket = it->second;
  if (now > bucket.last) {
    bucket.left = std::min(full, bucket.left + (now - bucket.last));
    bucket.last = now;
  }
  if (bucket.left < each) {
    return true;
  }
  bucket.left = bucket.left - each;
  return false;
}

}  // namespace fenghuo::server
