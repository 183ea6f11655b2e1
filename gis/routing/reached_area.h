#pragma once

#include <span>
#include <vector>

#include "gis/region/region.h"
#include "gis/routing/isochrone.h"

namespace fenghuo::gis {

/// Closed rings (the first point is the last) by the right-hand rule of RFC 7946: the outer one counter-clockwise,
/// holes clockwise.
struct AreaPolygon {
  std::vector<GeoPoint> outer;
  std::vector<std::vector<GeoPoint>> holes;
};
using MultiPolygon = std::vector<AreaPolygon>;

/// Areas for the eye around the roads that are reached.
struct ReachedAreas {
  Distance margin;  ///< no point of an area lies farther than this from a reached road
  std::vector<MultiPolygon> areas;  ///< one for each band
};

/// How: points of a grid are marked that lie within 150 m of a reached stretch, and the marked ones are outlined
///      (geo/contour.h). The grid is 50 m wide; where the outlines of the largest area would have over 30,000 corners or
///      the grid over 16 million points, it is one of 100, 200, 280, 400, 560 … m, with a buffer as wide as the grid if
///      that is more than 150 m. All bands are drawn on one grid, so a longer time's area holds the shorter one's.
/// Holds: every point of a reached stretch is inside; a point of the area is at most `margin` from a reached road
///      (185 m at first, 221, 341, 478, 683 … m; in a region of some degrees of latitude, a few hundredths more).
///      What a closure, a river or a mountain keeps from being reached is outside, as far as it is farther than that
///      from every reached road. Holes are kept.
/// Cost: the grid, and 40 grid points or so for each point of the roads' geometry.
/// Checked: tests/gis/reached_area_test.cc, with Boost.Geometry as the judge.
ReachedAreas areas_around(Region const& region, std::span<Reach const> bands);

}  // namespace fenghuo::gis
