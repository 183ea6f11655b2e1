#include <gtest/gtest.h>

#include <thread>

#include "core/base/random.h"
#include "gis/geo/distance.h"
#include "gis/routing/router.h"
#include "tests/gis/plain_dijkstra.h"
#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

using dispatch::TravelTimeTable;
using testing::PlainDijkstra;
using Town = testing::RoutedTown;

/// Everything that must hold between a route, the table's cell and the plain Dijkstra.
void expect_same(Town const& town, Metric const& metric, Profile profile,
                 std::span<GeoPoint const> points, PlainDijkstra& plain) {
  std::vector<GeoPoint> const few(points.begin(), points.begin() + 3);
  auto const wide = town.router->travel_times(metric, profile, few, points, {});
  auto const tall = town.router->travel_times(metric, profile, points, few, {});
  ASSERT_TRUE(wide && tall);
  auto const place = [&](GeoPoint p) {
    auto const s = snap(*town.region, metric, profile, p, RoutingLimits{}.snap_within);
    return s ? std::optional{*s} : std::nullopt;
  };
  for (std::size_t i = 0; i < few.size(); ++i) {
    for (std::size_t k = 0; k < points.size(); ++k) {
      auto const a = place(few[i]);
      auto const b = place(points[k]);
      auto const there = a && b ? plain.ms(*a, *b) : std::nullopt;
      Duration const expected =
          there ? milliseconds(static_cast<std::int64_t>(*there + testing::walk_ms(a->away) +
                                                         testing::walk_ms(b->away)))
                : TravelTimeTable::kUnreachable;
      ASSERT_EQ(wide->at(i, k), expected);
      if (!a || !b) {
        continue;
      }
      auto const route = town.route(metric, few[i], points[k], profile);
      ASSERT_EQ(route.has_value(), there.has_value());
      if (route) {
        ASSERT_EQ(route->duration, expected);
        Duration legs = milliseconds(
            static_cast<std::int64_t>(testing::walk_ms(a->away) + testing::walk_ms(b->away)));
        std::int64_t cm = 0;
        for (auto const& leg : route->legs) {
          legs = legs + leg.duration;
          cm += leg.distance.cm;
        }
        ASSERT_EQ(legs, expected);
        ASSERT_EQ(cm, route->distance.cm);
        ASSERT_NEAR(static_cast<double>(length_of(route->geometry).cm), static_cast<double>(cm),
                    30.0 + static_cast<double>(route->geometry.size()));
        ASSERT_EQ(route->geometry.front(), a->on_road);
        ASSERT_EQ(route->geometry.back(), b->on_road);
      }
      auto const back = plain.ms(*b, *a);
      Duration const expected_back =
          back ? milliseconds(static_cast<std::int64_t>(*back + testing::walk_ms(a->away) +
                                                        testing::walk_ms(b->away)))
               : TravelTimeTable::kUnreachable;
      ASSERT_EQ(tall->at(k, i), expected_back);
    }
  }
}

TEST(RouterOnRandomTowns, EqualsThePlainDijkstraOnRandomTowns) {
  int reachable_profiles = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    SCOPED_TRACE(seed);
    Town const town{testing::random_town(seed)};
    Random random{seed + 1000};
    std::vector<ClosureShape> closures;
    if (seed % 3 == 0) {
      closures.push_back({"K", {testing::random_point(random)}, false, {true, true, true, true}});
    }
    RoutingSettings settings;
    settings.against_oneway_permille = seed % 2 == 0 ? 0 : 2500;
    auto const metric = town.metric(closures, settings);
    std::vector<GeoPoint> points;
    for (int i = 0; i < 6; ++i) {
      points.push_back(testing::random_point(random));
    }
    points.push_back(town.region->graph().node_point[0]);
    for (std::size_t profile = 0; profile < kProfileCount; ++profile) {
      PlainDijkstra plain{town.region->graph(), metric->weights(static_cast<Profile>(profile))};
      expect_same(town, *metric, static_cast<Profile>(profile), points, plain);
      ++reachable_profiles;
      if (HasFatalFailure()) {
        return;
      }
    }
  }
  EXPECT_EQ(reachable_profiles, 480);
}

TEST(RouterOnRandomTowns, AnswersManyThreadsAlike) {
  Town const town{testing::random_town(42)};
  auto const metric = town.metric();
  Random random{42};
  std::vector<GeoPoint> points;
  for (int i = 0; i < 20; ++i) {
    points.push_back(testing::random_point(random));
  }
  auto const ask = [&] {
    std::vector<Duration> out;
    for (auto const a : points) {
      for (auto const b : points) {
        auto const route = town.router->route(*metric, Profile::Foot, a, b, {});
        out.push_back(route && *route ? (**route).duration : TravelTimeTable::kUnreachable);
      }
    }
    return out;
  };
  auto const alone = ask();
  std::vector<std::vector<Duration>> together(4);
  std::vector<std::thread> threads;
  for (auto& result : together) {
    threads.emplace_back([&] { result = ask(); });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  for (auto const& result : together) {
    EXPECT_EQ(result, alone);
  }
}

}  // namespace
}  // namespace fenghuo::gis
