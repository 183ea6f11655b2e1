#include "center/clock.h"

#include <time.h>

#include <algorithm>
#include <chrono>

namespace fenghuo::center {

Time SystemClock::now() const {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

Duration SystemClock::steady() const {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);  // goes on while the machine sleeps
  return {std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000};
}

Time JournalClock::now() const {
  std::scoped_lock const lock{mutex_};
  Duration const steady = clock_.steady();
  Time const went_on = last_ + Duration{(steady - last_steady_).us * 9 / 10};
  last_ = std::max(clock_.now(), went_on);
  last_steady_ = steady;
  return last_;
}

Duration JournalClock::ahead() const { return std::max(now() - clock_.now(), Duration{0}); }

}  // namespace fenghuo::center
