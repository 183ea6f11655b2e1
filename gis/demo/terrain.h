#pragma once

#include <cstdint>

#include "gis/demo/layout.h"

namespace fenghuo::gis::demo {

enum class Water : std::uint8_t { None, Stream, River };

/// Heights, and the rivers that follow from them: rain runs from corner to corner downhill, hollows are
/// filled until they spill, and where much comes together there is a stream or a river. Valleys are
/// therefore where water made them, and roads that look for gentle ground find them.
///
/// Source: R. Barnes, C. Lehman, D. Mulla, "Priority-Flood", Computers & Geosciences 62 (2014).
class Terrain {
 public:
  Terrain(std::uint64_t seed, Layout const& layout);

  double height(CellId c) const { return cell_height_[c]; }
  /// Rise over run between a cell and its neighbour, not negative.
  double slope(CellId c, int direction) const;
  /// The corner to which the water of this one runs; kNone at the edge of the plan.
  CornerId runs_to(CornerId k) const { return runs_to_[k]; }
  /// Square cells that drain through a corner.
  std::int32_t drained(CornerId k) const { return drained_[k]; }
  Water water_at(CornerId k) const { return water_for(drained_[k]); }
  /// What a step to the neighbour crosses; a diagonal step crosses at a corner.
  Water crossing(CellId c, int direction) const;
  /// Water at one of the cell's corners.
  Water beside_water(CellId c) const;

 private:
  static Water water_for(std::int32_t drained);
  void raise(std::uint64_t seed, Layout const& layout);
  void flood(std::uint64_t seed);

  Lattice lattice_;
  PerCell<float> corner_height_, cell_height_;
  PerCell<CornerId> runs_to_;
  PerCell<std::int32_t> drained_;
};

}  // namespace fenghuo::gis::demo
