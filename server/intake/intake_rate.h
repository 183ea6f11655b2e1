#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "core/base/units.h"

namespace fenghuo::server {

/// Sees when more reports come from one address than people send: a bucket of so many, filled again within a
/// minute. Nothing is refused for it; the reports are marked, so that lists can put them together.
/// Bounded: the address that was silent longest is forgotten.
///
/// Threads: any. Checked: tests/server/intake_rate_test.cc.
class IntakeRate {
 public:
  explicit IntakeRate(std::int64_t per_minute) : per_minute_{per_minute} {}
  /// Counts a report; true: there were too many before it.
  bool over(std::string const& caller, Time now);

 private:
  static constexpr std::size_t kRemembered = 10'000;
  struct Bucket {
    Duration left;  ///< each report takes a minute's part of it
    Time last;
  };
  std::int64_t per_minute_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace fenghuo::server
