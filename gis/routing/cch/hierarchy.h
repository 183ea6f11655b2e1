#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "gis/routing/road_graph.h"

namespace fenghuo::gis::cch {

/// A node by its place in the order of contraction.
using Rank = std::uint32_t;
inline constexpr Rank kNoRank = std::numeric_limits<Rank>::max();
/// Depth in the elimination tree: 0 at a root.
using Depth = std::uint16_t;
/// An arc of the hierarchy, from a node to one of its ancestors.
using UpArc = std::uint32_t;
inline constexpr UpArc kNoUpArc = std::numeric_limits<UpArc>::max();

/// Upward arcs of one node to ancestors that stand one below the other.
struct Run {
  Depth depth = 0;   ///< of the first, the one nearest to the root
  Depth length = 0;  ///< ancestors at depth .. depth+length-1
};

/// A node of the elimination tree. Its arcs end where those of the next rank begin, its runs too.
struct Row {
  UpArc first_arc = 0;
  std::uint32_t first_run = 0;
  Rank parent = kNoRank;  ///< kNoRank at a root
  Depth depth = 0;
  std::uint16_t unused = 0;
};

/// An edge of the road graph in the row of its lower end.
struct Road {
  ArcId upward = 0;  ///< the direction that leads from the lower end to the upper
  UpArc place = 0;   ///< in the row
};

/// An upward arc seen from its head.
struct DownArc {
  Rank tail = 0;
  UpArc arc = 0;
};

/// The contraction hierarchy of a road network without weights: what depends on the map alone.
///
/// A node's row holds its arcs to ancestors, the root's end first. Ranks are a postorder of the elimination
/// tree, so the nodes below r are the ranks subtree_first[r] .. r-1. Since every shortest way goes up and comes
/// down, and every arc goes to an ancestor, the heads of a row are given by their depths alone: a sweep up a
/// row touches an array no longer than the tree is deep.
///
/// In:      an order from nested_dissection().
/// Errors:  InvalidArgument  the tree is deeper than 65,534 nodes (no road network is)
/// Cost:    linear in the arcs of the hierarchy; see bench routing.
/// Threads: read only; any number.
/// Source:  Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", JEA 21 (2016); the rows are
///          those of the triangular factor in sparse elimination.
/// Checked: tests/gis/hierarchy_test.cc.
struct Hierarchy {
  std::span<NodeId const> node_at;  ///< by rank
  std::span<Rank const> rank_of;    ///< by node
  std::span<Row const> rows;        ///< by rank, and one more for the ends of the last
  std::span<Run const> runs;
  std::span<Rank const> subtree_first;
  std::span<std::uint32_t const> first_down;  ///< rank_count+1
  std::span<DownArc const> down;              ///< arcs that lead to r, by their tails, ascending
  std::span<std::uint32_t const> first_road;  ///< rank_count+1
  std::span<Road const> roads;  ///< edges whose lower end is r, by their places in its row
  std::span<NodeId const> edge_from, edge_to;  ///< those of the road graph

  Rank rank_count() const { return static_cast<Rank>(node_at.size()); }
  UpArc arc_count() const { return rows.back().first_arc; }
  UpArc row_size(Rank r) const { return rows[r + 1].first_arc - rows[r].first_arc; }
  std::span<Run const> runs_of(Rank r) const {
    return {runs.data() + rows[r].first_run, rows[r + 1].first_run - rows[r].first_run};
  }
  std::span<DownArc const> down_of(Rank r) const {
    return {down.data() + first_down[r], first_down[r + 1] - first_down[r]};
  }
  std::span<Road const> roads_of(Rank r) const {
    return {roads.data() + first_road[r], first_road[r + 1] - first_road[r]};
  }
  Rank lower_end(EdgeId edge) const {
    return std::min(rank_of[edge_from[edge]], rank_of[edge_to[edge]]);
  }
  Rank upper_end(EdgeId edge) const {
    return std::max(rank_of[edge_from[edge]], rank_of[edge_to[edge]]);
  }
  bool is_ancestor(Rank high, Rank low) const { return subtree_first[high] <= low && low <= high; }
  /// Where in r's row the arc to its ancestor at `depth` stands; kNoUpArc if there is none.
  UpArc place_of(Rank r, Depth depth) const {
    UpArc place = 0;
    for (Run const run : runs_of(r)) {
      if (depth < run.depth + run.length) {
        return depth < run.depth ? kNoUpArc : place + static_cast<UpArc>(depth - run.depth);
      }
      place += run.length;
    }
    return kNoUpArc;
  }
};

/// The arrays behind a Hierarchy, while it is being made.
struct HierarchyArrays {
  std::vector<NodeId> node_at;
  std::vector<Rank> rank_of;
  std::vector<Row> rows;
  std::vector<Run> runs;
  std::vector<Rank> subtree_first;
  std::vector<std::uint32_t> first_down;
  std::vector<DownArc> down;
  std::vector<std::uint32_t> first_road;
  std::vector<Road> roads;

  /// The edges are not copied.
  Hierarchy view(std::span<NodeId const> from, std::span<NodeId const> to) const;
};

Result<HierarchyArrays> build_hierarchy(std::span<NodeId const> order, std::span<NodeId const> from,
                                        std::span<NodeId const> to);

/// What tells a good order from a bad one.
struct HierarchyQuality {
  std::uint64_t arcs = 0;
  std::uint64_t triangles = 0;  ///< lower triangles: the work of a customization
  std::uint32_t depth_max = 0;
  double depth_mean = 0;
  double ancestor_arcs_mean =
      0;  ///< arcs in the rows of a node and its ancestors: the work of a query
};
HierarchyQuality quality_of(Hierarchy const& hierarchy);

}  // namespace fenghuo::gis::cch
