#pragma once

#include <cstdint>
#include <vector>

#include "core/base/units.h"
#include "gis/demo/demo_county.h"
#include "gis/demo/lattice.h"

namespace fenghuo::gis::demo {

/// One county, or the urban district that is a prefecture's seat.
struct Unit {
  int column = 0, row = 0;
  int prefecture = 0;
  bool urban = false;
  Spot town;                      ///< middle of the county town
  double half_x = 0, half_y = 0;  ///< half axes of the town, metres
};

/// How many counties there are, where their towns lie, and which cell belongs to which county.
class Layout {
 public:
  Layout(std::uint64_t seed, DemoSize size);

  Lattice const& lattice() const { return lattice_; }
  std::vector<Unit> const& units() const { return units_; }
  Unit const& unit(int index) const { return units_[static_cast<std::size_t>(index)]; }
  int count() const { return static_cast<int>(units_.size()); }
  int columns() const { return columns_; }
  int rows() const { return rows_; }
  int prefectures() const { return prefectures_; }
  int unit_index(int column, int row) const {
    return column < 0 || row < 0 || column >= columns_ || row >= rows_ ? kNone
                                                                       : row * columns_ + column;
  }
  /// kNone outside all counties.
  int unit_of(CellId c) const { return unit_of_[c]; }
  /// 0 up to `from` half axes from the middle of the nearest county town, 1 from `to` on.
  double wildness(Spot s, double from, double to) const;

 private:
  void place_units(std::uint64_t seed);
  void assign_cells(std::uint64_t seed);

  int columns_ = 1, rows_ = 1, prefectures_ = 1;
  Lattice lattice_;
  std::vector<Unit> units_;
  PerCell<std::int16_t> unit_of_;
};

/// From the plan to the ground: bends the plan's straight lines as terrain bends roads and rivers, then
/// places it on the map. The bending is a one-to-one map of the plane, so what did not cross still does not.
class Ground {
 public:
  Ground(std::uint64_t seed, Layout const& layout);
  GeoPoint at(Spot s) const;       ///< roads, rivers, boundaries, places
  GeoPoint at_wide(Spot s) const;  ///< motorways: without the small bends

 private:
  GeoPoint project(Spot s) const;
  Spot sway(Spot s) const;
  double calm(Spot s) const;
  std::uint64_t seed_;
  Lattice lattice_;
  PerCell<float> calm_;  ///< by corner: 1 in the country, little in a town
};

}  // namespace fenghuo::gis::demo
