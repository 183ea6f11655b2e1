#include "gis/geo/contour.h"

#include <gtest/gtest.h>

#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#include <string>

#include "core/base/random.h"

namespace fenghuo::gis {
namespace {

namespace bg = boost::geometry;
using Point = bg::model::d2::point_xy<double>;
using Polygon = bg::model::polygon<Point, /*clockwise=*/false, /*closed=*/false>;
using MultiPolygon = bg::model::multi_polygon<Polygon>;

/// Rows from north to south; '#' is marked.
SampleGrid drawn(std::vector<std::string> const& rows) {
  SampleGrid grid{static_cast<std::int32_t>(rows[0].size()) + 2,
                  static_cast<std::int32_t>(rows.size()) + 2};
  for (std::size_t y = 0; y < rows.size(); ++y) {
    for (std::size_t x = 0; x < rows[y].size(); ++x) {
      if (rows[y][x] == '#') {
        grid.mark(static_cast<std::int32_t>(x) + 1, static_cast<std::int32_t>(rows.size() - y));
      }
    }
  }
  return grid;
}

MultiPolygon for_judge(std::vector<GridPolygon> const& polygons) {
  MultiPolygon out;
  for (auto const& polygon : polygons) {
    Polygon one;
    for (auto const p : polygon.outer) {
      one.outer().emplace_back(p.x, p.y);
    }
    for (auto const& hole : polygon.holes) {
      one.inners().emplace_back();
      for (auto const p : hole) {
        one.inners().back().emplace_back(p.x, p.y);
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

void expect_right(SampleGrid const& grid) {
  auto const polygons = outlines_of(grid);
  auto const judged = for_judge(polygons);
  std::string why;
  ASSERT_TRUE(bg::is_valid(judged, why)) << why;
  for (std::int32_t y = 0; y < grid.rows(); ++y) {
    for (std::int32_t x = 0; x < grid.columns(); ++x) {
      ASSERT_EQ(bg::within(Point(2.0 * x, 2.0 * y), judged), grid.marked(x, y)) << x << " " << y;
    }
  }
}

TEST(Contour, OnePointIsADiamond) {
  auto const found = outlines_of(drawn({"#"}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].outer.size(), 4U);
  EXPECT_TRUE(found[0].holes.empty());
  EXPECT_TRUE(outlines_of(drawn({"..."})).empty());
}

TEST(Contour, StraightSidesHaveNoCornersOnTheWay) {
  auto const found = outlines_of(drawn({"####", "####"}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].outer.size(), 8U);
}

TEST(Contour, HolesAndIslandsInHoles) {
  auto const grid = drawn({"#########",  //
                           "#.......#",  //
                           "#.#####.#",  //
                           "#.#.#.#.#",  //
                           "#.#####.#",  //
                           "#.......#",  //
                           "#########"});
  auto const found = outlines_of(grid);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].holes.size(), 1U);
  EXPECT_EQ(found[1].holes.size(), 2U);
  expect_right(grid);
}

TEST(Contour, PointsThatMeetAtACornerAreApart) {
  auto const grid = drawn({"#.", ".#"});
  EXPECT_EQ(outlines_of(grid).size(), 2U);
  expect_right(grid);
  auto const ring = drawn({".##", "#.#", "##."});  // closed at no corner
  EXPECT_EQ(outlines_of(ring).size(), 2U);
  expect_right(ring);
}

TEST(Contour, IsValidAndHoldsWhatIsMarkedOnRandomGrids) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random{seed};
    auto const columns = static_cast<std::int32_t>(random.between(3, 24));
    auto const rows = static_cast<std::int32_t>(random.between(3, 24));
    SampleGrid grid{columns, rows};
    auto const permille = static_cast<std::uint32_t>(random.between(100, 900));
    for (std::int32_t y = 1; y + 1 < rows; ++y) {
      for (std::int32_t x = 1; x + 1 < columns; ++x) {
        if (random.chance(permille)) {
          grid.mark(x, y);
        }
      }
    }
    expect_right(grid);
    ASSERT_FALSE(HasFatalFailure());
  }
}

}  // namespace
}  // namespace fenghuo::gis
