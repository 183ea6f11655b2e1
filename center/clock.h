#pragma once

#include <atomic>

#include "core/base/units.h"

namespace fenghuo::center {

/// Where a centre gets the time from: the system, or whoever drives a simulation. Threads: any.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

/// The machine's clock. Source: clock_gettime(CLOCK_REALTIME).
class SystemClock final : public Clock {
 public:
  Time now() const override;
};

/// A clock that stands still until it is set.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : us_{start.us} {}
  Time now() const override { return {us_.load()}; }
  void set(Time time) { us_.store(time.us); }
  void advance(Duration by) { us_.fetch_add(by.us); }

 private:
  std::atomic<std::int64_t> us_;
};

}  // namespace fenghuo::center
