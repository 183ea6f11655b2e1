#include "gis/routing/router.h"

#include <gtest/gtest.h>

#include "tests/gis/routed_town.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using dispatch::TravelTimeTable;
using testing::drawn;
using testing::metres_from_base;
using testing::place_in;
using testing::SmallExtract;
using Town = testing::RoutedTown;
using Drawing = std::vector<std::string>;

/// Seconds of driving for so many characters of a drawing: 100 m at the 30 km/h of a residential
/// street take 12 s.
void expect_steps(std::optional<Route> const& route, double steps) {
  ASSERT_TRUE(route);
  EXPECT_NEAR(static_cast<double>(route->duration.us) / 1e6, steps * 12, 0.1);
  EXPECT_NEAR(static_cast<double>(route->distance.cm) / 100, steps * 100, 1);
}

constexpr RoutingSettings kStrict{.against_oneway_permille = 0};

TEST(Router, TakesTheShorterWayRound) {
  Drawing const map{"A--B--C",  //
                    "|     |",  //
                    "D-----E"};
  Town const town{drawn(map)};
  auto const place = [&](char c) { return place_in(map, c); };
  expect_steps(town.route(place('A'), place('C')), 6);
  expect_steps(town.route(place('D'), place('B')), 5);
  expect_steps(town.route(place('A'), place('A')), 0);
  auto const route = town.route(place('D'), place('B'));
  EXPECT_EQ(route->geometry, (std::vector<GeoPoint>{place('D'), place('A'), place('B')}));
  EXPECT_EQ(route->as_of, 7);
  EXPECT_EQ(route->speed_assumed_permille, 1000U);
  EXPECT_FALSE(route->against_oneway);
}

TEST(Router, KeepsToOneWayStreetsUnlessTold) {
  Drawing const map{"A>>B",  //
                    "|  |",  //
                    "C--D"};
  Town const town{drawn(map)};
  GeoPoint const a = place_in(map, 'A');
  GeoPoint const b = place_in(map, 'B');
  auto const strict = town.metric({}, kStrict);
  expect_steps(town.route(*strict, a, b), 3);
  expect_steps(town.route(*strict, b, a), 7);
  // 3 steps at 2.5 times the time are 7.5: round by C and D is quicker. At twice they are 6.
  EXPECT_FALSE(town.route(*town.metric(), b, a)->against_oneway);
  auto const eager = town.metric({}, RoutingSettings{.against_oneway_permille = 2000});
  auto const route = town.route(*eager, b, a);
  EXPECT_TRUE(route->against_oneway);
  EXPECT_NEAR(static_cast<double>(route->duration.us) / 1e6, 72, 0.1);
  EXPECT_FALSE(town.route(*eager, b, a, Profile::Foot)->against_oneway);
  EXPECT_NEAR(static_cast<double>(town.route(*eager, b, a, Profile::Foot)->duration.us) / 1e6, 216,
              0.5);
}

TEST(Router, HandlesTwoPlacesOnOneEdge) {
  Drawing const map{"A>>>>B",  //
                    "|    |",  //
                    "C----D"};
  Town const town{drawn(map)};
  GeoPoint const west = metres_from_base(0, 100);
  GeoPoint const east = metres_from_base(0, 300);
  auto const strict = town.metric({}, kStrict);
  expect_steps(town.route(*strict, west, east), 2);
  expect_steps(town.route(*strict, east, west), 12);  // on to B, round, and in from A
  expect_steps(town.route(*strict, east, east), 0);
  EXPECT_EQ(town.route(*strict, east, west)->geometry.size(), 6U);
  GeoPoint const south_west = metres_from_base(-200, 100);
  GeoPoint const south_east = metres_from_base(-200, 300);
  expect_steps(town.route(*strict, south_west, south_east), 2);
  expect_steps(town.route(*strict, south_east, south_west), 2);
}

TEST(Router, APlaceAtTheEndOfAOneWayStreetIsAtItsJunction) {
  Drawing const map{"A>>B--C"};
  Town const town{drawn(map)};
  auto const strict = town.metric({}, kStrict);
  expect_steps(town.route(*strict, place_in(map, 'B'), place_in(map, 'C')), 3);
  EXPECT_EQ(town.route(*strict, place_in(map, 'C'), place_in(map, 'A')), std::nullopt);
}

