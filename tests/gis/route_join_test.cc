#include "gis/routing/route_join.h"

#include <gtest/gtest.h>

#include "tests/gis/told_town.h"

namespace fenghuo::gis {
namespace {

using testing::metres_from_base;
using testing::street;
using testing::ToldTown;
using testing::TownPlan;

TownPlan long_street() {
  TownPlan plan;
  plan.road({{0, 0}, {0, 500}, {0, 1000}, {0, 1500}}, street("长街"));
  plan.road({{0, 500}, {400, 500}}, street("支路"));
  return plan;
}

/// Finds parts in the town with their steps; closed if `closures` are there.
FindRoute finder(ToldTown const& told, std::vector<ClosureShape> const& closures = {}) {
  auto const metric = told.town.metric(closures);
  return [&told, metric](GeoPoint from, GeoPoint to) {
    auto found = told.town.router->route(*metric, Profile::Light, from, to, {});
    if (found && *found) {
      (*found)->steps = steps_of(*told.town.region, {}, Profile::Light, **found, to);
    }
    return found;
  };
}

TEST(RouteJoin, PartsAddUpAndStopsAreSaid) {
  ToldTown const told{long_street()};
  std::vector<GeoPoint> const stops{metres_from_base(0, 0), metres_from_base(380, 560),
                                    metres_from_base(0, 1000), metres_from_base(0, 1500)};
  auto const find = finder(told);
  auto const joined = route_through(stops, find);
  ASSERT_TRUE(joined && joined->route);
  Duration duration;
  Distance distance;
  std::vector<GeoPoint> line;
  for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
    auto const part = **find(stops[i], stops[i + 1]);
    duration = duration + part.duration;
    distance = {distance.cm + part.distance.cm};
    EXPECT_EQ(joined->parts[i].duration, part.duration);
    EXPECT_EQ(joined->parts[i].distance, part.distance);
    line.insert(line.end(), part.geometry.begin() + (i == 0 ? 0 : 1), part.geometry.end());
  }
  EXPECT_EQ(joined->parts.size(), 3U);
  EXPECT_EQ(joined->route->duration, duration);
  EXPECT_EQ(joined->route->distance, distance);
  EXPECT_EQ(joined->route->geometry, line);
  EXPECT_EQ(joined->route->speed_assumed_permille, 1000U);
  EXPECT_EQ(joined->route->as_of, 7);
  testing::Sentences said;
  Duration steps;
  for (auto const& step : joined->route->steps) {
    said.push_back(words_for(step, Profile::Light).zh);
    steps = steps + step.duration;
  }
  EXPECT_EQ(said, (testing::Sentences{"从长街出发，向东行驶 500 米", "左转进入支路，行驶 380 米",
                                      "到达途经点1附近的路边，途经点1在道路右侧 60 米处",
                                      "从途经点1出发，沿支路向南行驶 380 米",
                                      "左转进入长街，行驶 500 米", "到达途经点2",
                                      "从途经点2出发，沿长街向东行驶 500 米", "到达目的地"}));
  EXPECT_EQ(steps, duration);
}

// The walk to a stop and back to the road: once at the end of its part, once at the start of the next.
TEST(RouteJoin, WalksAtAStopCountBothWays) {
  ToldTown const told{long_street()};
  std::vector<GeoPoint> const near{metres_from_base(0, 0), metres_from_base(20, 1200),
                                   metres_from_base(0, 1500)};
  std::vector<GeoPoint> const far{metres_from_base(0, 0), metres_from_base(130, 1200),
                                  metres_from_base(0, 1500)};
  auto const a = route_through(near, finder(told));
  auto const b = route_through(far, finder(told));
  ASSERT_TRUE(a && b && a->route && b->route);
  EXPECT_NEAR(static_cast<double>((b->route->duration - a->route->duration).us) / 1e6,
              2 * 100 * 3.6 / 5, 1);
}

TEST(RouteJoin, NamesThePartThatIsCut) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 1000}}, street("甲街"));
  plan.road({{0, 1000}, {0, 1300}}, street("乙街"));
  plan.road({{0, 1300}, {0, 2000}}, street("丙街"));
  ToldTown const told{plan};
  ClosureShape const slide{"K", {metres_from_base(0, 1150)}, false, {true, true, true, true}};
  std::vector<GeoPoint> const stops{metres_from_base(0, 0), metres_from_base(0, 900),
                                    metres_from_base(0, 1600), metres_from_base(0, 2000)};
  EXPECT_TRUE(route_through(stops, finder(told))->route);
  auto const joined = route_through(stops, finder(told, {slide}));
  ASSERT_TRUE(joined);
  EXPECT_FALSE(joined->route);
  EXPECT_EQ(joined->cut, 1U);
  EXPECT_EQ(joined->parts.size(), 1U);
}

TEST(RouteJoin, RefusesTooFewAndTooManyStopsAndPassesErrorsOn) {
  ToldTown const told{long_street()};
  auto const find = finder(told);
  GeoPoint const here = metres_from_base(0, 0);
  EXPECT_EQ(route_through(std::vector<GeoPoint>(1, here), find).error().code,
            ErrorCode::InvalidArgument);
  EXPECT_TRUE(route_through(std::vector<GeoPoint>(12, here), find));
  EXPECT_EQ(route_through(std::vector<GeoPoint>(13, here), find).error().code,
            ErrorCode::InvalidArgument);
  EXPECT_EQ(
      route_through(std::vector<GeoPoint>{here, metres_from_base(90'000, 0)}, find).error().code,
      ErrorCode::NotFound);
}

}  // namespace
}  // namespace fenghuo::gis
