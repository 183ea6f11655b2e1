#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "gis/region/region.h"

namespace fenghuo::gis {

/// Lines, one behind the other: where each after the first begins stands in `breaks`.
struct RoadLines {
  std::vector<GeoPoint> points;
  std::vector<std::size_t> breaks;
  void add(std::span<GeoPoint const> line);
};

/// Some edges of the road network as a network of their own: the edges of one road, of one bridge.
///
/// Cost:    n log n of the edges, but for path(): one Dijkstra over them.
/// Threads: read only after construction.
/// Checked: tests/gis/road_pieces_test.cc.
class RoadPieces {
 public:
  RoadPieces(Region const& region, std::vector<EdgeId> edges);

  std::vector<EdgeId> const& edges() const { return edges_; }
  /// Parts whose edges meet, or whose ends lie within `gap` of each other: the two carriageways of one road are
  /// one, a road of the same name elsewhere is another. Ordered by their lowest edge.
  std::vector<std::vector<EdgeId>> parts(Distance gap) const;
  /// The edges drawn as few lines.
  RoadLines lines() const;
  /// The edge nearest to a point.
  struct Nearest {
    EdgeId edge = 0;
    double metres = 0;
    GeoPoint point;       ///< on it
    double along = 0;     ///< metres from the edge's `from` end
    bool within = false;  ///< beside it, not before its beginning or behind its end
  };
  Nearest nearest(EdgeId edge, GeoPoint point) const;
  std::optional<Nearest> nearest(GeoPoint point) const;
  /// The shortest way on these edges between the points of them nearest to two places, against one-way streets
  /// too: its edges from the first to the last, and the line. Nothing where they do not hang together.
  struct Path {
    std::vector<EdgeId> edges;
    std::vector<GeoPoint> line;
  };
  std::optional<Path> path(GeoPoint from, GeoPoint to) const;

 private:
  /// The part of an edge between two distances from its `from` end, in that order.
  std::vector<GeoPoint> piece(EdgeId edge, double begin, double end) const;
  std::vector<EdgeId> const& at(NodeId node) const { return edges_of_.find(node)->second; }
  double metres(EdgeId edge) const { return graph_.edge_length_cm[edge] / 100.0; }

  RoadGraph const& graph_;
  std::vector<EdgeId> edges_;  ///< ascending, no repeats
  std::map<NodeId, std::vector<EdgeId>> edges_of_;
};

/// The part of a line between two distances from its beginning, in metres; turned round where begin > end.
std::vector<GeoPoint> part_of_line(std::span<GeoPoint const> line, double begin, double end);

}  // namespace fenghuo::gis
