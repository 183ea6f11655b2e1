#include <algorithm>

#include "gis/routing/router.h"

namespace fenghuo::gis {

Result<QuickestWays::Nearest> QuickestWays::nearest(Metric const& metric, Profile profile,
                                                    std::span<GeoPoint const> candidates,
                                                    cch::Way way, GeoPoint point, std::size_t k,
                                                    RoutingLimits const& limits) const {
  std::span<GeoPoint const> const here{&point, 1};
  bool const leaving = way == cch::Way::Leaving;
  auto const times = leaving ? travel_times(metric, profile, candidates, here, limits)
                             : travel_times(metric, profile, here, candidates, limits);
  if (!times) {
    return times.error();
  }
  if (auto good = check_point(metric, profile, point, limits); !good) {
    return good.error();
  }
  Nearest out;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Duration const duration = leaving ? times->at(i, 0) : times->at(0, i);
    if (duration == dispatch::TravelTimeTable::kUnreachable) {
      ++out.unreachable;
    } else {
      out.nearest.push_back({i, duration});
    }
  }
  auto const end =
      out.nearest.begin() + static_cast<std::ptrdiff_t>(std::min(k, out.nearest.size()));
  std::partial_sort(out.nearest.begin(), end, out.nearest.end(),
                    [](NearCandidate const& a, NearCandidate const& b) {
                      return a.duration != b.duration ? a.duration < b.duration : a.index < b.index;
                    });
  out.nearest.erase(end, out.nearest.end());
  return out;
}

}  // namespace fenghuo::gis
