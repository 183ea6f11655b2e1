#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/units.h"

namespace fenghuo::gis::cch {

/// A piece of the road network while it is being dissected: undirected, without loops or parallel links,
/// nodes numbered 0 .. size-1 within the piece.
struct CellGraph {
  std::vector<std::uint32_t> first;  ///< size+1 entries
  std::vector<std::uint32_t>
      linked;  ///< neighbours of n: linked[first[n] .. first[n+1]), ascending
  std::vector<GeoPoint> point;
  std::vector<std::uint32_t> cut_links;  ///< neighbours that were cut off the piece
  std::vector<std::uint32_t> outside;    ///< what the node is called outside the piece

  std::uint32_t size() const { return static_cast<std::uint32_t>(point.size()); }
  std::span<std::uint32_t const> neighbours(std::uint32_t node) const {
    return std::span{linked}.subspan(first[node], first[node + 1] - first[node]);
  }
};

}  // namespace fenghuo::gis::cch
