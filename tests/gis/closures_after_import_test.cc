// Roads stay closed when the map is imported anew: ways renumbered, split, moved; and what was drawn beside them
// since is not closed with them.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/random.h"
#include "gis/routing/metric.h"
#include "tests/gis/random_town.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using testing::metres_from_base;
using testing::ScratchFolder;
using testing::SmallExtract;
using Ways = std::vector<std::int64_t>;

Ways closed_ways(SmallExtract const& osm, ClosureShape const& shape) {
  ScratchFolder const folder;
  auto const region = osm.region(folder);
  return ways_of(*region, edges_closed_by(*region, shape));
}

/// A main road (way 1) of 900 m to the east and a road (way 2) off its end.
class Imported : public ::testing::Test {
 protected:
  Imported() {
    for (int i = 0; i <= 3; ++i) {
      osm_.node(i + 1, metres_from_base(0, 300.0 * i));
    }
    osm_.node(9, metres_from_base(400, 900)).way(2, {4, 9}, {{"highway", "tertiary"}});
  }
  static ClosureShape line(std::vector<GeoPoint> points, Ways ways) {
    return {"K", std::move(points), false, {true, true, true, true}, 0, std::move(ways)};
  }
  static ClosureShape along(Ways ways) {
    return line({metres_from_base(2, 10), metres_from_base(-3, 890)}, std::move(ways));
  }

  SmallExtract osm_;
  testing::Tags const road_{{"highway", "primary"}};
};

TEST_F(Imported, AWayOfAnotherNumberIsFoundByItsPlace) {
  osm_.way(77, {1, 2, 3, 4}, road_);
  EXPECT_EQ(closed_ways(osm_, along({1})), Ways{77});
  EXPECT_EQ(closed_ways(osm_, line({metres_from_base(5, 450)}, {1})), Ways{77});
  EXPECT_EQ(closed_ways(osm_, line({metres_from_base(-50, 450), metres_from_base(50, 460)}, {1})),
            Ways{77});
}

TEST_F(Imported, AWayThatWasSplitIsClosedAsAWhole) {
  osm_.way(1, {1, 2}, road_).way(77, {2, 3}, road_).way(78, {3, 4}, road_);
  EXPECT_EQ(closed_ways(osm_, along({1})), (Ways{1, 77, 78}));
  // Drawn across each of the pieces.
  EXPECT_EQ(closed_ways(osm_, line({metres_from_base(-50, 100), metres_from_base(50, 200),
                                    metres_from_base(50, 400), metres_from_base(-50, 500),
                                    metres_from_base(-50, 700), metres_from_base(50, 800)},
                                   {1})),
            (Ways{1, 77, 78}));
}

TEST_F(Imported, AWayThatWasDrawnSomewhatElsewhereIsFoundByItsNumber) {
  SmallExtract moved;
  for (int i = 0; i <= 3; ++i) {
    moved.node(i + 1, metres_from_base(40, 300.0 * i));
  }
  moved.way(1, {1, 2, 3, 4}, road_);
  EXPECT_EQ(closed_ways(moved, along({1})), Ways{1});
  EXPECT_EQ(closed_ways(moved, along({})), Ways{});
  EXPECT_EQ(closed_ways(moved, line({metres_from_base(-15, 450)}, {1})), Ways{1});
  EXPECT_EQ(closed_ways(moved, line({metres_from_base(-30, 450), metres_from_base(20, 450)}, {1})),
            Ways{1});
  EXPECT_EQ(closed_ways(moved, along({5})), Ways{});
}

TEST_F(Imported, WhatWasDrawnBesideItSinceIsNotClosedWithIt) {
  osm_.way(1, {1, 2, 3, 4}, road_);
  osm_.node(21, metres_from_base(10, 0)).node(22, metres_from_base(10, 900));
  osm_.way(30, {21, 22}, {{"highway", "service"}});
  EXPECT_EQ(closed_ways(osm_, along({1})), Ways{1});
  EXPECT_EQ(closed_ways(osm_, along({})), (Ways{1, 30}));
  EXPECT_EQ(closed_ways(osm_, line({metres_from_base(7, 450)}, {1})), Ways{1});
  EXPECT_EQ(closed_ways(osm_, line({metres_from_base(7, 450)}, {})), Ways{30});
}

