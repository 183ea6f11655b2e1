#include <gtest/gtest.h>

#include "gis/routing/arc_weight.h"
#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

using testing::RoutedTown;

TEST(RoadCondition, IsNamed) {
  for (std::size_t i = 0; i < kRoadConditionCount; ++i) {
    auto const condition = static_cast<RoadCondition>(i);
    EXPECT_EQ(road_condition_named(name_of(condition)), condition);
  }
  EXPECT_EQ(road_condition_named("fog"), std::nullopt);
}

// The table alone decides: paved, unpaved, on foot; what is closed by day is closed at night.
TEST(RoadCondition, LeavesTheShareOfTheSpeedThatItsTableSays) {
  RoutingSettings settings;
  settings.condition = RoadCondition::Rain;
  settings.speeds[static_cast<std::size_t>(RoadCondition::Rain)] = {500, 250, 200};
  std::array<std::size_t, 3> seen{};
  for (std::uint64_t seed = 11; seed < 21; ++seed) {
    RoutedTown const town{testing::random_town(seed)};
    RoadGraph const& graph = town.region->graph();
    for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
      EdgeId const edge = edge_of(arc);
      auto const road = static_cast<RoadClass>(graph.edge_class[edge]);
      bool const stands = road == RoadClass::Ferry ||
                          (graph.edge_flags[edge] & edge_flag::kGate) != 0 ||
                          graph.edge_length_cm[edge] == 0;
      for (std::size_t p = 0; p < kProfileCount; ++p) {
        auto const profile = static_cast<Profile>(p);
        Weight const dry = arc_weight(graph, arc, profile, {});
        Weight const wet = arc_weight(graph, arc, profile, settings);
        ASSERT_EQ(dry == kClosed, wet == kClosed);
        if (dry == kClosed || stands || is_against_oneway(graph, arc)) {
          ASSERT_GE(wet, dry);
          continue;
        }
        bool const unpaved = (graph.edge_flags[edge] & edge_flag::kUnpaved) != 0 ||
                             road == RoadClass::Track || road == RoadClass::Path;
        Weight const times = profile == Profile::Foot ? 5 : unpaved ? 4 : 2;
        ++seen[profile == Profile::Foot ? 2 : unpaved ? 1 : 0];
        ASSERT_EQ(wet, dry * times) << "arc " << arc;
      }
    }
  }
  for (std::size_t const count : seen) {
    EXPECT_GT(count, 10U);
  }
}

TEST(RoadCondition, KeepsTheClosuresAndIsOneOfFourMetrics) {
  RoutedTown const town{testing::random_town(12)};
  Random random{3};
  std::vector<ClosureShape> closures;
  for (int i = 0; i < 6; ++i) {
    closures.push_back(
        {std::to_string(i), {testing::random_point(random)}, false, {true, true, true, true}});
  }
  auto const day = town.metric(closures);
  ASSERT_GT(day->closed_edges(), 0U);
  auto const snow = day->in_condition(RoadCondition::Snow);
  EXPECT_EQ(snow->condition(), RoadCondition::Snow);
  EXPECT_EQ(snow->closed_edges(), day->closed_edges());
  EXPECT_EQ(snow->as_of(), day->as_of());
  EXPECT_NE(snow->base(), day->base());
  RoutingSettings settings;
  settings.condition = RoadCondition::Snow;
  auto const built = town.metric(closures, settings);
  std::size_t slower = 0;
  for (ArcId arc = 0; arc < town.region->graph().arc_count(); ++arc) {
    Weight const now = snow->weights(Profile::Light)[arc];
    ASSERT_EQ(now, built->weights(Profile::Light)[arc]);
    slower += now > day->weights(Profile::Light)[arc] ? 1U : 0U;
  }
  EXPECT_GT(slower, 10U);
}

}  // namespace
}  // namespace fenghuo::gis
