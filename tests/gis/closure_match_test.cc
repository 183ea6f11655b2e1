#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/random.h"
#include "gis/geo/distance.h"
#include "gis/routing/metric.h"
#include "tests/gis/random_town.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using testing::metres_from_base;
using testing::ScratchFolder;
using testing::SmallExtract;

/// A main street (way 1, four edges of 300 m, going east) with side streets to the north (ways 2, 3, 4).
class ClosureMatch : public ::testing::Test {
 protected:
  ClosureMatch() {
    SmallExtract osm;
    for (int i = 0; i <= 4; ++i) {
      osm.node(i + 1, metres_from_base(0, 300.0 * i));
    }
    for (int i = 1; i <= 3; ++i) {
      osm.node(10 + i, metres_from_base(400, 300.0 * i));
      osm.way(1 + i, {i + 1, 10 + i}, {{"highway", "residential"}});
    }
    osm.way(1, {1, 2, 3, 4, 5}, {{"highway", "primary"}});
    region_ = osm.region(folder_);
  }

  /// Closed edges as way and east end of the edge in units of 300 m, e.g. "1/2".
  std::vector<std::string> closed(std::vector<GeoPoint> points, bool is_area = false) const {
    std::vector<std::string> out;
    auto const edges = edges_closed_by(*region_, {"K", std::move(points), is_area, {}});
    EXPECT_TRUE(std::is_sorted(edges.begin(), edges.end()));
    EXPECT_EQ(std::adjacent_find(edges.begin(), edges.end()), edges.end());
    RoadGraph const& g = region_->graph();
    for (EdgeId const edge : edges) {
      double const east =
          static_cast<double>(distance_between({metres_from_base(0, 0).lat_e7,
                                                g.node_point[g.edge_to[edge]].lon_e7},
                                               metres_from_base(0, 0))
                                  .cm) /
          30000;
      out.push_back(std::to_string(g.edge_way[edge]) + "/" +
                    std::to_string(static_cast<int>(east + 0.5)));
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  using Names = std::vector<std::string>;

  ScratchFolder folder_;
  std::shared_ptr<Region const> region_;
};

TEST_F(ClosureMatch, APointClosesTheNearestEdgeWithin50Metres) {
  EXPECT_EQ(closed({metres_from_base(10, 150)}), (Names{"1/1"}));
  EXPECT_EQ(closed({metres_from_base(200, 330)}), (Names{"2/1"}));
  EXPECT_EQ(closed({metres_from_base(-49, 150)}), (Names{"1/1"}));
  EXPECT_EQ(closed({metres_from_base(-51, 150)}), Names{});
  EXPECT_EQ(closed({}), Names{});
}

TEST_F(ClosureMatch, ALineClosesWhatItCrosses) {
  EXPECT_EQ(closed({metres_from_base(-100, 150), metres_from_base(100, 150)}), (Names{"1/1"}));
  EXPECT_EQ(closed({metres_from_base(200, 100), metres_from_base(200, 700)}),
            (Names{"2/1", "3/2"}));
  // Through a corner of the line exactly on the road.
  EXPECT_EQ(
      closed({metres_from_base(-100, 450), metres_from_base(0, 450), metres_from_base(90, 450)}),
      (Names{"1/2"}));
  EXPECT_EQ(closed({metres_from_base(100, 100), metres_from_base(100, 200)}), Names{});
}

TEST_F(ClosureMatch, ALineClosesWhatItRunsAlong) {
  EXPECT_EQ(closed({metres_from_base(0, 300), metres_from_base(0, 600)}), (Names{"1/2"}));
  EXPECT_EQ(closed({metres_from_base(10, 310), metres_from_base(-5, 500)}), (Names{"1/2"}));
  // Beside the road, out of its 15 m.
  EXPECT_EQ(closed({metres_from_base(-20, 310), metres_from_base(-20, 590)}), Names{});
  // Half of each of two edges and more.
  EXPECT_EQ(closed({metres_from_base(5, 100), metres_from_base(5, 500)}), (Names{"1/1", "1/2"}));
  // Too little of the second edge.
  EXPECT_EQ(closed({metres_from_base(5, 10), metres_from_base(5, 400)}), (Names{"1/1"}));
  // A short line along a long edge: half the line is enough.
  EXPECT_EQ(closed({metres_from_base(8, 400), metres_from_base(8, 440)}), (Names{"1/2"}));
}

TEST_F(ClosureMatch, ALineDrawnByHandDoesNotCloseTheMouthsOfSideStreets) {
  EXPECT_EQ(closed({metres_from_base(9, 20), metres_from_base(6, 590), metres_from_base(12, 880)}),
            (Names{"1/1", "1/2", "1/3"}));
  // Farther up it means the side street.
  EXPECT_EQ(
      closed({metres_from_base(40, 320), metres_from_base(40, 580), metres_from_base(40, 620)}),
      (Names{"3/2"}));
}

TEST_F(ClosureMatch, AnAreaClosesAllThatTouchesIt) {
  auto const box = [](double south, double west, double north, double east) {
    return std::vector<GeoPoint>{metres_from_base(south, west), metres_from_base(south, east),
                                 metres_from_base(north, east), metres_from_base(north, west)};
  };
  EXPECT_EQ(closed(box(-50, 100, 50, 200), true), (Names{"1/1"}));
  EXPECT_EQ(closed(box(-50, 200, 50, 400), true), (Names{"1/1", "1/2", "2/1"}));
  EXPECT_EQ(closed(box(300, 0, 500, 1500), true), (Names{"2/1", "3/2", "4/3"}));
  EXPECT_EQ(closed(box(-500, -500, 900, 1900), true).size(), 7U);
  EXPECT_EQ(closed(box(-50, 290, -1, 310), true), Names{});
  auto ring = box(-50, 100, 50, 200);
  ring.push_back(ring.front());
  EXPECT_EQ(closed(ring, true), (Names{"1/1"}));
}

TEST_F(ClosureMatch, ShapesMayBeAsLargeAsTheEarth) {
  using testing::at;
  EXPECT_EQ(closed({at(-89, -179), at(-89, 179), at(89, 179), at(89, -179)}, true).size(), 7U);
  EXPECT_EQ(closed({at(-89, -179), at(-89, 179), at(-60, 179), at(-60, -179)}, true), Names{});
}

TEST_F(ClosureMatch, OddShapesAreReadAsWhatTheyAre) {
  GeoPoint const p = metres_from_base(5, 150);
  EXPECT_EQ(closed({p, p, p}, true), (Names{"1/1"}));
  EXPECT_EQ(closed({p, p}), (Names{"1/1"}));
  // A ring of two points is a line that is closed with itself: it touches what it crosses.
  EXPECT_EQ(closed({metres_from_base(-100, 150), metres_from_base(100, 150)}, true),
            (Names{"1/1"}));
}

/// The nearest edge by looking at every one.
TEST(ClosureMatchOnTowns, PointsCloseTheNearestEdgeOfAll) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    ScratchFolder const folder;
    auto const region = testing::random_town(seed).region(folder);
    RoadGraph const& g = region->graph();
    Random random{seed};
    for (int i = 0; i < 50; ++i) {
      GeoPoint const p = testing::random_point(random);
      double least = 50;
      std::vector<EdgeId> expected;
      for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
        for (std::uint32_t at = g.geometry_first[edge]; at + 1 < g.geometry_first[edge + 1]; ++at) {
          double const away = nearest_on_segment(p, g.geometry[at], g.geometry[at + 1]).metres;
          if (away < least) {
            least = away;
            expected = {edge};
          }
        }
      }
      ASSERT_EQ(edges_closed_by(*region, {"K", {p}, false, {}}), expected);
    }
  }
}

