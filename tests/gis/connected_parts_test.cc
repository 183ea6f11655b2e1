#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "gis/routing/arc_weight.h"
#include "tests/gis/random_town.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using Reach = std::vector<std::vector<bool>>;

/// Who reaches whom, by Warshall's closure.
Reach reach_of(RoadGraph const& g, Profile profile, bool both_ways) {
  std::size_t const n = g.node_count();
  Reach reach(n, std::vector<bool>(n, false));
  for (std::size_t i = 0; i < n; ++i) {
    reach[i][i] = true;
  }
  for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
    NodeId const a = g.edge_from[edge];
    NodeId const b = g.edge_to[edge];
    if (both_ways || arc_weight(g, edge * 2, profile, {}) != kClosed) {
      reach[a][b] = true;
    }
    if (both_ways || arc_weight(g, edge * 2 + 1, profile, {}) != kClosed) {
      reach[b][a] = true;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; reach[i][k] && j < n; ++j) {
        reach[i][j] = reach[i][j] || reach[k][j];
      }
    }
  }
  return reach;
}

std::size_t part_size(Reach const& reach, std::size_t node) {
  std::size_t size = 0;
  for (std::size_t other = 0; other < reach.size(); ++other) {
    size += reach[node][other] && reach[other][node] ? 1U : 0U;
  }
  return size;
}

TEST(ConnectedParts, MainlandIsTheLargestStrongPart) {
  int scraps = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    testing::ScratchFolder const folder;
    auto const region = testing::random_town(seed).region(folder);
    RoadGraph const& g = region->graph();
    for (Profile const profile : {Profile::Light, Profile::Offroad, Profile::Foot}) {
      Reach const reach = reach_of(g, profile, false);
      std::size_t largest = 0;
      for (std::size_t node = 0; node < reach.size(); ++node) {
        largest = std::max(largest, part_size(reach, node));
      }
      for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
        NodeId const a = g.edge_from[edge];
        NodeId const b = g.edge_to[edge];
        bool const usable = arc_weight(g, edge * 2, profile, {}) != kClosed ||
                            arc_weight(g, edge * 2 + 1, profile, {}) != kClosed;
        bool const expected = usable && reach[a][b] && reach[b][a] &&
                              part_size(reach, a) >= std::min(largest, kLargePart);
        bool const got = is_mainland(g, edge, profile);
        ASSERT_EQ(got, expected) << "seed " << seed << " edge " << edge;
        scraps += usable && !got ? 1 : 0;
      }
    }
  }
  EXPECT_GT(scraps, 100);
}

TEST(ConnectedParts, WeakPartsAreCounted) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    testing::ScratchFolder const folder;
    auto const region = testing::random_town(seed).region(folder);
    Reach const reach = reach_of(region->graph(), Profile::Light, true);
    std::size_t largest = 0;
    std::size_t firsts = 0;
    for (std::size_t node = 0; node < reach.size(); ++node) {
      largest = std::max(largest, part_size(reach, node));
      auto const first = std::find(reach[node].begin(), reach[node].end(), true);
      firsts += static_cast<std::size_t>(first - reach[node].begin()) == node ? 1U : 0U;
    }
    ASSERT_EQ(region->info().components, firsts);
    ASSERT_EQ(region->info().largest_component_nodes, largest);
  }
}

}  // namespace
}  // namespace fenghuo::gis
