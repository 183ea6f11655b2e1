#include "gis/routing/cch/nested_dissection.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gis/routing/cch/hierarchy_check.h"
#include "tests/gis/road_families.h"

namespace fenghuo::gis::cch {
namespace {

using testing::Family;

TEST(NestedDissection, GivesAPermutationAndASoundHierarchyForEveryFamily) {
  for (Family const family : testing::kFamilies) {
    for (std::uint32_t const size : {1U, 2U, 3U, 9U, 50U, 900U, 6000U}) {
      SCOPED_TRACE(testing::name_of(family) + " " + std::to_string(size));
      auto const roads = testing::made_up(family, size, size);
      auto order = nested_dissection(roads.from, roads.to, roads.point);
      EXPECT_EQ(nested_dissection(roads.from, roads.to, roads.point), order);  // two threads or not
      auto const built = build_hierarchy(order, roads.from, roads.to);
      ASSERT_TRUE(built);
      EXPECT_EQ(contradiction_in(built->view(roads.from, roads.to)), "");
      std::sort(order.begin(), order.end());
      for (NodeId node = 0; node < roads.nodes(); ++node) {
        ASSERT_EQ(order[node], node);
      }
    }
  }
}

// A square grid of n nodes cannot be cut by fewer than about sqrt(n) nodes; nested dissection stays near it, and
// halving by the map alone must not be better on anything that has shape.
TEST(NestedDissection, StaysNearWhatAGridAllowsAndBeatsHalving) {
  auto const grid = testing::made_up(Family::Grid, 64 * 64, 1);
  auto const levels = [](bench::RoadArrays const& roads, std::vector<NodeId> const& order) {
    auto const built = build_hierarchy(order, roads.from, roads.to);
    return quality_of(built->view(roads.from, roads.to));
  };
  auto const good = levels(grid, nested_dissection(grid.from, grid.to, grid.point));
  EXPECT_LT(good.depth_max, 64U * 4);
  EXPECT_GE(good.depth_max, 64U);
  auto const tree = testing::made_up(Family::Tree, 5000, 2);
  auto const of_tree = levels(tree, nested_dissection(tree.from, tree.to, tree.point));
  auto const halved = levels(tree, halving_order(tree.from, tree.to, tree.point));
  EXPECT_LT(of_tree.depth_mean * 5, halved.depth_mean);
  EXPECT_LT(of_tree.triangles * 5, halved.triangles);
}

TEST(Hierarchy, RefusesAnOrderThatMakesTheTreeTooDeep) {
  std::vector<NodeId> from;
  std::vector<NodeId> to;
  std::vector<NodeId> order;
  for (NodeId node = 0; node < 70'000; ++node) {
    order.push_back(node);
    if (node > 0) {
      from.push_back(node - 1);
      to.push_back(node);
    }
  }
  auto const built = build_hierarchy(order, from, to);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::InvalidArgument);
}

TEST(NestedDissection, TellsHowFarItIs) {
  auto const roads = testing::made_up(Family::Grid, 5000, 1);
  std::vector<int> told;
  nested_dissection(roads.from, roads.to, roads.point,
                    [&](int percent) { told.push_back(percent); });
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), 100);
}

}  // namespace
}  // namespace fenghuo::gis::cch