bool cross(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d) {
  auto const side = [](GeoPoint p, GeoPoint q, GeoPoint r) {
    double const turn = static_cast<double>(q.lon_e7 - p.lon_e7) * (r.lat_e7 - p.lat_e7) -
                        static_cast<double>(q.lat_e7 - p.lat_e7) * (r.lon_e7 - p.lon_e7);
    return turn > 0;
  };
  return side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b);
}

/// A long line against every edge: what it crosses far from any junction is closed, and what neither
/// crosses it nor comes within 15 m of it is not.
TEST(ClosureMatchOnTowns, LongLinesCloseWhatTheyCrossAndNothingFarAway) {
  int crossings = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    ScratchFolder const folder;
    auto const region = testing::random_town(seed).region(folder);
    RoadGraph const& g = region->graph();
    Random random{seed};
    std::vector<GeoPoint> const line{testing::random_point(random), testing::random_point(random),
                                     testing::random_point(random)};
    auto const closed = edges_closed_by(*region, {"K", line, false, {}});
    for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
      bool crosses_clear = false;
      double nearest = 1e9;
      for (std::uint32_t at = g.geometry_first[edge]; at + 1 < g.geometry_first[edge + 1]; ++at) {
        for (std::size_t k = 0; k + 1 < line.size(); ++k) {
          GeoPoint const a = g.geometry[at];
          GeoPoint const b = g.geometry[at + 1];
          bool const crosses = cross(line[k], line[k + 1], a, b);
          double const least = crosses
                                   ? 0
                                   : std::min({nearest_on_segment(a, line[k], line[k + 1]).metres,
                                               nearest_on_segment(b, line[k], line[k + 1]).metres,
                                               nearest_on_segment(line[k], a, b).metres,
                                               nearest_on_segment(line[k + 1], a, b).metres});
          nearest = std::min(nearest, least);
          bool const near_junction =
              nearest_on_segment(g.node_point[g.edge_from[edge]], line[k], line[k + 1]).metres <
                  300 ||
              nearest_on_segment(g.node_point[g.edge_to[edge]], line[k], line[k + 1]).metres < 300;
          crosses_clear = crosses_clear || (crosses && !near_junction);
        }
      }
      bool const is_closed = std::binary_search(closed.begin(), closed.end(), edge);
      ASSERT_TRUE(!crosses_clear || is_closed) << "seed " << seed << " edge " << edge;
      ASSERT_TRUE(nearest < 15.1 || !is_closed) << "seed " << seed << " edge " << edge;
      crossings += crosses_clear ? 1 : 0;
    }
  }
  EXPECT_GT(crossings, 50);
}

