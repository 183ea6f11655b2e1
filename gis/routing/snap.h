#pragma once

#include "core/base/result.h"
#include "core/base/units.h"
#include "gis/routing/metric.h"

namespace fenghuo::gis {

/// A place on the network.
struct Snap {
  EdgeId edge = 0;
  std::uint32_t offset_cm = 0;  ///< from the edge's `from` end along its geometry
  int side = 0;                 ///< of the asked point, seen from -> to: -1 left, +1 right, 0 on it
  GeoPoint on_road;
  Distance away;  ///< straight line from the asked point
};

inline constexpr Distance kMainlandReach = metres(300);

/// The nearest edge that the profile can use in at least one direction with this metric.
///
/// Rule:    maps hold scraps of road that are joined to nothing (a yard of three nodes, the stub of a
///          motorway that leaves the extract), and from a scrap there is no way. So if the nearest edge
///          is not on the mainland (RoadGraph::edge_mainland) and one that is lies at most
///          kMainlandReach farther away, that one is taken. Mainland is judged by the data alone: a
///          village that a closure cuts off is not a scrap and keeps its road.
///          Obstacles (edges of length 0) are no places. Of equally near edges the lowest number.
/// In:      within: how far away a road may be.
/// Errors:  NotFound  no usable road within that distance (names point and distance)
/// Cost:    a few grid cells; see bench routing.
/// Checked: tests/gis/snap_test.cc against an exhaustive search over all edges.
Result<Snap> snap(Region const& region, Metric const& metric, Profile profile, GeoPoint point,
                  Distance within);

}  // namespace fenghuo::gis
