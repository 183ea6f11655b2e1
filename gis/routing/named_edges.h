#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gis/region/region.h"

namespace fenghuo::gis {

/// Name of an edge's road, else its number; "" where the data has neither.
std::string road_name(Region const& region, EdgeId edge);
/// Name of the bridge or tunnel that an edge lies on, else of its road.
std::string structure_name(Region const& region, EdgeId edge);

/// Edges of roads of a name or number, ascending; and all names and numbers, for what is like it.
/// Cost:    one pass over the edges; each text of the region is compared once.
/// Checked: through tests/gis/road_lookup_test.cc.
std::vector<EdgeId> edges_of_road(Region const& region, std::string_view said);
std::vector<std::string> road_names(Region const& region);

/// The same for what has a flag of edge_flag: bridges, tunnels.
std::vector<EdgeId> edges_of_structure(Region const& region, std::uint16_t flag,
                                       std::string_view said);
std::vector<std::string> structure_names(Region const& region, std::uint16_t flag);

}  // namespace fenghuo::gis
