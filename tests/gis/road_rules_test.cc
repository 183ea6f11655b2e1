#include "gis/region/road_rules.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "gis/region/milestone_tags.h"

namespace fenghuo::gis {
namespace {

TagSet tags(std::initializer_list<std::pair<std::string_view, std::string_view>> list) {
  TagSet out;
  for (auto const& [key, value] : list) {
    out.add(key, value);
  }
  return out;
}

bool has(std::optional<RoadTraits> const& road, std::uint16_t flag) {
  return road && (road->flags & flag) != 0;
}

bool motor(TagSet const& set) {
  auto const road = road_traits(set);
  return road && !has(road, edge_flag::kNoMotor);
}
bool foot(TagSet const& set) {
  auto const road = road_traits(set);
  return road && !has(road, edge_flag::kNoFoot);
}

TEST(RoadRules, WhatAKilometrePostSays) {
  auto const post = [](TagSet const& set) {
    auto const found = milestone_of(set);
    return found ? std::to_string(found->metres) + "/" + std::string{found->road} : "none";
  };
  EXPECT_EQ(post(tags({{"highway", "milestone"}, {"distance", "12"}, {"ref", "G65"}})),
            "12000/G65");
  EXPECT_EQ(post(tags({{"highway", "milestone"}, {"pk", "7+300"}})), "7300/");
  EXPECT_EQ(post(tags({{"highway", "milestone"}, {"ref", "K12+500"}, {"road_ref", "S1"}})),
            "12500/S1");
  EXPECT_EQ(post(tags({{"highway", "milestone"}, {"ref", "12"}})), "12000/");
  EXPECT_EQ(post(tags({{"highway", "milestone"}, {"name", "K9"}})), "9000/");
  EXPECT_EQ(post(tags({{"highway", "milestone"}, {"name", "9 Elms"}})), "none");
  EXPECT_EQ(post(tags({{"highway", "milestone"}})), "none");
  EXPECT_EQ(post(tags({{"highway", "residential"}, {"distance", "12"}})), "none");
}

TEST(RoadRules, WhatIsARoad) {
  EXPECT_TRUE(road_traits(tags({{"highway", "residential"}})));
  EXPECT_TRUE(road_traits(tags({{"route", "ferry"}})));
  EXPECT_FALSE(road_traits(tags({{"highway", "construction"}})));
  EXPECT_FALSE(road_traits(tags({{"highway", "proposed"}})));
  EXPECT_FALSE(road_traits(tags({{"highway", "bus_stop"}})));
  EXPECT_FALSE(road_traits(tags({{"building", "yes"}})));
  EXPECT_FALSE(road_traits(tags({{"highway", "service"}, {"access", "no"}})));
}

// Expected by the table of OSM tags for routing/Access restrictions, with the emergency service's view
// on private ground.
TEST(RoadRules, AccessByTheMostSpecificTag) {
  EXPECT_TRUE(motor(tags({{"highway", "residential"}})));
  EXPECT_TRUE(motor(tags({{"highway", "service"}, {"access", "private"}})));
  EXPECT_TRUE(motor(tags({{"highway", "residential"}, {"motor_vehicle", "destination"}})));
  EXPECT_FALSE(motor(tags({{"highway", "residential"}, {"motor_vehicle", "no"}})));
  EXPECT_TRUE(motor(tags({{"highway", "service"}, {"access", "no"}, {"motor_vehicle", "yes"}})));
  EXPECT_TRUE(motor(tags({{"highway", "service"}, {"access", "no"}, {"emergency", "yes"}})));
  EXPECT_FALSE(motor(tags({{"highway", "service"}, {"vehicle", "no"}, {"access", "yes"}})));
  EXPECT_FALSE(motor(tags({{"highway", "footway"}})));
  EXPECT_FALSE(motor(tags({{"highway", "footway"}, {"access", "yes"}})));
  EXPECT_TRUE(motor(tags({{"highway", "pedestrian"}, {"motor_vehicle", "permit"}})));
  EXPECT_FALSE(motor(tags({{"route", "ferry"}, {"access", "yes"}})));
  EXPECT_TRUE(motor(tags({{"route", "ferry"}, {"motor_vehicle", "yes"}})));

  EXPECT_TRUE(foot(tags({{"highway", "residential"}})));
  EXPECT_FALSE(foot(tags({{"highway", "motorway"}})));
  EXPECT_FALSE(foot(tags({{"highway", "trunk"}, {"motorroad", "yes"}})));
  EXPECT_FALSE(foot(tags({{"highway", "residential"}, {"foot", "no"}})));
  EXPECT_TRUE(foot(tags({{"highway", "service"}, {"access", "no"}, {"foot", "yes"}})));
  EXPECT_TRUE(foot(tags({{"highway", "steps"}})));
}

TEST(RoadRules, Oneway) {
  auto const forward = [](TagSet const& set) {
    return has(road_traits(set), edge_flag::kOnewayForward);
  };
  auto const backward = [](TagSet const& set) {
    return has(road_traits(set), edge_flag::kOnewayBackward);
  };
  EXPECT_TRUE(forward(tags({{"highway", "residential"}, {"oneway", "yes"}})));
  EXPECT_TRUE(backward(tags({{"highway", "residential"}, {"oneway", "-1"}})));
  EXPECT_FALSE(forward(tags({{"highway", "residential"}})));
  EXPECT_TRUE(forward(tags({{"highway", "motorway"}})));
  EXPECT_FALSE(forward(tags({{"highway", "motorway"}, {"oneway", "no"}})));
  EXPECT_FALSE(forward(tags({{"highway", "motorway_link"}})));
  EXPECT_TRUE(forward(tags({{"highway", "tertiary"}, {"junction", "roundabout"}})));
  EXPECT_TRUE(has(road_traits(tags({{"highway", "tertiary"}, {"junction", "roundabout"}})),
                  edge_flag::kRoundabout));
  EXPECT_FALSE(motor(tags({{"highway", "primary"}, {"oneway", "reversible"}})));
  EXPECT_TRUE(forward(
      tags({{"highway", "residential"}, {"oneway", "no"}, {"oneway:motor_vehicle", "yes"}})));
}

TEST(RoadRules, SpeedsFromTheDataOrAssumed) {
  auto const plain = road_traits(tags({{"highway", "secondary"}}));
  EXPECT_TRUE(has(plain, edge_flag::kSpeedAssumed));
  auto const signed_road = road_traits(tags({{"highway", "secondary"}, {"maxspeed", "70"}}));
  EXPECT_FALSE(has(signed_road, edge_flag::kSpeedAssumed));
  EXPECT_EQ(signed_road->speed_forward, 70);
  auto const two = road_traits(
      tags({{"highway", "secondary"}, {"maxspeed:forward", "60"}, {"maxspeed:backward", "40"}}));
  EXPECT_EQ(two->speed_forward, 60);
  EXPECT_EQ(two->speed_backward, 40);
  EXPECT_FALSE(has(two, edge_flag::kSpeedAssumed));
  auto const half = road_traits(tags({{"highway", "secondary"}, {"maxspeed:forward", "60"}}));
  EXPECT_TRUE(has(half, edge_flag::kSpeedAssumed));
  auto const mud =
      road_traits(tags({{"highway", "tertiary"}, {"surface", "mud"}, {"maxspeed", "60"}}));
  EXPECT_TRUE(has(mud, edge_flag::kUnpaved));
  EXPECT_LT(mud->speed_forward, 60);
  auto const good = road_traits(tags({{"highway", "track"}, {"tracktype", "grade1"}}));
  auto const bad = road_traits(tags({{"highway", "track"}, {"tracktype", "grade5"}}));
  EXPECT_FALSE(has(good, edge_flag::kUnpaved));
  EXPECT_GT(good->speed_forward, bad->speed_forward);
}

TEST(RoadRules, LimitsFromTheDataOrAssumed) {
  auto const bridge = road_traits(tags({{"highway", "tertiary"},
                                        {"bridge", "yes"},
                                        {"maxweight", "10"},
                                        {"maxheight", "3.2 m"},
                                        {"width", "4"},
                                        {"maxwidth", "2.3"}}));
  ASSERT_TRUE(bridge);
  EXPECT_EQ(bridge->max_weight, 1000);
  EXPECT_EQ(bridge->max_height, 320);
  EXPECT_EQ(bridge->max_width, 230);
  EXPECT_TRUE(has(bridge, edge_flag::kBridge));
  EXPECT_FALSE(has(bridge, edge_flag::kLoadAssumed));
  EXPECT_FALSE(has(bridge, edge_flag::kWidthAssumed));
  auto const plain = road_traits(tags({{"highway", "tertiary"}, {"bridge", "no"}}));
  EXPECT_TRUE(has(plain, edge_flag::kLoadAssumed));
  EXPECT_TRUE(has(plain, edge_flag::kWidthAssumed));
  EXPECT_FALSE(has(plain, edge_flag::kBridge));
  EXPECT_EQ(plain->max_weight, 0);
}

TEST(RoadRules, Obstacles) {
  auto const flags = [](TagSet const& set) { return obstacle_of(set).flags; };
  EXPECT_EQ(flags(tags({{"barrier", "gate"}})), edge_flag::kGate);
  EXPECT_EQ(flags(tags({{"barrier", "lift_gate"}, {"access", "private"}})), edge_flag::kGate);
  EXPECT_EQ(flags(tags({{"barrier", "bollard"}})), edge_flag::kNoMotor);
  EXPECT_EQ(flags(tags({{"barrier", "bollard"}, {"emergency", "yes"}})), 0);
  EXPECT_EQ(flags(tags({{"barrier", "block"}, {"foot", "no"}})),
            edge_flag::kNoMotor | edge_flag::kNoFoot);
  EXPECT_EQ(flags(tags({{"barrier", "gate"}, {"motor_vehicle", "no"}})),
            edge_flag::kGate | edge_flag::kNoMotor);
  EXPECT_EQ(flags(tags({{"barrier", "toll_booth"}})), 0);
  EXPECT_EQ(flags(tags({{"ford", "yes"}})), edge_flag::kFord);
  EXPECT_EQ(flags(tags({{"highway", "crossing"}})), 0);
  EXPECT_EQ(flags(tags({{"barrier", "gate"}, {"emergency", "fire_hydrant"}})), edge_flag::kGate);
  NodeObstacle const bar =
      obstacle_of(tags({{"barrier", "height_restrictor"}, {"maxheight", "2.5"}}));
  EXPECT_EQ(bar.flags, 0);
  EXPECT_EQ(bar.max_height, 250);
  EXPECT_EQ(obstacle_of(tags({{"highway", "crossing"}, {"width", "2"}})), NodeObstacle{});
  EXPECT_EQ(obstacle_of(tags({{"barrier", "gate"}, {"width", "2"}})).max_width, 200);
}

TEST(RoadRules, PlacesAndFacilities) {
  EXPECT_EQ(place_kind(tags({{"place", "village"}})), PlaceKind::Village);
  EXPECT_EQ(place_kind(tags({{"place", "island"}})), std::nullopt);
  EXPECT_EQ(facility_kind(tags({{"amenity", "fire_station"}})), FacilityKind::FireStation);
  EXPECT_EQ(facility_kind(tags({{"amenity", "shelter"}})), FacilityKind::Shelter);
  EXPECT_EQ(facility_kind(tags({{"amenity", "shelter"}, {"shelter_type", "public_transport"}})),
            std::nullopt);
  EXPECT_EQ(facility_kind(tags({{"landuse", "industrial"}, {"industrial", "mine"}})),
            FacilityKind::Mine);
  EXPECT_EQ(facility_kind(tags({{"natural", "water"}, {"water", "reservoir"}})),
            FacilityKind::Reservoir);
  EXPECT_EQ(facility_kind(tags({{"shop", "yes"}})), std::nullopt);
}

}  // namespace
}  // namespace fenghuo::gis
