#include "gis/routing/metric.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/random.h"
#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

using Town = testing::RoutedTown;

void expect_equal(Region const& region, Metric const& a, Metric const& b) {
  auto const& hierarchy = region.hierarchy();
  EXPECT_EQ(a.closed_edges(), b.closed_edges());
  for (std::size_t p = 0; p < kProfileCount; ++p) {
    auto const profile = static_cast<Profile>(p);
    for (ArcId arc = 0; arc < region.graph().arc_count(); ++arc) {
      ASSERT_EQ(a.weights(profile)[arc], b.weights(profile)[arc]) << "arc " << arc;
    }
    for (cch::Rank r = 0; r < hierarchy.rank_count(); ++r) {
      cch::UpArc const size = hierarchy.row_size(r);
      auto const same = [&](Weight const* x, Weight const* y) {
        return std::equal(x, x + size, y);
      };
      ASSERT_TRUE(
          same(a.arc_weights(profile).up(hierarchy, r), b.arc_weights(profile).up(hierarchy, r)));
      ASSERT_TRUE(same(a.arc_weights(profile).down(hierarchy, r),
                       b.arc_weights(profile).down(hierarchy, r)));
    }
  }
}

ClosureShape drawn_closure(std::string id, Random& random) {
  ClosureShape shape;
  shape.id = std::move(id);
  shape.points.push_back(testing::random_point(random));
  if (random.chance(600)) {
    shape.points.push_back(testing::random_point(random));
  }
  if (shape.points.size() == 2 && random.chance(400)) {
    shape.points.push_back(testing::random_point(random));
    shape.is_area = true;
  }
  for (bool& closes : shape.closes) {
    closes = random.chance(700);
  }
  return shape;
}

// Each closure is undone by its own id, in any order, and leaves no trace.
TEST(MetricWithClosures, EqualsWhatIsBuiltAtOnceWhateverTheWayThere) {
  std::size_t closed = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    Town const town{testing::random_town(seed)};
    Random random{seed};
    auto metric = town.metric();
    auto const open = metric;
    std::vector<ClosureShape> closures;
    for (int step = 0; step < 12; ++step) {
      if (!closures.empty() && random.chance(400)) {
        closures.erase(closures.begin() +
                       static_cast<std::ptrdiff_t>(random.below(closures.size())));
      } else if (!closures.empty() && random.chance(200)) {
        auto& changed = closures[random.below(closures.size())];
        changed = drawn_closure(changed.id, random);  // the same id drawn anew
      } else {
        closures.push_back(drawn_closure(std::to_string(step), random));
      }
      std::reverse(closures.begin(), closures.end());
      metric = metric->with_closures(closures, step);
      EXPECT_EQ(metric->as_of(), step);
      closed += metric->closed_edges();
      expect_equal(*town.region, *metric, *town.metric(closures));
      if (HasFatalFailure()) {
        return;
      }
    }
    expect_equal(*town.region, *metric->with_closures({}, 0), *open);
  }
  EXPECT_GT(closed, 1000U);
}

TEST(MetricWithClosures, LeavesWhatItWasMadeFromAsItWas) {
  Town const town{testing::random_town(3)};
  auto const open = town.metric();
  Random random{5};
  std::vector<ClosureShape> const closures{drawn_closure("a", random), drawn_closure("b", random),
                                           drawn_closure("c", random)};
  auto const closed = open->with_closures(closures, 1);
  ASSERT_GT(closed->closed_edges(), 0U);
  expect_equal(*town.region, *open, *town.metric());
  EXPECT_NE(closed->id(), open->id());
  EXPECT_EQ(closed->base(), open->base());
}

TEST(MetricWithClosures, KnowsWhereAClosureLies) {
  Town const town{testing::random_town(3)};
  RoadGraph const& graph = town.region->graph();
  EdgeId edge = 0;
  while (graph.edge_length_cm[edge] == 0) {
    ++edge;
  }
  ClosureShape shape;
  shape.id = "x";
  shape.points = {graph.geometry[graph.geometry_first[edge]]};
  auto const metric = town.metric({shape});
  GeoPoint const at = shape.points.front();
  EXPECT_EQ(metric->touches(at, at), metric->closed_edges() > 0);
  GeoPoint const far{at.lat_e7 + 2'000'000, at.lon_e7 + 2'000'000};
  EXPECT_FALSE(metric->touches(far, far));
}

}  // namespace
}  // namespace fenghuo::gis
