#include "gis/routing/snap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/random.h"
#include "gis/geo/distance.h"
#include "gis/routing/arc_weight.h"
#include "tests/gis/random_town.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using testing::metres_from_base;
using testing::ScratchFolder;
using testing::SmallExtract;

double metres_to(RoadGraph const& g, EdgeId edge, GeoPoint p) {
  double least = std::numeric_limits<double>::infinity();
  for (std::uint32_t at = g.geometry_first[edge]; at + 1 < g.geometry_first[edge + 1]; ++at) {
    least = std::min(least, nearest_on_segment(p, g.geometry[at], g.geometry[at + 1]).metres);
  }
  return least;
}

/// The rule of snap.h, by looking at every edge.
std::optional<EdgeId> exhaustive(Region const& region, Metric const& metric, Profile profile,
                                 GeoPoint p, double within) {
  RoadGraph const& g = region.graph();
  auto const weights = metric.weights(profile);
  double any = std::numeric_limits<double>::infinity();
  double mainland = any;
  EdgeId any_edge = 0;
  EdgeId mainland_edge = 0;
  for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
    if ((weights[edge * 2] == kClosed && weights[edge * 2 + 1] == kClosed) ||
        g.edge_length_cm[edge] == 0) {
      continue;
    }
    double const metres = metres_to(g, edge, p);
    if (metres < any) {
      any = metres;
      any_edge = edge;
    }
    bool const large = is_mainland(g, edge, profile);
    if (large && metres < mainland) {
      mainland = metres;
      mainland_edge = edge;
    }
  }
  if (any > within) {
    return std::nullopt;
  }
  return mainland <= any + 300 && mainland <= within ? mainland_edge : any_edge;
}

void expect_exact(Region const& region, Metric const& metric, Profile profile, GeoPoint p,
                  std::int64_t within) {
  RoadGraph const& g = region.graph();
  auto const got = snap(region, metric, profile, p, metres(within));
  auto const expected = exhaustive(region, metric, profile, p, static_cast<double>(within));
  ASSERT_EQ(got.has_value(), expected.has_value());
  if (!got) {
    ASSERT_EQ(got.error().code, ErrorCode::NotFound);
    return;
  }
  ASSERT_EQ(got->edge, *expected);
  ASSERT_EQ(got->away.cm, std::llround(metres_to(g, got->edge, p) * 100));
  ASSERT_LE(got->offset_cm, g.edge_length_cm[got->edge]);
  // Walk the offset along the geometry: it ends at the point on the road.
  double left = got->offset_cm / 100.0;
  std::uint32_t at = g.geometry_first[got->edge];
  auto const step = [&] {
    return static_cast<double>(distance_between(g.geometry[at], g.geometry[at + 1]).cm) / 100;
  };
  while (at + 2 < g.geometry_first[got->edge + 1] && left > step() + 0.02) {
    left -= step();
    ++at;
  }
  double const to_point =
      static_cast<double>(distance_between(g.geometry[at], got->on_road).cm) / 100;
  ASSERT_NEAR(left, to_point, 0.5);
}

TEST(Snap, IsExactOnRandomTowns) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    ScratchFolder const folder;
    auto const region = testing::random_town(seed).region(folder);
    auto const metric = Metric::build(*region, {}, {}, 0);
    Random random{seed};
    for (int i = 0; i < 40; ++i) {
      GeoPoint const p = testing::random_point(random);
      for (std::size_t profile = 0; profile < kProfileCount; ++profile) {
        expect_exact(*region, *metric, static_cast<Profile>(profile), p,
                     i % 4 == 0   ? 100
                     : i % 4 == 1 ? 400
                                  : 3000);
        if (HasFatalFailure()) {
          return;
        }
      }
    }
  }
}

