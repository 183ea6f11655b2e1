#pragma once

#include <vector>

#include "gis/geo/distance.h"
#include "gis/region/region.h"

namespace fenghuo::gis {

/// The points of an edge from -> to.
std::span<GeoPoint const> line_of(RoadGraph const& graph, EdgeId edge);

/// The line of an edge between two offsets from its `from` end, begin_cm <= end_cm.
std::vector<GeoPoint> line_between(RoadGraph const& graph, EdgeId edge, std::uint32_t begin_cm,
                                   std::uint32_t end_cm);

/// Edges that may have a point within `metres` of p: a superset, ascending.
std::vector<EdgeId> edges_within(Region const& region, GeoPoint p, double metres);

/// The nearest place on a line to p: which segment (its first point) and where on it.
struct NearestOnLine {
  std::size_t segment = 0;
  NearestOnSegment at;
};
NearestOnLine nearest_on_line(GeoPoint p, std::span<GeoPoint const> line);

}  // namespace fenghuo::gis