TEST_F(Imported, TheStreetBelowABridgeStaysOpen) {
  osm_.way(1, {1, 2, 3, 4}, {{"highway", "primary"}, {"bridge", "yes"}});
  osm_.node(31, metres_from_base(-200, 450)).node(32, metres_from_base(200, 450));
  osm_.way(40, {31, 32}, {{"highway", "residential"}});
  EXPECT_EQ(closed_ways(osm_, along({1})), Ways{1});
  EXPECT_EQ(closed_ways(osm_, along({})), (Ways{1, 40}));
}

TEST_F(Imported, SeveralLinesAreMatchedEachByItself) {
  osm_.way(1, {1, 2, 3, 4}, road_);
  osm_.node(31, metres_from_base(200, 450)).node(32, metres_from_base(600, 450));
  osm_.way(40, {31, 32}, road_);
  auto shape = line({metres_from_base(0, 0), metres_from_base(0, 890), metres_from_base(300, 900),
                     metres_from_base(390, 900)},
                    {});
  shape.breaks = {2};
  EXPECT_EQ(closed_ways(osm_, shape), (Ways{1, 2}));
  std::reverse(shape.points.begin(), shape.points.end());
  EXPECT_EQ(closed_ways(osm_, shape), (Ways{1, 2}));
  shape.points = {metres_from_base(0, 0), metres_from_base(0, 890), metres_from_base(600, 300),
                  metres_from_base(600, 500)};
  EXPECT_EQ(closed_ways(osm_, shape), Ways{1});  // the last line ends beside way 40
  shape.breaks = {};
  EXPECT_EQ(closed_ways(osm_, shape), (Ways{1, 40}));  // drawn in one go it crosses
}

TEST_F(Imported, AnAreaIsItsGeometryAndTheWaysTheLastResort) {
  osm_.way(1, {1, 2, 3, 4}, road_);
  ClosureShape flood{"K",
                     {metres_from_base(-100, 100), metres_from_base(-100, 200),
                      metres_from_base(100, 200), metres_from_base(100, 100)},
                     true};
  EXPECT_EQ(closed_ways(osm_, flood), Ways{1});
  flood.ways = {2};
  EXPECT_EQ(closed_ways(osm_, flood), Ways{1});
  flood.points = {metres_from_base(10, 100), metres_from_base(10, 200), metres_from_base(60, 150)};
  flood.ways = {1};
  EXPECT_EQ(closed_ways(osm_, flood), Ways{1});
  flood.ways = {2};
  EXPECT_EQ(closed_ways(osm_, flood), Ways{});
}

TEST(KnownWays, ChangeNothingOnTheMapTheyWereTakenFrom) {
  Random random{17};
  int matched = 0;
  for (std::uint64_t town = 1; town <= 6; ++town) {
    ScratchFolder const folder;
    auto const region = testing::random_town(town).region(folder);
    for (int i = 0; i < 150; ++i) {
      ClosureShape shape{"K", {}, random.chance(200)};
      for (auto n = random.between(1, 6); n > 0; --n) {
        shape.points.push_back(testing::random_point(random));
      }
      if (shape.points.size() > 3 && random.chance(400)) {
        shape.breaks = {2};
      }
      auto const before = edges_closed_by(*region, shape);
      shape.ways = ways_of(*region, before);
      if (shape.breaks.empty()) {
        ASSERT_EQ(edges_closed_by(*region, shape), before);
      } else {
        // What one line fell on is known to the other too.
        auto const after = edges_closed_by(*region, shape);
        ASSERT_TRUE(std::includes(after.begin(), after.end(), before.begin(), before.end()));
      }
      matched += before.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(matched, 300);
}

}  // namespace
}  // namespace fenghuo::gis
