#pragma once

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/ensure.h"
#include "core/base/units.h"

namespace fenghuo::dispatch {

/// Travel times from every origin to every destination, as the dispatcher sees them.
///
/// Shape:     origins() rows x destinations() columns, row-major; at(i, j) is origin i -> j.
/// Values:    >= 0, or kUnreachable where no road connects the two; never a large number.
/// Invariant: one cell for each pair, checked on construction. Immutable.
class TravelTimeTable {
 public:
  static constexpr Duration kUnreachable{std::numeric_limits<std::int64_t>::max()};

  TravelTimeTable(std::size_t origins, std::size_t destinations, std::vector<Duration> times)
      : origins_{origins}, destinations_{destinations}, times_{std::move(times)} {
    ensure(times_.size() == origins_ * destinations_, "table is origins x destinations");
  }

  std::size_t origins() const noexcept { return origins_; }
  std::size_t destinations() const noexcept { return destinations_; }

  Duration at(std::size_t origin, std::size_t destination) const {
    ensure(origin < origins_, "origin index in range");
    ensure(destination < destinations_, "destination index in range");
    return times_[origin * destinations_ + destination];
  }

 private:
  std::size_t origins_;
  std::size_t destinations_;
  std::vector<Duration> times_;
};

}  // namespace fenghuo::dispatch
