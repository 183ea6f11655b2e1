#include "gis/routing/reached_area.h"

#include <gtest/gtest.h>

#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>

#include "gis/routing/edge_search.h"
#include "gis/routing/reached_places.h"
#include "tests/gis/opened_extract.h"
#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

namespace bg = boost::geometry;
using cch::Way;
using testing::metres_from_base;
using Town = testing::RoutedTown;
using Point = bg::model::d2::point_xy<std::int64_t>;
/// Closed, the outer ring counter-clockwise: the right-hand rule.
using Polygon = bg::model::polygon<Point, /*clockwise=*/false, /*closed=*/true>;
using Judged = bg::model::multi_polygon<Polygon>;

Point flat(GeoPoint p) { return {p.lon_e7, p.lat_e7}; }

Judged for_judge(MultiPolygon const& area) {
  Judged out;
  for (auto const& polygon : area) {
    Polygon one;
    for (auto const p : polygon.outer) {
      one.outer().push_back(flat(p));
    }
    for (auto const& hole : polygon.holes) {
      one.inners().emplace_back();
      for (auto const p : hole) {
        one.inners().back().push_back(flat(p));
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

/// Metres to the nearest reached road; above `most` if none is so near.
double metres_away(Region const& region, Reach const& reach, GeoPoint p, double most) {
  double best = most + 1;
  for (EdgeId const edge : edges_within(region, p, most + 10)) {
    auto const first = std::lower_bound(
        reach.stretches.begin(), reach.stretches.end(), edge,
        [](ReachedStretch const& part, EdgeId wanted) { return part.edge < wanted; });
    for (auto it = first; it != reach.stretches.end() && it->edge == edge; ++it) {
      auto const line = line_between(region.graph(), edge, it->begin_cm, it->end_cm);
      best = std::min(best, nearest_on_line(p, line).at.metres);
    }
  }
  return best;
}

struct Seen {
  int inside = 0, far = 0;
};

/// What reached_area.h promises of one area, on some thousand points.
void expect_area(Region const& region, Reach const& reach, MultiPolygon const& area,
                 Distance margin, Random& random, Seen& seen) {
  auto const judged = for_judge(area);
  std::string why;
  ASSERT_TRUE(bg::is_valid(judged, why)) << why;
  ASSERT_EQ(area.empty(), reach.stretches.empty());
  if (area.empty()) {
    return;
  }
  std::size_t corners = 0;
  GeoPoint low = area[0].outer[0];
  GeoPoint high = low;
  double const most = static_cast<double>(margin.cm) / 100;
  for (auto const& polygon : area) {
    corners += polygon.outer.size();
    for (std::size_t i = 0; i < polygon.outer.size(); ++i) {
      GeoPoint const p = polygon.outer[i];
      low = {std::min(low.lat_e7, p.lat_e7), std::min(low.lon_e7, p.lon_e7)};
      high = {std::max(high.lat_e7, p.lat_e7), std::max(high.lon_e7, p.lon_e7)};
      if (i % 16 == 0) {
        ASSERT_LE(metres_away(region, reach, p, 600), most * 1.02 + 2);
      }
    }
  }
  ASSERT_LE(corners, 30'000U);
  std::size_t const step = std::max<std::size_t>(1, reach.stretches.size() / 400);
  for (std::size_t i = 0; i < reach.stretches.size(); i += step) {
    auto const& part = reach.stretches[i];
    for (GeoPoint const p : line_between(region.graph(), part.edge, part.begin_cm, part.end_cm)) {
      ASSERT_TRUE(bg::within(flat(p), judged));
      ++seen.inside;
    }
  }
  for (int i = 0; i < 300; ++i) {
    auto const between = [&](std::int32_t a, std::int32_t b) {
      return static_cast<std::int32_t>(random.between(a - 100'000, b + 100'000));
    };
    GeoPoint const p{between(low.lat_e7, high.lat_e7), between(low.lon_e7, high.lon_e7)};
    if (metres_away(region, reach, p, 500) >= 500) {
      ASSERT_FALSE(bg::covered_by(flat(p), judged));
      ++seen.far;
    }
  }
}

TEST(ReachedArea, IsAStripAlongARoadAndARingAroundABlock) {
  std::vector<std::string> const block{"A---------B",  //
                                       "|         |",  //
                                       "|         |",  //
                                       "|         |",  //
                                       "|         |",  //
                                       "|         |",  //
                                       "C---------D"};
  Town const town{testing::drawn(block)};
  auto const metric = town.metric();
  std::vector<Duration> const within{seconds(12), minutes(10)};
  auto const found = town.router->isochrone(*metric, Profile::Light, metres_from_base(0, 500),
                                            within, Way::Leaving, {});
  ASSERT_TRUE(found);
  auto const areas = areas_around(*town.region, found->bands);
  ASSERT_EQ(areas.areas.size(), 2U);
  EXPECT_LE(areas.margin, metres(190));
  ASSERT_EQ(areas.areas[0].size(), 1U);
  EXPECT_TRUE(areas.areas[0][0].holes.empty());
  ASSERT_EQ(areas.areas[1].size(), 1U);
  EXPECT_EQ(areas.areas[1][0].holes.size(), 1U)
      << "the yards in the middle are 300 m from any road";
  EXPECT_FALSE(bg::within(flat(metres_from_base(-300, 500)), for_judge(areas.areas[1])));
  EXPECT_TRUE(bg::within(flat(metres_from_base(-100, 500)), for_judge(areas.areas[1])));
}

TEST(ReachedArea, HoldsOnRandomTowns) {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Town const town{testing::random_town(seed)};
    Random random{seed};
    auto const metric = town.metric(testing::random_closures(town.region->graph(), 2, random));
    std::vector<Duration> const within{seconds(30), minutes(2)};
    auto const found =
        town.router->isochrone(*metric, static_cast<Profile>(seed % 4),
                               testing::random_point(random), within, Way::Arriving, {});
    if (!found) {
      continue;
    }
    auto const areas = areas_around(*town.region, found->bands);
    for (std::size_t i = 0; i < within.size(); ++i) {
      expect_area(*town.region, found->bands[i], areas.areas[i], areas.margin, random, seen);
      ASSERT_FALSE(HasFatalFailure());
    }
  }
  EXPECT_GT(seen.inside, 500);
  EXPECT_GT(seen.far, 500);
}

class AreaExtract : public ::testing::TestWithParam<char const*> {};
INSTANTIATE_TEST_SUITE_P(All, AreaExtract,
                         ::testing::Values("cn-guixi", "cn-nanjing", "liechtenstein-2024", "milan",
                                           "andorra-2025"),
                         [](auto const& param) { return testing::test_name(param.param); });

TEST_P(AreaExtract, HoldsTheReachedRoadsAndLittleElse) {
  testing::ScratchFolder const folder;
  auto const region = testing::opened_extract(GetParam(), folder);
  if (!region) {
    GTEST_SKIP() << "shared/data/osm is not here: set FENGHUO_SHARED_DATA to the folder with it";
  }
  auto const router = Router::make(region);
  RoadGraph const& graph = region->graph();
  Random random{5};
  auto const metric = Metric::build(*region, {}, testing::random_closures(graph, 10, random), 3);
  Seen seen;
  for (int round = 0; round < 3; ++round) {
    std::vector<Duration> const within{minutes(5), minutes(15), hours(2)};
    GeoPoint const point = graph.geometry[random.below(graph.geometry.size())];
    auto const profile = static_cast<Profile>(round);
    auto const found =
        reached_bands(*region, *router, *metric, profile, point, within, Way::Leaving, {});
    ASSERT_TRUE(found) << found.error().message;
    auto const roads = router->isochrone(*metric, profile, point, within, Way::Leaving, {});
    ASSERT_LE(found->margin, metres(500));
    for (std::size_t i = 0; i < within.size(); ++i) {
      ReachedBand const& band = found->bands[i];
      expect_area(*region, roads->bands[i], band.area, found->margin, random, seen);
      ASSERT_FALSE(HasFatalFailure());
      if (i > 0 && !band.area.empty()) {
        auto const judged = for_judge(band.area);
        for (auto const& polygon : found->bands[i - 1].area) {
          ASSERT_TRUE(bg::covered_by(flat(polygon.outer.front()), judged));
        }
      }
      for (std::size_t k = 0; k < band.places.size(); ++k) {
        auto const& place = band.places[k];
        ASSERT_LE(place.duration, band.within);
        ASSERT_FALSE(place.place->is_facility);
        ASSERT_TRUE(k == 0 || band.places[k - 1].place->population >= place.place->population);
        auto const route = router->route(*metric, profile, point, place.place->point, {});
        ASSERT_TRUE(route && *route);
        ASSERT_EQ((**route).duration, place.duration);
      }
    }
    // No settlement in reach is missing.
    std::size_t reached = 0;
    for (Place const& place : region->places()) {
      if (!place.is_facility) {
        auto const route = router->route(*metric, profile, point, place.point, {});
        reached += route && *route && (**route).duration <= within.back() ? 1U : 0U;
      }
    }
    ASSERT_EQ(found->bands.back().places_reached, reached);
  }
  EXPECT_GT(seen.inside, 1000);
  EXPECT_GT(seen.far, 50);
}

TEST(ReachedPlaces, AreListedWithTheirMinutesTheMostPopulousFirst) {
  testing::SmallExtract osm;
  for (int i = 0; i <= 6; ++i) {
    osm.node(i + 1, metres_from_base(0, 1000.0 * i));
  }
  osm.way(1, {1, 2, 3, 4, 5, 6, 7}, {{"highway", "residential"}});
  auto const village = [&](std::int64_t id, double east, char const* name, char const* people) {
    osm.node(id, metres_from_base(100, east),
             {{"place", "village"}, {"name", name}, {"population", people}});
  };
  village(101, 1000, "近村", "200");
  village(102, 2000, "大村", "3000");
  village(103, 5000, "远村", "9000");
  Town const town{osm};
  auto const metric = town.metric();
  std::vector<Duration> const within{minutes(4), minutes(6), minutes(30)};
  auto const found = reached_bands(*town.region, *town.router, *metric, Profile::Light,
                                   metres_from_base(0, 0), within, Way::Leaving, {});
  ASSERT_TRUE(found) << found.error().message;
  auto const names = [&](std::size_t band) {
    std::vector<std::string> out;
    for (auto const& place : found->bands[band].places) {
      out.push_back(place.place->name);
    }
    return out;
  };
  ASSERT_FALSE(found->bands[0].places.empty());
  // A kilometre takes two minutes, the 70 m of walking beyond the yard 50 s.
  EXPECT_EQ(names(0), (std::vector<std::string>{"近村"}));
  EXPECT_EQ(names(1), (std::vector<std::string>{"大村", "近村"}));
  EXPECT_EQ(names(2), (std::vector<std::string>{"远村", "大村", "近村"}));
  EXPECT_NEAR(static_cast<double>(found->bands[0].places[0].duration.us) / 1e6, 170.4, 1);
}

TEST(ReachedPlaces, SaysHowFarAPointIsFromEveryRoad) {
  Town const town{testing::drawn({"A---B"})};
  auto const metric = town.metric();
  std::string const text =
      far_from_roads(*town.region, *metric, Profile::Light, metres_from_base(12'000, 100));
  EXPECT_NE(text.find("outside the region"), std::string::npos) << text;
  EXPECT_NE(text.find("12.0 km away"), std::string::npos) << text;
}

}  // namespace
}  // namespace fenghuo::gis
