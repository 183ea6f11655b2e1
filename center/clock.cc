#include "center/clock.h"

#include <chrono>

namespace fenghuo::center {

Time SystemClock::now() const {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace fenghuo::center
