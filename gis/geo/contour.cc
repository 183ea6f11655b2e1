#include "gis/geo/contour.h"

#include <algorithm>
#include <tuple>

#include "core/base/result.h"

namespace fenghuo::gis {

namespace {

GridPoint operator+(GridPoint a, GridPoint b) { return {a.x + b.x, a.y + b.y}; }
GridPoint operator-(GridPoint a, GridPoint b) { return {a.x - b.x, a.y - b.y}; }

/// A step from one middle to the next is two half steps along the grid or one across it.
GridPoint direction(GridPoint from, GridPoint to) {
  GridPoint const by = to - from;
  return by.x == 0 || by.y == 0 ? GridPoint{by.x / 2, by.y / 2} : by;
}

struct Ring {
  GridRing corners;
  bool is_outer = true;
  GridPoint west;  ///< of a hole: the marked point west of its westernmost crossing
};

/// Where a row, read eastward, enters marked points over a ring.
struct Entry {
  std::int32_t row = 0, column = 0;  ///< of the unmarked point
  std::size_t ring = 0;
};

class Outlines {
 public:
  explicit Outlines(SampleGrid const& grid)
      : grid_{grid}, seen_(static_cast<std::size_t>(grid.columns()) * row_count(), 0) {}

  std::vector<GridPolygon> find() {
    for (std::int32_t row = 1; row + 1 < grid_.rows(); ++row) {
      for (std::int32_t column = 1; column + 1 < grid_.columns(); ++column) {
        GridPoint const left{column, row};
        if (marked(left) && !marked({column + 1, row}) && seen_[at(left)] == 0) {
          walk(left);
        }
      }
    }
    return joined();
  }

 private:
  std::size_t row_count() const { return static_cast<std::size_t>(grid_.rows()); }
  bool marked(GridPoint p) const { return grid_.marked(p.x, p.y); }
  std::size_t at(GridPoint p) const {
    return static_cast<std::size_t>(p.y) * static_cast<std::size_t>(grid_.columns()) +
           static_cast<std::size_t>(p.x);
  }

  /// Once round, between a marked point on the left and an unmarked one on the right, first northward.
  void walk(GridPoint const start) {
    Ring ring;
    GridPoint left = start;
    GridPoint right = start + GridPoint{1, 0};
    GridRing middles;
    std::int64_t area = 0;
    ring.west = start;
    do {
      GridPoint const middle = left + right;
      if (!middles.empty()) {
        area += cross(middles.back(), middle);
      }
      middles.push_back(middle);
      note_crossing(ring, left, right);
      GridPoint const across = right - left;
      GridPoint const ahead{-across.y, across.x};
      if (!marked(left + ahead)) {
        right = left + ahead;  // to the left
      } else if (marked(right + ahead)) {
        left = right + ahead;  // to the right
      } else {
        left = left + ahead;
        right = right + ahead;
      }
    } while (left != start || right != start + GridPoint{1, 0});
    area += cross(middles.back(), middles.front());
    ring.is_outer = area > 0;
    ring.corners = corners_of(middles);
    rings_.push_back(std::move(ring));
  }

  static std::int64_t cross(GridPoint a, GridPoint b) {
    return std::int64_t{a.x} * b.y - std::int64_t{a.y} * b.x;
  }

  void note_crossing(Ring& ring, GridPoint left, GridPoint right) {
    if (right.x == left.x + 1) {
      seen_[at(left)] = 1;
      ring.west = left.x < ring.west.x ? left : ring.west;
    } else if (right.x == left.x - 1) {
      entries_.push_back({right.y, right.x, rings_.size()});
    }
  }

  static GridRing corners_of(GridRing const& middles) {
    GridRing out;
    for (std::size_t i = 0; i < middles.size(); ++i) {
      GridPoint const before = middles[i == 0 ? middles.size() - 1 : i - 1];
      GridPoint const after = middles[i + 1 == middles.size() ? 0 : i + 1];
      if (direction(before, middles[i]) != direction(middles[i], after)) {
        out.push_back(middles[i]);
      }
    }
    return out;
  }

  /// The marked points just west of a hole are entered, still farther west, over the outer ring or over another hole
  /// of the same polygon; that one lies farther west, so its polygon is known first.
  std::vector<GridPolygon> joined() {
    std::sort(entries_.begin(), entries_.end(), [](Entry const& a, Entry const& b) {
      return std::tie(a.row, a.column) < std::tie(b.row, b.column);
    });
    std::vector<GridPolygon> out;
    std::vector<std::size_t> polygon_of(rings_.size(), 0);
    std::vector<std::size_t> holes;
    for (std::size_t i = 0; i < rings_.size(); ++i) {
      if (rings_[i].is_outer) {
        polygon_of[i] = out.size();
        out.push_back({std::move(rings_[i].corners), {}});
      } else {
        holes.push_back(i);
      }
    }
    std::stable_sort(holes.begin(), holes.end(), [&](std::size_t a, std::size_t b) {
      return rings_[a].west.x < rings_[b].west.x;
    });
    for (std::size_t const hole : holes) {
      GridPoint const west = rings_[hole].west;
      auto const next =
          std::upper_bound(entries_.begin(), entries_.end(), west, [](GridPoint p, Entry const& e) {
            return std::tie(p.y, p.x) < std::tie(e.row, e.column);
          });
      ensure(next != entries_.begin() && std::prev(next)->row == west.y,
             "west of a hole the row enters its polygon");
      polygon_of[hole] = polygon_of[std::prev(next)->ring];
      out[polygon_of[hole]].holes.push_back(std::move(rings_[hole].corners));
    }
    return out;
  }

  SampleGrid const& grid_;
  std::vector<std::uint8_t> seen_;  ///< marked points whose eastern side has been walked along
  std::vector<Ring> rings_;
  std::vector<Entry> entries_;
};

}  // namespace

std::vector<GridPolygon> outlines_of(SampleGrid const& grid) { return Outlines{grid}.find(); }

}  // namespace fenghuo::gis
