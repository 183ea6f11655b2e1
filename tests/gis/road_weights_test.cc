#include "gis/routing/road_weights.h"

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace fenghuo::gis {
namespace {

TEST(RoadWeights, ChangeWithoutChangingWhatTheyWereMadeFrom) {
  Random random{4};
  std::vector<Weight> plain;
  for (int i = 0; i < 10'001; ++i) {
    plain.push_back(static_cast<Weight>(random.below(kClosed)));
  }
  RoadWeights const first{plain};
  RoadWeights now = first;
  auto expected = plain;
  for (int round = 0; round < 50; ++round) {
    std::vector<RoadWeights::Change> changes;
    for (int i = 0; i < round; ++i) {
      auto const arc = static_cast<ArcId>(random.below(plain.size()));
      changes.push_back({arc, random.chance(500) ? kClosed : static_cast<Weight>(random.below(9))});
      expected[arc] = changes.back().weight;
    }
    now = now.with(changes);
  }
  ASSERT_EQ(now.size(), plain.size());
  for (ArcId arc = 0; arc < plain.size(); ++arc) {
    ASSERT_EQ(first[arc], plain[arc]);
    ASSERT_EQ(now[arc], expected[arc]);
  }
}

}  // namespace
}  // namespace fenghuo::gis
