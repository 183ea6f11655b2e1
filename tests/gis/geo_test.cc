#include <gtest/gtest.h>

#include <algorithm>
#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#include <cmath>
#include <vector>

#include "core/base/random.h"
#include "gis/geo/distance.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

namespace bg = boost::geometry;
using Spherical = bg::model::point<double, 2, bg::cs::spherical_equatorial<bg::degree>>;
constexpr double kRadius = 6'371'008.8;

Spherical on_sphere(GeoPoint p) { return {p.lon_e7 * 1e-7, p.lat_e7 * 1e-7}; }

GeoPoint random_near(Random& random, GeoPoint centre, std::int64_t reach) {
  return {static_cast<std::int32_t>(centre.lat_e7 + random.between(-reach, reach)),
          static_cast<std::int32_t>(centre.lon_e7 + random.between(-reach, reach))};
}

TEST(DistanceBetween, IsBoostGeometrysGreatCircle) {
  Random random{1};
  for (int i = 0; i < 5000; ++i) {
    GeoPoint const a{static_cast<std::int32_t>(random.between(-890'000'000, 890'000'000)),
                     static_cast<std::int32_t>(random.between(-1'800'000'000, 1'800'000'000))};
    GeoPoint const b =
        i % 2 == 0
            ? random_near(random, a, 1'000'000)
            : GeoPoint{static_cast<std::int32_t>(random.between(-890'000'000, 890'000'000)),
                       static_cast<std::int32_t>(random.between(-1'800'000'000, 1'800'000'000))};
    if (std::abs(b.lat_e7) > 900'000'000 || std::abs(std::int64_t{b.lon_e7}) > 1'800'000'000) {
      continue;
    }
    double const metres = bg::distance(on_sphere(a), on_sphere(b),
                                       bg::strategy::distance::haversine<double>{kRadius});
    ASSERT_NEAR(static_cast<double>(distance_between(a, b).cm), metres * 100, 1.0);
  }
}

// Lengths on the ellipsoid after Karney (GeographicLib, WGS 84): a degree of the meridian at the
// equator and at 45 N, and of the equator.
TEST(DistanceBetween, IsWithinSixPermilleOfTheEllipsoid) {
  using testing::at;
  auto const close = [](Distance got, double metres) {
    EXPECT_NEAR(static_cast<double>(got.cm) / 100, metres, metres * 0.006);
  };
  close(distance_between(at(0, 0), at(1, 0)), 110574.389);
  close(distance_between(at(45, 0), at(46, 0)), 111141.548);
  close(distance_between(at(0, 0), at(0, 1)), 111319.491);
}

TEST(DistanceBetween, KnowsTheSmallestStepAndNothing) {
  EXPECT_EQ(distance_between({0, 0}, {1, 0}).cm, 1);
  EXPECT_EQ(distance_between({5, 7}, {5, 7}).cm, 0);
}

TEST(LengthOf, SumsBeforeItRounds) {
  std::vector<GeoPoint> line;
  for (int i = 0; i <= 1000; ++i) {
    line.push_back({i, 0});  // a thousand steps of 1.112 cm
  }
  EXPECT_EQ(length_of(line).cm, 1112);
  EXPECT_EQ(length_of(std::span{line}.first(1)).cm, 0);
}

// The plane touches the earth at p, so what it gets wrong grows with the distance of the ends.
TEST(NearestOnSegment, IsBoostGeometrysCrossTrackDistance) {
  Random random{2};
  bg::strategy::distance::cross_track<double, bg::strategy::distance::haversine<double>> const
      strategy{kRadius};
  for (int i = 0; i < 9000; ++i) {
    std::int64_t const reach = i % 3 == 0 ? 4'000 : i % 3 == 1 ? 40'000 : 400'000;
    GeoPoint const p = random_near(random, testing::at(28.3, 117.2), reach);
    GeoPoint const a = random_near(random, p, reach);
    GeoPoint const b = random_near(random, p, reach);
    double const metres = bg::distance(
        on_sphere(p), bg::model::segment<Spherical>{on_sphere(a), on_sphere(b)}, strategy);
    NearestOnSegment const near = nearest_on_segment(p, a, b);
    Distance const farthest = std::max(distance_between(p, a), distance_between(p, b));
    double const allowed = 0.03 + static_cast<double>(farthest.cm) / 100 * 1e-3;
    ASSERT_NEAR(near.metres, metres, allowed);
    ASSERT_NEAR(static_cast<double>(distance_between(p, near.point).cm) / 100, metres, allowed);
    ASSERT_GE(near.share, 0);
    ASSERT_LE(near.share, 1);
  }
}

TEST(NearestOnSegment, OfAPointIsThePoint) {
  GeoPoint const a = testing::at(28, 117);
  NearestOnSegment const near = nearest_on_segment(testing::at(28.001, 117), a, a);
  EXPECT_EQ(near.point, a);
  EXPECT_NEAR(near.metres, 111.195, 0.01);
}

TEST(InsideRing, AgreesWithBoostGeometryOnStars) {
  using Flat = bg::model::d2::point_xy<double>;
  Random random{3};
  for (int star = 0; star < 200; ++star) {
    std::vector<GeoPoint> ring;
    bg::model::polygon<Flat> polygon;
    int const corners = static_cast<int>(random.between(3, 40));
    for (int i = 0; i < corners; ++i) {
      double const angle = i * 6.283185307 / corners;
      auto const radius = static_cast<double>(random.between(10'000, 1'000'000));
      ring.push_back({static_cast<std::int32_t>(radius * std::sin(angle)),
                      static_cast<std::int32_t>(radius * std::cos(angle))});
      bg::append(polygon.outer(), Flat(ring.back().lon_e7, ring.back().lat_e7));
    }
    bg::correct(polygon);
    for (int i = 0; i < 100; ++i) {
      GeoPoint const p = random_near(random, {0, 0}, 1'000'000);
      Flat const flat(p.lon_e7, p.lat_e7);
      if (bg::within(flat, polygon) == bg::covered_by(flat, polygon)) {
        ASSERT_EQ(inside_ring(p, ring), bg::within(flat, polygon));
      }
    }
  }
}

TEST(InsideRing, MayBeOpenOrClosedOrEmpty) {
  std::vector<GeoPoint> ring{{0, 0}, {0, 100}, {100, 100}, {100, 0}};
  EXPECT_TRUE(inside_ring({50, 50}, ring));
  ring.push_back(ring.front());
  EXPECT_TRUE(inside_ring({50, 50}, ring));
  EXPECT_FALSE(inside_ring({150, 50}, ring));
  EXPECT_FALSE(inside_ring({50, 50}, {}));
}

}  // namespace
}  // namespace fenghuo::gis
