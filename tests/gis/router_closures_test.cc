#include <gtest/gtest.h>

#include "core/base/random.h"
#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

using testing::RoutedTown;

constexpr auto kUnreachable = dispatch::TravelTimeTable::kUnreachable;

/// Tables and routes of a router that remembers, beside one that does not.
void expect_as_reference(RoutedTown const& town, QuickestWays const& reference,
                         Metric const& metric, std::vector<GeoPoint> const& points) {
  for (std::size_t p = 0; p < kProfileCount; ++p) {
    auto const profile = static_cast<Profile>(p);
    auto const mine = town.router->travel_times(metric, profile, points, points, {});
    auto const right = reference.travel_times(metric, profile, points, points, {});
    ASSERT_TRUE(mine && right);
    for (std::size_t i = 0; i < points.size(); ++i) {
      for (std::size_t k = 0; k < points.size(); ++k) {
        ASSERT_EQ(mine->at(i, k), right->at(i, k))
            << i << " to " << k << " for " << name_of(profile);
      }
    }
    auto const route = town.router->route(metric, profile, points[0], points[1], {});
    auto const other = reference.route(metric, profile, points[0], points[1], {});
    ASSERT_EQ(route.has_value(), other.has_value());
    if (route && *route) {
      ASSERT_TRUE(*other);
      ASSERT_EQ((*route)->duration, (*other)->duration);
    }
  }
}

// The same points asked for again and again on one router, while roads close, slow down and open, in branches that
// are looked at and left again, and in other conditions: what it remembers must never show.
TEST(RouterWithAMemory, AnswersAsOneWithout) {
  std::size_t closed = 0;
  std::size_t unreachable = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    RoutedTown const town{testing::random_town(seed)};
    auto const reference = Router::reference(town.region);
    Random random{seed};
    std::vector<GeoPoint> points;
    for (int i = 0; i < 7; ++i) {
      points.push_back(testing::random_point(random));
    }
    auto metric = town.metric();
    std::vector<ClosureShape> closures;
    for (int step = 0; step < 16; ++step) {
      if (!closures.empty() && random.chance(400)) {
        closures.erase(closures.begin() +
                       static_cast<std::ptrdiff_t>(random.below(closures.size())));
      } else {
        // Near one of the points, where it matters where they are snapped to.
        GeoPoint at = points[random.below(points.size())];
        at.lat_e7 += static_cast<std::int32_t>(random.between(-2000, 2000));
        ClosureShape shape{
            std::to_string(step), {at}, false, {true, true, random.chance(500), true}};
        shape.speed_permille = random.chance(300) ? 300 : 0;
        if (random.chance(300)) {  // all roads around it
          auto const side = static_cast<std::int32_t>(random.between(3'000, 60'000));
          shape.points = {{at.lat_e7 - side, at.lon_e7 - side},
                          {at.lat_e7 - side, at.lon_e7 + side},
                          {at.lat_e7 + side, at.lon_e7 + side},
                          {at.lat_e7 + side, at.lon_e7 - side}};
          shape.is_area = true;
        }
        closures.push_back(shape);
      }
      auto const next = metric->with_closures(closures, step);
      expect_as_reference(town, *reference, *next, points);
      if (step % 4 == 0) {
        expect_as_reference(town, *reference, *next->in_condition(RoadCondition::Snow), points);
      }
      if (random.chance(700)) {
        metric = next;  // else it was a branch, and is forgotten
      } else {
        expect_as_reference(town, *reference, *metric, points);
        closures = metric->closures();
      }
      closed += metric->closed_edges();
      auto const light = town.router->travel_times(*metric, Profile::Light, points, points, {});
      for (std::size_t i = 0; light && i < points.size(); ++i) {
        unreachable += light->at(i, 0) == kUnreachable ? 1U : 0U;
      }
      if (HasFatalFailure()) {
        return;
      }
    }
  }
  EXPECT_GT(closed, 100U);
  EXPECT_GT(unreachable, 20U);
}

}  // namespace
}  // namespace fenghuo::gis
