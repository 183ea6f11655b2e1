#pragma once

#include "gis/routing/metric.h"

namespace fenghuo::gis {

/// What an arc costs a profile when nothing is closed: milliseconds, rounded up, at least 1; kClosed
/// where it may not or cannot pass.
///
/// Driving: length by the speed of the edge; against a one-way street times
///          against_oneway_permille. Walking: 5 km/h, on steps 2.5 km/h. Both at the share of the
///          speed that the condition leaves (RoutingSettings::speeds), ferries apart.
/// On top:  a gate 30 s for vehicles; a ferry 300 s for everybody.
Weight arc_weight(RoadGraph const& graph, ArcId arc, Profile profile,
                  RoutingSettings const& settings);

/// Whether the arc leads against its one-way street.
bool is_against_oneway(RoadGraph const& graph, ArcId arc);

/// RoadGraph::edge_mainland of every edge: bit p is set if, for profile p, one of its usable arcs has
/// both ends in the same strongly connected part and that part is the largest or has at least
/// kLargePart nodes. Heavy takes the bits of Light: a village behind a weak bridge is cut off from
/// heavy vehicles, and no reason to look for a road elsewhere.
inline constexpr std::size_t kLargePart = 64;
std::vector<std::uint8_t> mainland_of(RoadGraph const& graph);
inline bool is_mainland(RoadGraph const& graph, EdgeId edge, Profile profile) {
  return (unsigned{graph.edge_mainland[edge]} & (1U << static_cast<unsigned>(profile))) != 0;
}

/// Weakly connected parts of the whole graph, whoever may use its edges.
struct WeakParts {
  std::uint64_t count = 0;
  std::uint64_t largest = 0;  ///< nodes
};
WeakParts weak_parts(RoadGraph const& graph);

}  // namespace fenghuo::gis
