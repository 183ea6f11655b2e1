#include "gis/geo/ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/base/random.h"
#include "gis/geo/distance.h"
#include "gis/geo/segments.h"

namespace fenghuo::gis {
namespace {

using Ring = std::vector<GeoPoint>;

/// Each side against each other, by the definition alone.
bool crosses_itself(Ring ring) {
  ring.erase(std::unique(ring.begin(), ring.end()), ring.end());
  while (ring.size() > 1 && ring.front() == ring.back()) {
    ring.pop_back();
  }
  std::size_t const n = ring.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = i + 1; k < n && n > 1; ++k) {
      GeoPoint const a = ring[i];
      GeoPoint const b = ring[(i + 1) % n];
      GeoPoint const c = ring[k];
      GeoPoint const d = ring[(k + 1) % n];
      if (b == c && d == a) {
        return true;  // there and back
      }
      bool const shared = b == c && k == i + 1             ? lies_on(d, a, b) || lies_on(a, c, d)
                          : d == a && i == 0 && k + 1 == n ? lies_on(c, a, b) || lies_on(b, c, d)
                                                           : touch(a, b, c, d);
      if (shared) {
        return true;
      }
    }
  }
  return false;
}

TEST(Ring, SimpleOnesCrossNowhere) {
  Ring const square{{0, 0}, {0, 10}, {10, 10}, {10, 0}};
  EXPECT_FALSE(crossing_of(square));
  Ring closed = square;
  closed.push_back(square.front());
  EXPECT_FALSE(crossing_of(closed));
  EXPECT_FALSE(crossing_of(Ring{{0, 0}, {0, 10}, {0, 10}, {10, 10}, {10, 0}, {10, 0}, {0, 0}}));
  EXPECT_FALSE(crossing_of(Ring{{0, 0}, {0, 5}, {0, 10}, {10, 10}}));  // a point on a straight side
  EXPECT_FALSE(crossing_of(Ring{}));
  EXPECT_FALSE(crossing_of(Ring{{1, 1}, {1, 1}}));
}

TEST(Ring, TheCrossingIsNamed) {
  auto const bow = crossing_of(Ring{{0, 0}, {10, 10}, {0, 10}, {10, 0}});
  ASSERT_TRUE(bow);
  EXPECT_EQ(bow->side, 1U);
  EXPECT_EQ(bow->other_side, 3U);
  EXPECT_EQ(bow->at, (GeoPoint{5, 5}));
  EXPECT_TRUE(crossing_of(Ring{{0, 0}, {0, 10}, {0, 5}, {10, 5}}));  // a spike
  EXPECT_TRUE(crossing_of(Ring{{0, 0}, {0, 10}}));                   // there and back
  EXPECT_TRUE(
      crossing_of(Ring{{0, 0}, {0, 10}, {5, 5}, {10, 10}, {10, 0}, {5, 5}}));  // a corner met twice
}

TEST(Ring, AgreesWithEverySideAgainstEveryOther) {
  Random random{3};
  int simple = 0;
  for (int round = 0; round < 20'000; ++round) {
    Ring ring;
    for (auto n = random.between(3, 7); n > 0; --n) {
      ring.push_back({static_cast<std::int32_t>(random.between(0, 12)),
                      static_cast<std::int32_t>(random.between(0, 12))});
    }
    auto const found = crossing_of(ring);
    simple += found ? 0 : 1;
    ASSERT_EQ(found.has_value(), crosses_itself(ring)) << round;
  }
  EXPECT_GT(simple, 1'000);
}

TEST(Ring, TheIndexKnowsWhatIsInsideAndWhatTouches) {
  Random random{5};
  int inside = 0;
  int touching = 0;
  auto const point = [&](std::int32_t most) {
    return GeoPoint{static_cast<std::int32_t>(random.between(-most, most)),
                    static_cast<std::int32_t>(random.between(-most, most))};
  };
  for (int round = 0; round < 300; ++round) {
    Ring ring;
    std::int32_t const size = round % 2 == 0 ? 20 : 900'000'000;
    for (auto n = random.between(2, 40); n > 0; --n) {
      ring.push_back(point(size));
    }
    RingIndex const index{ring};
    for (int k = 0; k < 100; ++k) {
      GeoPoint const p = point(size);
      GeoPoint const q = point(size);
      EXPECT_EQ(index.holds(p), inside_ring(p, ring));
      bool touches = false;
      for (std::size_t i = 0; i < ring.size(); ++i) {
        touches = touches || touch(p, q, ring[i], ring[(i + 1) % ring.size()]);
      }
      EXPECT_EQ(index.touches(p, q), touches);
      inside += index.holds(p) ? 1 : 0;
      touching += touches ? 1 : 0;
    }
  }
  EXPECT_GT(inside, 1'000);
  EXPECT_GT(touching, 1'000);
}

}  // namespace
}  // namespace fenghuo::gis
