#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/units.h"

namespace fenghuo::gis {

/// Where a ring meets itself: two of its sides, counted from 1 in the order of its points, and a point of both.
struct RingCrossing {
  std::size_t side = 0, other_side = 0;
  GeoPoint at;
};

/// A place where a ring crosses or touches itself, or runs back over itself; nothing for a simple ring.
/// In:      the ring, closed or open; a point repeated in a row counts once.
/// Cost:    n log n for rings as people draw them, n squared for a hostile one (10,000 points: under a second).
/// Checked: tests/gis/ring_test.cc, against a comparison of each side with each other.
std::optional<RingCrossing> crossing_of(std::span<GeoPoint const> ring);

/// A ring that many segments and points are held against: each looks only at the sides on its own latitudes.
/// Checked: tests/gis/ring_test.cc against inside_ring() and every side in turn.
class RingIndex {
 public:
  /// The ring may be open or closed and has at least two points.
  explicit RingIndex(std::span<GeoPoint const> ring);
  /// Even-odd rule, as inside_ring().
  bool holds(GeoPoint p) const;
  bool touches(GeoPoint a, GeoPoint b) const;

 private:
  static constexpr std::int64_t kBands = 256;
  std::int64_t band_of(std::int32_t lat_e7) const;
  std::vector<GeoPoint> ring_;  ///< closed
  std::int32_t south_ = 0, north_ = 0;
  std::vector<std::uint32_t> first_;  ///< by band
  std::vector<std::uint32_t> sides_;
};

}  // namespace fenghuo::gis
