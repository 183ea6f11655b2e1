#pragma once

#include <cstdint>
#include <vector>

namespace fenghuo::gis {

/// Points in rows and columns, each marked or not. Columns run east, rows north.
class SampleGrid {
 public:
  SampleGrid(std::int32_t columns, std::int32_t rows)
      : columns_{columns},
        rows_{rows},
        marks_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0) {}

  std::int32_t columns() const { return columns_; }
  std::int32_t rows() const { return rows_; }
  bool marked(std::int32_t column, std::int32_t row) const { return marks_[at(column, row)] != 0; }
  void mark(std::int32_t column, std::int32_t row) { marks_[at(column, row)] = 1; }

 private:
  std::size_t at(std::int32_t column, std::int32_t row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }
  std::int32_t columns_, rows_;
  std::vector<std::uint8_t> marks_;
};

/// A corner of an outline in half columns and half rows.
struct GridPoint {
  std::int32_t x = 0, y = 0;
  bool operator==(GridPoint const&) const = default;
};
using GridRing = std::vector<GridPoint>;  ///< open: the first corner is not repeated

struct GridPolygon {
  GridRing outer;               ///< counter-clockwise
  std::vector<GridRing> holes;  ///< clockwise
};

/// The outlines of the marked points: lines through the middles between a marked point and an unmarked neighbour.
///
/// Valid:   such a middle is a corner of one ring only, once, so rings neither cross nor touch, and a hole belongs to
///          the outer ring that encloses the same marked points. Points that meet at a corner only are apart.
/// In:      the border of the grid is not marked.
/// Out:     polygons by the row, then the column of their first corner; corners only where the line turns.
/// Cost:    linear in the grid.
/// Source:  marching squares (Lorensen, Cline, SIGGRAPH 1987, in the plane), walked along with the marked points on the
///          left.
/// Checked: tests/gis/contour_test.cc, with Boost.Geometry as the judge of validity and containment.
std::vector<GridPolygon> outlines_of(SampleGrid const& grid);

}  // namespace fenghuo::gis
