#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "gis/routing/cch/cell_graph.h"

namespace fenghuo::gis::cch {

/// The largest set of paths from one group of nodes to another that share no node, grown step by step, and
/// the smallest sets of nodes that cut the groups apart (they may take nodes of the groups themselves).
///
/// Source:  Menger 1927; Dinitz 1970, on the graph with every node split into an entrance and an exit.
/// Cost:    a breadth-first search and a sweep of searches a phase; a handful of phases for road networks.
/// Threads: one.
/// Checked: tests/gis/node_flow_test.cc against Boost.Graph's maximum flow and by removing the cuts.
class NodeFlow {
 public:
  explicit NodeFlow(CellGraph const& graph);

  /// Each node at most once.
  void add_source(std::uint32_t node) {
    is_source_[node] = true;
    sources_.push_back(node);
  }
  void add_target(std::uint32_t node) {
    is_target_[node] = true;
    targets_.push_back(node);
  }
  /// Grows the paths until there are no more, or more than `limit`. Sources and targets may be added before
  /// the next call; what was found is kept.
  std::uint32_t grow(std::uint32_t limit);

  enum class Side : std::uint8_t { Source, Cut, Target };
  /// Every node's side of the smallest cut that lies nearest to the sources (or the targets). Only after
  /// grow() came to its end.
  void cut_near_sources(std::vector<Side>& side);
  void cut_near_targets(std::vector<Side>& side);

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kEnd = kNone - 1;  ///< where a path begins or ends

  // A place of the split graph: 2*node the entrance, 2*node+1 the exit.
  static std::uint32_t entrance(std::uint32_t node) { return node * 2; }
  static std::uint32_t exit(std::uint32_t node) { return node * 2 + 1; }
  static std::uint32_t mirrored(std::uint32_t place) { return place ^ 1U; }

  void trim();
  void find_rim(std::vector<std::uint32_t>& rim);
  bool measure();  ///< levels from the sources; whether a target can be reached
  bool advance(std::uint32_t source);
  void reroute();
  std::uint32_t step(std::uint32_t place);
  void turn_round();
  void mark_sides(std::vector<Side>& side, Side near, Side far);

  CellGraph const& graph_;
  std::vector<std::uint8_t> is_source_, is_target_;
  std::vector<std::uint32_t> sources_, targets_;
  std::vector<std::uint32_t> before_, after_;  ///< neighbours on the node's path
  std::vector<std::uint32_t> level_, tried_;
  std::vector<std::uint32_t> queue_, trail_, rim_, far_rim_;
  std::uint32_t paths_ = 0;
};

}  // namespace fenghuo::gis::cch
