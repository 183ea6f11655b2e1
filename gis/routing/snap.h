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
  Distance away;                ///< straight line from the asked point
};

/// The nearest edge that the profile can use in at least one direction with this metric.
///
/// In:      within: how far away a road may be.
/// Errors:  NotFound  no usable road within that distance (names point and distance)
/// Cost:    a few grid cells; see bench routing.
/// Checked: tests/gis/snap_test.cc against an exhaustive search over all edges.
Result<Snap> snap(Region const& region, Metric const& metric, Profile profile, GeoPoint point,
                  Distance within);

}  // namespace fenghuo::gis
