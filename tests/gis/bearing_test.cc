#include "gis/geo/bearing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/base/random.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using testing::at;
using testing::metres_from_base;

TEST(Bearing, IsThatOfTheCompass) {
  GeoPoint const here = metres_from_base(0, 0);
  EXPECT_EQ(bearing_between(here, metres_from_base(100, 0)), 0);
  EXPECT_EQ(bearing_between(here, metres_from_base(100, 100)), 45);
  EXPECT_EQ(bearing_between(here, metres_from_base(0, 100)), 90);
  EXPECT_EQ(bearing_between(here, metres_from_base(-100, 100)), 135);
  EXPECT_EQ(bearing_between(here, metres_from_base(-100, 0)), 180);
  EXPECT_EQ(bearing_between(here, metres_from_base(-100, -100)), 225);
  EXPECT_EQ(bearing_between(here, metres_from_base(0, -100)), 270);
  EXPECT_EQ(bearing_between(here, metres_from_base(100, -100)), 315);
  EXPECT_EQ(bearing_between(here, here), 0);
}

// Where the exact angle lies within a thousandth of a half degree, either neighbour is right.
TEST(Bearing, EqualsTheFloatingPointOne) {
  Random random{7};
  for (int i = 0; i < 20'000; ++i) {
    GeoPoint const a = at(static_cast<double>(random.between(-700, 700)) / 10,
                          static_cast<double>(random.between(-1790, 1790)) / 10);
    std::int64_t const reach = random.between(1'000, 200'000);
    GeoPoint const b{a.lat_e7 + static_cast<std::int32_t>(random.between(-reach, reach)),
                     a.lon_e7 + static_cast<std::int32_t>(random.between(-reach, reach))};
    double const middle = (a.lat_e7 + (b.lat_e7 - a.lat_e7) / 2.0) * 1e-7 * std::numbers::pi / 180;
    double const angle = std::atan2((b.lon_e7 - a.lon_e7) * std::cos(middle),
                                    static_cast<double>(b.lat_e7 - a.lat_e7)) *
                         180 / std::numbers::pi;
    double off = std::fabs(bearing_between(a, b) - (angle < 0 ? angle + 360 : angle));
    off = off > 180 ? 360 - off : off;
    ASSERT_LE(off, 0.501) << a.lat_e7 << ' ' << a.lon_e7 << ' ' << b.lat_e7 << ' ' << b.lon_e7;
  }
}

TEST(Bearing, TurnsAreTheShorterWayRound) {
  EXPECT_EQ(turn_between(0, 90), 90);
  EXPECT_EQ(turn_between(350, 10), 20);
  EXPECT_EQ(turn_between(10, 350), -20);
  EXPECT_EQ(turn_between(90, 270), 180);
  EXPECT_EQ(turn_between(270, 90), 180);
  EXPECT_EQ(turn_between(0, 181), -179);
}

TEST(Bearing, PointsBetweenAreOnTheWay) {
  EXPECT_EQ(point_between({0, 100}, {1000, -100}, 0, 4), (GeoPoint{0, 100}));
  EXPECT_EQ(point_between({0, 100}, {1000, -100}, 1, 4), (GeoPoint{250, 50}));
  EXPECT_EQ(point_between({0, 100}, {1000, -100}, 4, 4), (GeoPoint{1000, -100}));
  EXPECT_EQ(point_between({0, -1'800'000'000}, {0, 1'800'000'000}, 1, 2), (GeoPoint{0, 0}));
}

}  // namespace
}  // namespace fenghuo::gis
