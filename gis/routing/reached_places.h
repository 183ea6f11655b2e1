#pragma once

#include <span>
#include <string>
#include <vector>

#include "gis/region/region.h"
#include "gis/routing/reached_area.h"
#include "gis/routing/router.h"

namespace fenghuo::gis {

/// A settlement and how long one takes there (or from there), the walk at both ends included.
struct ReachedPlace {
  Place const* place = nullptr;  ///< of the region
  Duration duration;
};

/// What the map shows of one time.
struct ReachedBand {
  Duration within;
  MultiPolygon area;
  std::vector<ReachedPlace> places;  ///< the most populous first, of equals the one reached sooner
  std::size_t places_reached = 0;    ///< of which `places` holds the first
};

struct ReachedBands {
  Distance access;  ///< straight line from the asked point to its road
  Distance margin;  ///< ReachedAreas::margin
  std::int64_t as_of = 0;
  std::vector<ReachedBand> bands;
};

inline constexpr std::size_t kMostPlacesOfBand = 100;

/// An isochrone with its areas and the settlements in reach. A settlement is reached if the route there takes no
/// longer: its own distance from the road counts, and one without a road near it is not reached.
///
/// Errors:  those of Router::isochrone
/// Cost:    the isochrone, its area, and a label for each settlement near it
/// Checked: tests/gis/reached_area_test.cc
Result<ReachedBands> reached_bands(Region const& region, Router const& router, Metric const& metric,
                                   Profile profile, GeoPoint point,
                                   std::span<Duration const> within, cch::Way way,
                                   RoutingLimits const& limits);

/// Where a point is too far from every road, or outside the region: a sentence that says how far, for people. Roads are
/// looked for within 64 km.
/// Cost:    some box queries of growing size
/// Checked: tests/gis/reached_area_test.cc
std::string far_from_roads(Region const& region, Metric const& metric, Profile profile,
                           GeoPoint point);

}  // namespace fenghuo::gis
