#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"
#include "gis/routing/road_graph.h"
#include "gis/routing/road_weights.h"

namespace fenghuo::bench {

/// A road network for measurements: edges with a weight each way, places of the nodes.
struct RoadArrays {
  std::vector<gis::NodeId> from, to;
  std::vector<GeoPoint> point;
  std::vector<gis::Weight> weights;  ///< ms, 2 an edge; kClosed where the edge is one-way

  std::size_t nodes() const { return point.size(); }
};

/// Reads a folder of arrays as RoutingKit writes them: little-endian files whose names end with first_out, head,
/// travel_time (uint32, ms), latitude and longitude (float32, degrees). An arc and one the other way round become
/// one edge.
///
/// Errors: NotFound         one of the files is missing (named)
///         InvalidArgument  lengths or numbers that contradict each other
Result<RoadArrays> read_road_arrays(std::filesystem::path const& folder);

/// One file of little-endian 32-bit numbers whose name ends with `name`.
Result<std::vector<std::uint32_t>> read_numbers(std::filesystem::path const& folder,
                                                std::string_view name);

/// A synthetic network `times` as wide and as high: mirrored tiles of a rectangle that holds most of it, joined
/// where a road crosses the rim. What it is good for: sizes that no real extract at hand has; not for evidence.
RoadArrays tiled(RoadArrays const& roads, std::uint32_t times);

}  // namespace fenghuo::bench
