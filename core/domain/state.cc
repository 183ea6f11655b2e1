#include "core/domain/state.h"

#include "core/base/time_text.h"

namespace fenghuo::domain {

int year_in(State const& state, Time time) {
  return year_of(time, state.founding ? static_cast<int>(state.founding->zone_minutes) : 0);
}

}  // namespace fenghuo::domain
