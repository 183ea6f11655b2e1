#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"
#include "gis/region/region.h"
#include "gis/routing/profile.h"

namespace fenghuo::gis {

/// Milliseconds of travel along an arc; kClosed where the profile may not or cannot pass.
using Weight = std::uint32_t;
inline constexpr Weight kClosed = std::numeric_limits<Weight>::max();

/// A closed piece of road as the journal knows it: geometry only, never a number of this region file.
struct ClosureShape {
  std::string id;
  std::vector<GeoPoint> points;  ///< one point, a line, or the ring of a polygon (is_area)
  bool is_area = false;
  std::array<bool, kProfileCount> closes{true, true, true, true};  ///< per Profile
};

/// Which edges a shape closes: an area closes every edge that touches it; a line every edge it crosses
/// and every edge that runs along it (within 15 m over at least half the shorter of the two); a point
/// the one nearest edge within 50 m.
///
/// Crossing: from one side to the other; to touch an end of an edge is not to cross it. A line drawn by
///           hand along a road strays over the mouths of its side roads, so a crossing within 15 m of
///           an end where the line runs along another edge does not count.
/// Out:      ascending edge ids; empty if nothing matches (shown to the user, never silent).
/// Cost:     the edges near the shape, measured every metre of their length for a line.
/// Checked:  tests/gis/closure_match_test.cc.
std::vector<EdgeId> edges_closed_by(Region const& region, ClosureShape const& shape);

/// Travel times of every arc for every profile, with closures applied. Immutable; readers keep the
/// shared pointer they started with while a new one is swapped in as a whole.
class Metric {
 public:
  /// `as_of` is the journal sequence whose closures are in it.
  static std::shared_ptr<Metric const> build(Region const& region, RoutingSettings const& settings,
                                             std::span<ClosureShape const> closures,
                                             std::int64_t as_of);

  std::span<Weight const> weights(Profile profile) const;  ///< one per arc
  std::int64_t as_of() const { return as_of_; }
  std::size_t closed_edges() const { return closed_edges_; }

 private:
  Metric() = default;
  std::array<std::vector<Weight>, kProfileCount> weights_;
  std::int64_t as_of_ = 0;
  std::size_t closed_edges_ = 0;
};

}  // namespace fenghuo::gis
