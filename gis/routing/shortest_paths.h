#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "gis/routing/metric.h"

namespace fenghuo::gis {

/// A node from which a search starts, with the milliseconds that have passed by then.
struct Start {
  NodeId node = 0;
  std::uint64_t ms = 0;
};

/// What one search found; kept between searches so that the next one need not clear it.
class SearchTree {
 public:
  static constexpr std::uint64_t kFar = std::numeric_limits<std::uint64_t>::max();
  static constexpr ArcId kNoArc = std::numeric_limits<ArcId>::max();

  /// Milliseconds from (or, backward, to) the starts; kFar if it was not reached. Final for the goals
  /// of the search only.
  std::uint64_t ms(NodeId node) const { return at(node) ? nodes_[node].ms : kFar; }
  /// The arc by which a forward search came to the node, or by which one leaves it in a backward
  /// search; kNoArc at a start.
  ArcId arc(NodeId node) const { return at(node) ? nodes_[node].arc : kNoArc; }

 private:
  friend struct SearchAccess;
  struct Node {
    std::uint64_t ms = kFar;
    ArcId arc = kNoArc;
    std::uint32_t round = 0;
    std::uint8_t colour = 0;
    bool is_goal = false;
  };
  bool at(NodeId node) const { return node < nodes_.size() && nodes_[node].round == round_; }
  std::vector<Node> nodes_;
  std::uint32_t round_ = 0;
};

/// Dijkstra's algorithm on the road graph.
///
/// Threads: any number, each with a SearchTree of its own.
/// Source:  Dijkstra 1959; Boost.Graph's dijkstra_shortest_paths_no_init on its compressed sparse row
///          graph. One graph serves both directions, since every edge has an arc each way: backward, an
///          arc is entered with the weight of its opposite.
/// Checked: through tests/gis/router_test.cc.
class ShortestPaths {
 public:
  explicit ShortestPaths(RoadGraph const& graph);
  ~ShortestPaths();
  ShortestPaths(ShortestPaths const&) = delete;
  ShortestPaths& operator=(ShortestPaths const&) = delete;

  enum class Direction { Forward, Backward };
  /// Runs until every goal is settled or everything that can be reached has been.
  void search(RoadWeights const& weights, Direction direction, std::span<Start const> starts,
              std::span<NodeId const> goals, SearchTree& tree) const;

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace fenghuo::gis