TEST(Router, GoesRoundAClosureAndStopsWhereThereIsNoWayRound) {
  Drawing const map{"A--B",  //
                    "|  |",  //
                    "C--D--E"};
  Town const town{drawn(map)};
  ClosureShape const here{"K1", {metres_from_base(0, 150)}, false, {true, true, true, false}};
  ClosureShape const bridge{"K2", {metres_from_base(-200, 450)}, false, {true, true, true, true}};
  auto const one = town.metric({here});
  EXPECT_EQ(one->closed_edges(), 1U);
  EXPECT_EQ(one->as_of(), 7);
  expect_steps(town.route(place_in(map, 'A'), place_in(map, 'B')), 3);
  expect_steps(town.route(*one, place_in(map, 'A'), place_in(map, 'B')), 7);
  EXPECT_NEAR(
      static_cast<double>(
          town.route(*one, place_in(map, 'A'), place_in(map, 'B'), Profile::Foot)->distance.cm),
      30000, 100);
  auto const both = town.metric({here, bridge, here});
  EXPECT_EQ(both->closed_edges(), 2U);
  std::vector<GeoPoint> const points{place_in(map, 'A'), metres_from_base(-200, 450)};
  auto const table = town.router->travel_times(*both, Profile::Light, points, points, {});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at(0, 0), Duration{0});
}

TEST(Router, APlaceThatIsCutOffKeepsItsRoad) {
  Drawing const map{"A--B--C--D"};
  Town const town{drawn(map)};
  ClosureShape const slide{"K", {metres_from_base(0, 450)}, false, {true, true, true, true}};
  auto const closed = town.metric({slide});
  EXPECT_EQ(town.route(*closed, place_in(map, 'A'), place_in(map, 'D')), std::nullopt);
  std::vector<GeoPoint> const ends{place_in(map, 'A'), place_in(map, 'D')};
  auto const table = town.router->travel_times(*closed, Profile::Light, ends, ends, {});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at(0, 1), TravelTimeTable::kUnreachable);
  EXPECT_EQ(table->at(1, 0), TravelTimeTable::kUnreachable);
  EXPECT_EQ(table->at(0, 0), Duration{0});
}

/// A straight road of 400 m with something on the node in its middle and a way round of 800 m.
SmallExtract road_with(testing::Tags on_node, testing::Tags on_road = {}) {
  SmallExtract osm;
  osm.node(1, metres_from_base(0, 0)).node(2, metres_from_base(0, 200), std::move(on_node));
  osm.node(3, metres_from_base(0, 400));
  osm.node(4, metres_from_base(200, 0)).node(5, metres_from_base(200, 400));
  on_road["highway"] = "residential";
  osm.way(1, {1, 2, 3}, on_road);
  osm.way(2, {1, 4, 5, 3}, {{"highway", "residential"}});
  return osm;
}

double seconds_past(SmallExtract const& osm, Profile profile) {
  Town const town{osm};
  auto const route = town.route(metres_from_base(0, 1), metres_from_base(0, 399), profile);
  return route ? static_cast<double>(route->duration.us) / 1e6 : -1;
}

TEST(Router, ObstaclesSlowOrStopWhoTheyShould) {
  double const past = 398 * 3.6 / 30;
  double const round = 802 * 3.6 / 30;  // back to the junction first
  double const other = 800 * 3.6 / 30;  // where the whole road is closed, from the road beside it
  double const walk = 398 * 3.6 / 5;
  auto const near = [](double got, double expected) { EXPECT_NEAR(got, expected, 0.2); };
  near(seconds_past(road_with({}), Profile::Light), past);
  near(seconds_past(road_with({{"barrier", "gate"}}), Profile::Light), past + 30);
  near(seconds_past(road_with({{"barrier", "gate"}}), Profile::Foot), walk);
  near(seconds_past(road_with({{"barrier", "bollard"}}), Profile::Light), round);
  near(seconds_past(road_with({{"barrier", "bollard"}}), Profile::Foot), walk);
  near(seconds_past(road_with({{"ford", "yes"}}), Profile::Light), round);
  near(seconds_past(road_with({{"ford", "yes"}}), Profile::Offroad), past);
  near(seconds_past(road_with({{"barrier", "height_restrictor"}, {"maxheight", "2.2"}}),
                    Profile::Heavy),
       round);
  near(seconds_past(road_with({{"barrier", "height_restrictor"}, {"maxheight", "2.2"}}),
                    Profile::Light),
       past);
  near(seconds_past(road_with({}, {{"maxweight", "10"}, {"bridge", "yes"}}), Profile::Heavy),
       other);
  near(seconds_past(road_with({}, {{"maxweight", "10"}, {"bridge", "yes"}}), Profile::Light), past);
  near(seconds_past(road_with({}, {{"maxheight", "3.2"}}), Profile::Heavy), other);
  near(seconds_past(road_with({}, {{"maxwidth", "2.3"}}), Profile::Heavy), other);
  near(seconds_past(road_with({}, {{"maxweight", "30"}}), Profile::Heavy), past);
  near(seconds_past(road_with({}, {{"motor_vehicle", "no"}}), Profile::Light), other);
}

