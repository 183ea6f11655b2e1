#pragma once

#include <array>
#include <string>
#include <vector>

#include "bench/road_arrays.h"
#include "core/base/random.h"
#include "gis/routing/cch/hierarchy.h"

namespace fenghuo::gis::testing {

/// Made-up networks, one family for each thing that a shortest-path engine gets wrong: grids full of ties, trees,
/// several edges between two nodes, one-way streets, islands, edges that take no time, loops, nodes at one place.
enum class Family { Grid, Tree, Multigraph, OneWays, Islands, ZeroWeights, Ties, Loops, Clique };
inline constexpr std::array<Family, 9> kFamilies{
    Family::Grid,        Family::Tree, Family::Multigraph, Family::OneWays, Family::Islands,
    Family::ZeroWeights, Family::Ties, Family::Loops,      Family::Clique};
std::string name_of(Family family);

/// About `size` nodes of a family; the same seed gives the same network.
bench::RoadArrays made_up(Family family, std::uint32_t size, std::uint64_t seed);

/// The hierarchy of a network by nested dissection. The network must live as long as the view.
cch::HierarchyArrays hierarchy_of(bench::RoadArrays const& roads);

}  // namespace fenghuo::gis::testing
