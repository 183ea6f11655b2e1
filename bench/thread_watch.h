#pragma once

#include <time.h>

namespace fenghuo::bench {

/// Milliseconds of this thread's own time since it was made: what else runs on the machine does not count.
class ThreadWatch {
 public:
  double ms() const { return now() - begin_; }

 private:
  static double now() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
  }
  double begin_ = now();
};

}  // namespace fenghuo::bench
