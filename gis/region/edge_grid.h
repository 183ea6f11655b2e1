#pragma once

#include <vector>

#include "gis/region/region_format.h"

namespace fenghuo::gis {

/// Which edges pass through which cell: the index behind Region::edges_in and snap.
struct EdgeGrid {
  GridRecord record;
  std::vector<std::uint32_t> first;  ///< record.rows * record.columns + 1
  std::vector<EdgeId> edges;         ///< ascending within a cell
};

/// In: the geometry arrays of the graph. An edge is put into every cell that a segment of it touches
/// (and at times into a neighbour); there are about as many cells as segments.
EdgeGrid make_grid(RoadGraph const& graph);

/// Edges of the cells that meet the box, ascending, no repeats.
std::vector<EdgeId> edges_in_cells(RegionView const& view, GeoPoint south_west,
                                   GeoPoint north_east);

}  // namespace fenghuo::gis
