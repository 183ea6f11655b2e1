#pragma once

#include <atomic>
#include <mutex>

#include "core/base/units.h"

namespace fenghuo::center {

/// Where a centre gets the time from: the system, or whoever drives a simulation. Threads: any.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The time of day. It may step in either direction, or stand.
  virtual Time now() const = 0;
  /// Time since some moment that never steps; only differences mean anything.
  virtual Duration steady() const = 0;
};

/// The machine's clocks. Source: clock_gettime(CLOCK_REALTIME), CLOCK_BOOTTIME.
class SystemClock final : public Clock {
 public:
  Time now() const override;
  Duration steady() const override;
};

/// A clock that stands still until it is moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : us_{start.us} {}
  Time now() const override { return {us_.load()}; }
  Duration steady() const override { return {steady_us_.load()}; }
  /// Steps: the steady time stays where it is.
  void set(Time time) { us_.store(time.us); }
  /// Time passes.
  void advance(Duration by) {
    us_.fetch_add(by.us);
    steady_us_.fetch_add(by.us);
  }

 private:
  std::atomic<std::int64_t> us_;
  std::atomic<std::int64_t> steady_us_{0};
};

/// The time that a journal is written by: it never goes back and never stands. Where the time of day lies
/// behind what was written already (a clock was set back, or was wrong for a while), it goes on from there,
/// nine tenths as fast, until the time of day has caught up: deadlines still pass, and a small step is over
/// soon.
///
/// Threads: any. Checked: tests/center/clock_test.cc.
class JournalClock {
 public:
  /// From the time of the last event on.
  JournalClock(Clock const& clock, Time last)
      : clock_{clock}, last_{last}, last_steady_{clock.steady()} {}

  Time now() const;
  /// How far it is ahead of the time of day.
  Duration ahead() const;

 private:
  Clock const& clock_;
  mutable std::mutex mutex_;
  mutable Time last_;
  mutable Duration last_steady_;
};

}  // namespace fenghuo::center
