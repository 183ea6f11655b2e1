#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fenghuo::gis::demo {

/// The county is planned on square cells. Roads run from cell centre to cell centre, rivers and
/// boundaries along the cells' borders from corner to corner. So a road and a river can meet only in the
/// middle of a border (a bridge), never lie on each other, and a curve that stays in its cells can be
/// bent as one likes without a crossing that nobody planned.
using CellId = std::int32_t;
using CornerId = std::int32_t;
inline constexpr std::int32_t kNone = -1;
inline constexpr double kCell = 250.0;  ///< metres
inline constexpr int kThirds = 3;       ///< streets run on a grid of a third of a cell

/// Metres east and north of the south-west corner.
struct Spot {
  double x = 0, y = 0;
};

struct Step {
  int dx = 0, dy = 0;
};
/// East, then counter-clockwise; odd ones are diagonal.
inline constexpr std::array<Step, 8> kSteps = {
    {{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}}};
constexpr Step step_of(int direction) { return kSteps[static_cast<std::size_t>(direction & 7)]; }
constexpr bool is_diagonal(int direction) { return (direction & 1) != 0; }
constexpr int opposite(int direction) { return (direction + 4) & 7; }
constexpr double step_length(int direction) {
  return is_diagonal(direction) ? kCell * 1.4142135623730951 : kCell;
}

/// A value for each cell or corner.
template <class T>
class PerCell {
 public:
  PerCell() = default;
  PerCell(std::int32_t count, T value) : data_(static_cast<std::size_t>(count), value) {}
  T& operator[](std::int32_t id) { return data_[static_cast<std::size_t>(id)]; }
  T const& operator[](std::int32_t id) const { return data_[static_cast<std::size_t>(id)]; }

 private:
  std::vector<T> data_;
};

struct Lattice {
  int width = 0, height = 0;  ///< cells

  std::int32_t cells() const { return width * height; }
  std::int32_t corners() const { return (width + 1) * (height + 1); }
  bool holds(int x, int y) const { return x >= 0 && y >= 0 && x < width && y < height; }
  CellId cell(int x, int y) const { return holds(x, y) ? y * width + x : kNone; }
  int x(CellId c) const { return c % width; }
  int y(CellId c) const { return c / width; }
  CellId beside(CellId c, int direction, int count = 1) const {
    Step const s = step_of(direction);
    return cell(x(c) + s.dx * count, y(c) + s.dy * count);
  }
  /// The direction of a step between neighbours; kNone when they are not.
  int direction(CellId from, CellId to) const {
    for (int d = 0; d < 8; ++d) {
      if (beside(from, d) == to) {
        return d;
      }
    }
    return kNone;
  }
  Spot centre(CellId c) const { return {(x(c) + 0.5) * kCell, (y(c) + 0.5) * kCell}; }
  CellId cell_at(Spot s) const {
    return s.x < 0 || s.y < 0 ? kNone
                              : cell(static_cast<int>(s.x / kCell), static_cast<int>(s.y / kCell));
  }

  CornerId corner(int cx, int cy) const {
    return cx < 0 || cy < 0 || cx > width || cy > height ? kNone : cy * (width + 1) + cx;
  }
  int corner_x(CornerId k) const { return k % (width + 1); }
  int corner_y(CornerId k) const { return k / (width + 1); }
  Spot corner_spot(CornerId k) const { return {corner_x(k) * kCell, corner_y(k) * kCell}; }
  /// The corner that a diagonal step passes.
  CornerId passed_corner(CellId c, int direction) const {
    Step const s = step_of(direction);
    return corner(x(c) + (s.dx > 0 ? 1 : 0), y(c) + (s.dy > 0 ? 1 : 0));
  }
  /// The two ends of the border that a straight step crosses.
  std::array<CornerId, 2> crossed_border(CellId c, int direction) const {
    Step const s = step_of(direction);
    int const cx = x(c) + (s.dx > 0 ? 1 : 0);
    int const cy = y(c) + (s.dy > 0 ? 1 : 0);
    return s.dx != 0 ? std::array<CornerId, 2>{corner(cx, cy), corner(cx, cy + 1)}
                     : std::array<CornerId, 2>{corner(cx, cy), corner(cx + 1, cy)};
  }
  /// Where a step leaves its cell: the middle of a border or a corner.
  Spot exit(CellId c, int direction) const {
    Spot const m = centre(c);
    Step const s = step_of(direction);
    return {m.x + s.dx * kCell / 2, m.y + s.dy * kCell / 2};
  }
};

constexpr double square(double v) { return v * v; }
constexpr double squared_distance(Spot a, Spot b) { return square(a.x - b.x) + square(a.y - b.y); }
constexpr Spot between(Spot a, Spot b, double t) {
  return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}
/// 0 below 0, 1 above 1, without a kink.
constexpr double ease(double t) {
  double const u = t < 0 ? 0 : (t > 1 ? 1 : t);
  return u * u * (3 - 2 * u);
}

}  // namespace fenghuo::gis::demo
