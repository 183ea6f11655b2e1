#include <gtest/gtest.h>

#include "gis/routing/router.h"
#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

using cch::Way;
using dispatch::TravelTimeTable;
using testing::metres_from_base;
using Town = testing::RoutedTown;

std::vector<std::size_t> indices(QuickestWays::Nearest const& found) {
  std::vector<std::size_t> out;
  for (auto const& one : found.nearest) {
    out.push_back(one.index);
  }
  return out;
}

TEST(Nearest, OfEqualsTheFirstAndTheUnreachableCounted) {
  Town const town{testing::drawn(
      {"A--B--C", ".......", ".......", ".......", ".......", ".......", ".......", "D-----E"})};
  auto const metric = town.metric();
  std::vector<GeoPoint> const teams{
      metres_from_base(0, 600),      // C
      metres_from_base(-700, 300),   // on D-E, which nothing joins to A-C
      metres_from_base(0, 0),        // A
      metres_from_base(0, 600),      // C again
      metres_from_base(90'000, 0)};  // nowhere
  auto const ask = [&](std::size_t k) {
    return *town.router->nearest(*metric, Profile::Light, teams, Way::Leaving,
                                 metres_from_base(0, 300), k, {});
  };
  EXPECT_EQ(indices(ask(9)), (std::vector<std::size_t>{0, 2, 3}));
  EXPECT_EQ(indices(ask(2)), (std::vector<std::size_t>{0, 2}));
  EXPECT_TRUE(ask(0).nearest.empty());
  EXPECT_EQ(ask(1).unreachable, 2U);
  EXPECT_EQ(town.router
                ->nearest(*metric, Profile::Light, teams, Way::Leaving, metres_from_base(90'000, 0),
                          1, {})
                .error()
                .code,
            ErrorCode::NotFound);
  EXPECT_EQ(
      town.router->nearest(*metric, Profile::Light, {}, Way::Leaving, metres_from_base(0, 0), 1, {})
          .error()
          .code,
      ErrorCode::InvalidArgument);
}

TEST(Nearest, WhichWayIsDrivenMattersOnOneWayStreets) {
  Town const town{testing::drawn({"A>>B--C"})};
  auto const metric = town.metric({}, {.against_oneway_permille = 0});
  std::vector<GeoPoint> const places{metres_from_base(0, 0), metres_from_base(0, 600)};
  auto const ask = [&](Way way) {
    return *town.router->nearest(*metric, Profile::Light, places, way, metres_from_base(0, 301), 2,
                                 {});
  };
  EXPECT_EQ(indices(ask(Way::Leaving)), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(indices(ask(Way::Arriving)), (std::vector<std::size_t>{1}));
  EXPECT_EQ(ask(Way::Arriving).unreachable, 1U);
}

TEST(Nearest, EqualsTheReferenceOnRandomTowns) {
  int found_some = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    SCOPED_TRACE(seed);
    Town const town{testing::random_town(seed)};
    auto const reference = Router::reference(town.region);
    auto const metric = town.metric();
    auto const profile = static_cast<Profile>(seed % kProfileCount);
    Random random{seed};
    std::vector<GeoPoint> candidates;
    for (int i = 0; i < 12; ++i) {
      candidates.push_back(i % 4 == 3 ? candidates[random.below(candidates.size())]
                                      : testing::random_point(random));
    }
    GeoPoint const point = testing::random_point(random);
    for (Way const way : {Way::Leaving, Way::Arriving}) {
      auto const found = town.router->nearest(*metric, profile, candidates, way, point, 5, {});
      auto const times =
          way == Way::Leaving
              ? reference->travel_times(*metric, profile, candidates, {&point, 1}, {})
              : reference->travel_times(*metric, profile, {&point, 1}, candidates, {});
      if (!found) {
        ASSERT_EQ(found.error().code, ErrorCode::NotFound);
        continue;
      }
      std::vector<std::pair<Duration, std::size_t>> expected;
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        Duration const time = way == Way::Leaving ? times->at(i, 0) : times->at(0, i);
        if (time != TravelTimeTable::kUnreachable) {
          expected.emplace_back(time, i);
        }
      }
      ASSERT_EQ(found->unreachable, candidates.size() - expected.size());
      std::sort(expected.begin(), expected.end());
      expected.resize(std::min<std::size_t>(5, expected.size()));
      ASSERT_EQ(found->nearest.size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ(found->nearest[i].index, expected[i].second);
        ASSERT_EQ(found->nearest[i].duration, expected[i].first);
        ++found_some;
      }
    }
  }
  EXPECT_GT(found_some, 200);
}

}  // namespace
}  // namespace fenghuo::gis
