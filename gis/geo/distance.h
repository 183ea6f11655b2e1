#pragma once

#include <span>

#include "core/base/units.h"

namespace fenghuo::gis {

/// Great-circle distance on the mean sphere (radius 6,371,008.8 m), rounded to the centimetre; within
/// 0.6 % of the ellipsoid. Checked: tests/gis/geo_test.cc against Boost.Geometry and known lengths.
Distance distance_between(GeoPoint a, GeoPoint b);

/// Length of a line of points.
Distance length_of(std::span<GeoPoint const> line);

/// The nearest point of the segment a-b to p, with the share of the way from a (0..1), in the plane that
/// touches the earth at p: wrong by less than a thousandth of the distance from p to the farther of a
/// and b, below 10 km and 60 degrees of latitude. Checked: tests/gis/geo_test.cc.
struct NearestOnSegment {
  GeoPoint point;
  double share = 0;
  double metres = 0;
};
NearestOnSegment nearest_on_segment(GeoPoint p, GeoPoint a, GeoPoint b);

/// Whether a line from p due east crosses a-b; of a-b the southern end belongs to it.
bool crosses_to_the_east(GeoPoint p, GeoPoint a, GeoPoint b);

/// Even-odd rule; points on the border may fall on either side. The ring may be open or closed.
bool inside_ring(GeoPoint p, std::span<GeoPoint const> ring);

}  // namespace fenghuo::gis