/// An area against a dense row of points on every edge: none of them inside may be missed.
TEST(ClosureMatchOnTowns, NoRoadInsideAnAreaIsMissed) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    ScratchFolder const folder;
    auto const region = testing::random_town(seed).region(folder);
    RoadGraph const& g = region->graph();
    Random random{seed};
    std::vector<GeoPoint> ring;
    for (int i = 0; i < 5; ++i) {
      ring.push_back(testing::random_point(random));
    }
    auto const closed = edges_closed_by(*region, {"K", ring, true, {}});
    for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
      bool inside = false;
      for (std::uint32_t at = g.geometry_first[edge]; at + 1 < g.geometry_first[edge + 1]; ++at) {
        GeoPoint const a = g.geometry[at];
        GeoPoint const b = g.geometry[at + 1];
        for (int step = 0; step <= 200; ++step) {
          inside = inside || inside_ring({a.lat_e7 + (b.lat_e7 - a.lat_e7) / 200 * step,
                                          a.lon_e7 + (b.lon_e7 - a.lon_e7) / 200 * step},
                                         ring);
        }
      }
      // Sampled points lie a few centimetres off the line, so near misses are not judged.
      ASSERT_TRUE(!inside || std::binary_search(closed.begin(), closed.end(), edge))
          << "seed " << seed << " edge " << edge;
    }
  }
}

}  // namespace
}  // namespace fenghuo::gis
