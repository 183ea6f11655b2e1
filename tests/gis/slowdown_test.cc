// Closures and slowdowns on one road: the slowest counts, and each goes without a trace.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/random.h"
#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

using testing::drawn;
using testing::metres_from_base;
using testing::place_in;
using testing::RoutedTown;

constexpr std::array kAll{true, true, true, true};

class Slowdown : public ::testing::Test {
 protected:
  static ClosureShape slow(std::uint32_t permille, std::array<bool, kProfileCount> closes = kAll) {
    return {"K", {metres_from_base(0, 150)}, false, closes, permille};
  }
  Weight weight(std::vector<ClosureShape> const& closures, Profile profile = Profile::Light) const {
    auto const edge = edges_closed_by(*town_.region, slow(0));
    EXPECT_EQ(edge.size(), 1U);
    auto const metric = town_.metric(closures);
    EXPECT_EQ(metric->weights(profile)[forward_of(edge.at(0))],
              metric->weights(profile)[backward_of(edge.at(0))]);
    return metric->weights(profile)[forward_of(edge.at(0))];
  }

  std::vector<std::string> map_{"A--B",  //
                                "|  |",  //
                                "C--D"};
  RoutedTown town_{drawn(map_)};
};

TEST_F(Slowdown, TakesTheShareOfTheUsualSpeedRoundedUp) {
  Weight const usual = weight({});
  EXPECT_EQ(weight({slow(500)}), usual * 2);
  EXPECT_EQ(weight({slow(999)}), (usual * 1000 + 998) / 999);
  EXPECT_GT(weight({slow(999)}), usual);
  EXPECT_EQ(weight({slow(1)}), usual * 1000);
  EXPECT_EQ(town_.metric({slow(500)})->closed_edges(), 0U);
  EXPECT_EQ(town_.metric({slow(500), slow(0)})->closed_edges(), 1U);
}

TEST_F(Slowdown, IsForItsProfilesAlone) {
  std::vector const heavy{slow(250, {false, true, false, false})};
  EXPECT_EQ(weight(heavy), weight({}));
  EXPECT_EQ(weight(heavy, Profile::Heavy), weight({}, Profile::Heavy) * 4);
}

TEST_F(Slowdown, TheSlowestCountsAndAClosureMostOfAll) {
  EXPECT_EQ(weight({slow(500), slow(250), slow(800)}), weight({slow(250)}));
  EXPECT_EQ(weight({slow(500), slow(0), slow(800)}), kClosed);
  EXPECT_EQ(weight({slow(0), slow(1)}), kClosed);
}

TEST_F(Slowdown, TurnsTheRouteWhereTheWayRoundIsQuicker) {
  GeoPoint const a = place_in(map_, 'A');
  GeoPoint const b = place_in(map_, 'B');
  Distance const straight = town_.route(a, b)->distance;
  EXPECT_EQ(town_.route(*town_.metric({slow(500)}), a, b)->distance, straight);
  EXPECT_GT(town_.route(*town_.metric({slow(400)}), a, b)->distance,
            straight);  // 7 steps, 3 of 2.5
}

TEST(SlowdownOfLongRoads, NeverBecomesAClosure) {
  testing::SmallExtract osm;
  osm.node(1, metres_from_base(0, 0)).node(2, metres_from_base(0, 80'000));
  osm.way(1, {1, 2}, {{"highway", "unclassified"}, {"maxspeed", "5"}});
  RoutedTown const town{osm};
  ClosureShape const mud{"K", {metres_from_base(0, 40'000)}, false, kAll, 1};
  auto const slow = town.metric({mud, mud});
  EXPECT_EQ(slow->weights(Profile::Light)[0], kClosed - 1);
  EXPECT_EQ(town.metric({{"K", mud.points, false, kAll, 1'000}})->weights(Profile::Light)[0],
            town.metric()->weights(Profile::Light)[0]);
}

TEST(SlowdownOfManyRoads, DependsOnNoOrderAndLeavesNoTrace) {
  Random random{7};
  RoutedTown const town{testing::random_town(11)};
  std::vector<ClosureShape> closures;
  for (int i = 0; i < 60; ++i) {
    closures.push_back(
        {"K" + std::to_string(i),
         {testing::random_point(random), testing::random_point(random)},
         random.chance(300),
         {random.chance(500), random.chance(500), true, random.chance(500)},
         random.chance(300) ? 0U : static_cast<std::uint32_t>(random.between(1, 999))});
  }
  auto const weights = [&](std::vector<ClosureShape> const& of) {
    auto const metric = town.metric(of);
    std::vector<Weight> out;
    for (auto const profile : {Profile::Light, Profile::Heavy, Profile::Offroad, Profile::Foot}) {
      auto const some = metric->weights(profile);
      for (ArcId arc = 0; arc < some.size(); ++arc) {
        out.push_back(some[arc]);
      }
    }
    return out;
  };
  auto shuffled = closures;
  for (std::size_t i = shuffled.size(); i > 1; --i) {
    std::swap(shuffled[i - 1], shuffled[random.below(i)]);
  }
  EXPECT_EQ(weights(closures), weights(shuffled));
  EXPECT_NE(weights(closures), weights({}));
  shuffled.clear();
  EXPECT_EQ(weights(shuffled), weights({}));
}

}  // namespace
}  // namespace fenghuo::gis
