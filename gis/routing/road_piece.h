#pragma once

#include <cstdint>

#include "gis/routing/road_graph.h"

namespace fenghuo::gis {

/// A stretch of one arc, between two offsets measured from the edge's `from` end.
struct RoadPiece {
  ArcId arc = 0;
  std::uint32_t begin_cm = 0;  ///< where it is entered
  std::uint32_t end_cm = 0;    ///< where it is left
  std::uint64_t ms = 0;
};

/// Centimetres of road in it.
constexpr std::uint32_t length_cm(RoadPiece const& piece) {
  return piece.begin_cm < piece.end_cm ? piece.end_cm - piece.begin_cm
                                       : piece.begin_cm - piece.end_cm;
}

}  // namespace fenghuo::gis