TEST(Router, NeverDrivesAgainstARoundaboutMotorwayOrTunnel) {
  for (auto const& tags :
       {testing::Tags{{"junction", "roundabout"}, {"highway", "tertiary"}},
        testing::Tags{{"highway", "motorway"}},
        testing::Tags{{"highway", "trunk_link"}, {"oneway", "yes"}},
        testing::Tags{{"highway", "secondary"}, {"tunnel", "yes"}, {"oneway", "yes"}}}) {
    SmallExtract osm;
    osm.node(1, metres_from_base(0, 0)).node(2, metres_from_base(0, 100));
    osm.node(3, metres_from_base(0, -100)).node(4, metres_from_base(0, 200));
    osm.way(1, {1, 2}, tags);
    osm.way(2, {3, 1}, {{"highway", "residential"}});
    osm.way(3, {2, 4}, {{"highway", "residential"}});
    Town const town{osm};
    EXPECT_TRUE(town.route(metres_from_base(0, -90), metres_from_base(0, 190)));
    EXPECT_FALSE(town.route(metres_from_base(0, 190), metres_from_base(0, -90)));
  }
}

TEST(Router, TellsItsLegsAndWhatItAssumed) {
  SmallExtract osm;
  for (int i = 0; i <= 4; ++i) {
    osm.node(i + 1, metres_from_base(0, 500.0 * i));
  }
  osm.way(1, {1, 2}, {{"highway", "primary"}, {"name", "人民路"}, {"maxspeed", "60"}});
  osm.way(2, {2, 3},
          {{"highway", "primary"}, {"name", "人民路"}, {"maxspeed", "60"}, {"maxweight", "20"}});
  osm.way(3, {3, 4}, {{"route", "ferry"}, {"motor_vehicle", "yes"}, {"name", "青河渡口"}});
  osm.way(4, {4, 5}, {{"highway", "tertiary"}});
  Town const town{osm};
  auto const route = town.route(metres_from_base(0, 0), metres_from_base(0, 2000));
  ASSERT_TRUE(route);
  ASSERT_EQ(route->legs.size(), 3U);
  EXPECT_EQ(route->legs[0].road, "人民路");
  EXPECT_EQ(route->legs[0].road_class, RoadClass::Primary);
  EXPECT_NEAR(static_cast<double>(route->legs[0].distance.cm), 100000, 20);
  EXPECT_NEAR(static_cast<double>(route->legs[0].duration.us) / 1e6, 60, 0.1);
  EXPECT_EQ(route->legs[1].road, "青河渡口");
  EXPECT_TRUE(route->uses_ferry);
  EXPECT_GE(route->legs[1].duration, seconds(300));
  EXPECT_EQ(route->legs[2].road, "");
  EXPECT_NEAR(route->speed_assumed_permille, 500, 1);
  EXPECT_NEAR(route->load_assumed_permille, 750, 1);
  EXPECT_EQ(route->width_assumed_permille, 1000U);
}

TEST(Router, CountsTheWalkBeyondAYard) {
  Drawing const map{"A-----B"};
  Town const town{drawn(map)};
  auto const yard = town.route(metres_from_base(29, 0), metres_from_base(0, 600));
  expect_steps(yard, 6);
  EXPECT_NEAR(static_cast<double>(yard->access_from.cm), 2900, 5);
  auto const field = town.route(metres_from_base(1030, 0), metres_from_base(0, 600));
  EXPECT_NEAR(static_cast<double>((field->duration - yard->duration).us) / 1e6, 720, 1);
}

TEST(Router, RefusesWhatItCannotAnswer) {
  Drawing const map{"A--B"};
  Town const town{drawn(map)};
  Town const other{drawn({"A--B--C"})};
  auto const metric = town.metric();
  GeoPoint const here = place_in(map, 'A');
  GeoPoint const far = metres_from_base(9000, 0);
  auto const code = [](auto const& result) { return result.error().code; };
  EXPECT_EQ(code(town.router->route(*metric, Profile::Light, here, far, {})), ErrorCode::NotFound);
  EXPECT_EQ(code(town.router->route(*metric, Profile::Light, far, here, {})), ErrorCode::NotFound);
  EXPECT_EQ(code(town.router->route(*other.metric(), Profile::Light, here, here, {})),
            ErrorCode::InvalidArgument);
  std::vector<GeoPoint> const one{here};
  std::vector<GeoPoint> const many(2001, here);
  EXPECT_EQ(code(town.router->travel_times(*metric, Profile::Light, {}, one, {})),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(code(town.router->travel_times(*metric, Profile::Light, one, {}, {})),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(code(town.router->travel_times(*metric, Profile::Light, many, many, {})),
            ErrorCode::InvalidArgument);
  std::vector<GeoPoint> const with_far{here, far};
  auto const table = town.router->travel_times(*metric, Profile::Light, with_far, with_far, {});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at(0, 0), Duration{0});
  EXPECT_EQ(table->at(0, 1), TravelTimeTable::kUnreachable);
  EXPECT_EQ(table->at(1, 0), TravelTimeTable::kUnreachable);
  EXPECT_EQ(table->at(1, 1), TravelTimeTable::kUnreachable);
}

}  // namespace
}  // namespace fenghuo::gis
