#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "bench/road_arrays.h"

namespace fenghuo::bench {

/// Dijkstra's algorithm by Boost.Graph in its strongest simple form: a compressed sparse row graph each way that
/// holds only passable arcs with their weights beside them, a heap of four children a node, maps that are kept and
/// cleared by what was touched, and an end as soon as the question is answered.
///
/// Threads: one.
class DijkstraReference {
 public:
  explicit DijkstraReference(RoadArrays const& roads);
  ~DijkstraReference();
  DijkstraReference(DijkstraReference const&) = delete;
  DijkstraReference& operator=(DijkstraReference const&) = delete;

  enum class Way { Leaving, Arriving };
  /// kClosed where there is none.
  gis::Weight one_to_one(gis::NodeId from, gis::NodeId to);
  /// The same with the nodes of the way, first to last.
  gis::Weight one_to_one(gis::NodeId from, gis::NodeId to, std::vector<gis::NodeId>& way);
  /// Between one node and each of several.
  void one_to_many(Way way, gis::NodeId node, std::span<gis::NodeId const> others,
                   std::vector<gis::Weight>& ms);
  /// The times to the nearest marked nodes, ascending, `k` at most. `marks`: how many stand at a node.
  void nearest(Way way, gis::NodeId node, std::span<std::uint16_t const> marks, std::size_t k,
               std::vector<gis::Weight>& ms);
  /// Every node within the limit, with its time.
  void within(gis::NodeId node, gis::Weight limit,
              std::vector<std::pair<gis::NodeId, gis::Weight>>& out);
  /// By node.
  void one_to_all(gis::NodeId node, std::vector<gis::Weight>& ms);

 private:
  struct Graphs;
  std::unique_ptr<Graphs> graphs_;
};

}  // namespace fenghuo::bench
