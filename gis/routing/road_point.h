#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gis/routing/road_piece.h"
#include "gis/routing/shortest_paths.h"
#include "gis/routing/snap.h"

namespace fenghuo::gis {

/// From a place to its road on foot, 5 km/h, the first 30 m free.
std::uint64_t walking_ms(Distance away);

RoadPiece whole_piece(RoadGraph const& graph, ArcId arc, Weight weight);

/// A snapped point as a search sees it: the ends of its edge and what it takes to get there.
class RoadPoint {
 public:
  RoadPoint(RoadGraph const& graph, RoadWeights const& weights, Snap const& snap);

  /// The ends of the edge that can be reached from the point, and the time to each.
  std::vector<Start> departures() const;
  /// The ends of the edge from which the point can be reached, and the time from each.
  std::vector<Start> arrivals() const;
  RoadPiece departure_piece(NodeId node) const;
  RoadPiece arrival_piece(NodeId node) const;
  /// From the asked point to its road on foot, 5 km/h, the first 30 m free.
  std::uint64_t walk_ms() const { return walk_ms_; }

 private:
  friend std::uint64_t direct_ms(RoadPoint const& a, RoadPoint const& b);
  friend RoadPiece direct_piece(RoadPoint const& a, RoadPoint const& b);

  std::vector<RoadPiece> ways_out() const;
  std::vector<RoadPiece> ways_in() const;
  RoadPiece piece(bool backward, std::uint32_t begin_cm, std::uint32_t end_cm) const;
  bool open(bool backward) const { return (backward ? backward_ : forward_) != kClosed; }

  EdgeId edge_ = 0;
  std::uint32_t offset_ = 0, length_ = 0;
  NodeId from_ = 0, to_ = 0;
  Weight forward_ = kClosed, backward_ = kClosed;
  std::uint64_t walk_ms_ = 0;
};

/// Along their common edge in the direction in which a precedes b; SearchTree::kFar if they lie on
/// different edges or it is closed that way.
std::uint64_t direct_ms(RoadPoint const& a, RoadPoint const& b);
/// The piece for it; only where direct_ms is not kFar.
RoadPiece direct_piece(RoadPoint const& a, RoadPoint const& b);

}  // namespace fenghuo::gis