TEST(Snap, IsExactOnAChineseTown) {
  auto const data = testing::shared_data();
  if (!data || !std::filesystem::exists(*data / "osm/cn-guixi.osm.pbf")) {
    GTEST_SKIP() << "shared/data/osm is not here";
  }
  ScratchFolder const folder;
  ASSERT_TRUE(build_region(*data / "osm/cn-guixi.osm.pbf", folder / "r", {}));
  auto const region = *Region::open(folder / "r");
  auto const metric = Metric::build(*region, {}, {}, 0);
  Random random{9};
  RegionInfo const& info = region->info();
  for (int i = 0; i < 3000; ++i) {
    GeoPoint const p{static_cast<std::int32_t>(random.between(info.south_west.lat_e7 - 100'000,
                                                              info.north_east.lat_e7 + 100'000)),
                     static_cast<std::int32_t>(random.between(info.south_west.lon_e7 - 100'000,
                                                              info.north_east.lon_e7 + 100'000))};
    expect_exact(*region, *metric, static_cast<Profile>(i % 4), p, 2000);
    if (HasFatalFailure()) {
      return;
    }
  }
}

TEST(Snap, TellsSideAndOffset) {
  ScratchFolder const folder;
  SmallExtract osm;
  osm.node(1, metres_from_base(0, 0)).node(2, metres_from_base(0, 500));
  osm.node(3, metres_from_base(500, 500));
  osm.way(1, {1, 2, 3}, {{"highway", "residential"}});
  auto const region = osm.region(folder);
  auto const metric = Metric::build(*region, {}, {}, 0);
  auto const at = [&](double north, double east) {
    return *snap(*region, *metric, Profile::Light, metres_from_base(north, east), metres(2000));
  };
  EXPECT_EQ(at(20, 100).side, -1);
  EXPECT_EQ(at(-20, 100).side, 1);
  EXPECT_EQ(at(300, 480).side, -1);
  EXPECT_EQ(at(300, 520).side, 1);
  EXPECT_EQ(at(0, 0).side, 0);
  EXPECT_NEAR(at(20, 100).offset_cm, 10000, 20);
  EXPECT_NEAR(at(300, 520).offset_cm, 80000, 20);
  EXPECT_NEAR(static_cast<double>(at(300, 520).away.cm), 2000, 5);
  EXPECT_EQ(at(0, -50).offset_cm, 0U);
  EXPECT_EQ(at(600, 500).offset_cm, region->graph().edge_length_cm[0]);
}

/// A road net with a yard of three nodes beside it that is joined to nothing.
SmallExtract net_with_scrap(double scrap_north) {
  SmallExtract osm;
  for (int i = 0; i < 10; ++i) {
    osm.node(i + 1, metres_from_base(0, 100.0 * i));
  }
  osm.node(20, metres_from_base(scrap_north, 400)).node(21, metres_from_base(scrap_north, 450));
  osm.node(22, metres_from_base(scrap_north, 500));
  osm.way(1, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {{"highway", "residential"}});
  osm.way(2, {5, 2}, {{"highway", "residential"}});
  osm.way(3, {3, 8}, {{"highway", "residential"}});
  osm.way(9, {20, 21, 22}, {{"highway", "residential"}});
  return osm;
}

std::int64_t way_snapped(double scrap_north, std::vector<ClosureShape> const& closures = {}) {
  ScratchFolder const folder;
  auto const region = net_with_scrap(scrap_north).region(folder);
  auto const metric = Metric::build(*region, {}, closures, 0);
  auto const got =
      snap(*region, *metric, Profile::Light, metres_from_base(scrap_north + 10, 450), metres(2000));
  return region->graph().edge_way[got->edge];
}

TEST(Snap, PrefersTheMainlandUnlessItIsFar) {
  EXPECT_NE(way_snapped(100), 9);
  EXPECT_NE(way_snapped(280), 9);
  EXPECT_EQ(way_snapped(320), 9);
}

TEST(Snap, StaysOnWhatAClosureCutsOff) {
  // The streets between 300 and 600 m east are closed off from the rest, but are no scrap.
  ScratchFolder const folder;
  auto const osm = testing::drawn({"A--B--C--D"});
  auto const region = osm.region(folder);
  std::vector<ClosureShape> const closures{
      {"K1", {metres_from_base(0, 150)}, false, {true, true, true, true}}};
  auto const metric = Metric::build(*region, {}, closures, 0);
  auto const got = snap(*region, *metric, Profile::Light, metres_from_base(5, 310), metres(500));
  ASSERT_TRUE(got);
  EXPECT_EQ(region->graph().edge_from[got->edge], region->graph().edge_from[1]);
}

TEST(Snap, LooksOnlyAtRoadsOfTheProfile) {
  ScratchFolder const folder;
  SmallExtract osm;
  osm.node(1, metres_from_base(0, 0)).node(2, metres_from_base(0, 500));
  osm.node(3, metres_from_base(50, 0)).node(4, metres_from_base(50, 500));
  osm.way(1, {1, 2}, {{"highway", "footway"}});
  osm.way(2, {3, 4}, {{"highway", "residential"}});
  auto const region = osm.region(folder);
  auto const metric = Metric::build(*region, {}, {}, 0);
  auto const way = [&](Profile profile) {
    auto const got = snap(*region, *metric, profile, metres_from_base(5, 250), metres(100));
    return got ? region->graph().edge_way[got->edge] : 0;
  };
  EXPECT_EQ(way(Profile::Foot), 1);
  EXPECT_EQ(way(Profile::Light), 2);
  auto const none = snap(*region, *metric, Profile::Light, metres_from_base(300, 0), metres(100));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::NotFound);
  EXPECT_NE(none.error().message.find("28.3"), std::string::npos);
}

}  // namespace
}  // namespace fenghuo::gis
