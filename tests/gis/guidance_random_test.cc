#include <gtest/gtest.h>

#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"
#include "tests/gis/steps_hold.h"

/// Made-up towns full of gates, fords, one-way streets and scraps.
namespace fenghuo::gis {
namespace {

TEST(GuidanceRandom, StepsAddUpToTheRoute) {
  int routes = 0;
  std::size_t said = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    testing::RoutedTown const town{testing::random_town(seed)};
    auto const metric = town.metric();
    Random random{seed};
    for (int i = 0; i < 60; ++i) {
      auto const profile = static_cast<Profile>(i % 4);
      GeoPoint const a = testing::random_point(random);
      GeoPoint const b = testing::random_point(random);
      auto const found = town.router->route(*metric, profile, a, b, {});
      if (!found || !*found) {
        continue;
      }
      auto const steps = steps_of(*town.region, {}, profile, **found, b);
      testing::expect_steps_hold(town.region->graph(), **found, steps, profile);
      ASSERT_FALSE(HasFatalFailure()) << "seed " << seed << " route " << i;
      ++routes;
      said += steps.size();
    }
  }
  EXPECT_GT(routes, 200);
  EXPECT_GT(said, 1000U);
}

}  // namespace
}  // namespace fenghuo::gis
