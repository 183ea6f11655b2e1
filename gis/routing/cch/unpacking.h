#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gis/routing/cch/label.h"

namespace fenghuo::gis::cch {

/// A shortest way as the roads that it takes.
struct WayFound {
  Weight ms = 0;          ///< with what the ends spend
  Rank from = 0, to = 0;  ///< the ends between which the arcs lie
  std::vector<ArcId>
      arcs;  ///< of the road graph, in the order of the journey; empty where the ends meet
};

/// The way behind between(): up from the leaving place, down to the arriving one, every arc of the hierarchy
/// taken apart into the two below it until only roads are left.
///
/// In:      the labels with the ends that they were made from; road_weights those of the customization.
/// Out:     nothing if there is no way.
/// Cost:    a search over the arcs below for every arc of the hierarchy that is taken apart.
/// Source:  Dibbelt, Strasser, Wagner, JEA 21 (2016), section 7.
/// Checked: tests/gis/cch_query_test.cc adds the ways up arc by arc.
std::optional<WayFound> find_way(Hierarchy const& hierarchy, ArcWeights const& weights,
                                 RoadWeights const& road_weights, Label const& leaving,
                                 std::span<End const> origins, Label const& arriving,
                                 std::span<End const> destinations, std::uint32_t shared);

}  // namespace fenghuo::gis::cch
