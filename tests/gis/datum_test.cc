#include "gis/geo/datum.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/base/random.h"
#include "gis/geo/distance.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using testing::at;

struct Vector {
  double wgs_lat, wgs_lon, gcj_lat, gcj_lon;
};

// Test vectors of googollee/eviltransform (BSD-2-Clause); the last lies outside the box.
constexpr std::array kVectors{Vector{31.1774276, 121.5272106, 31.17530398364597, 121.531541859215},
                              Vector{22.543847, 113.912316, 22.540796131694766, 113.9171764808363},
                              Vector{39.911954, 116.377817, 39.91334545536069, 116.38404722455657},
                              Vector{39.739200, -104.990300, 39.739200, -104.990300}};

TEST(Datum, Gcj02MatchesPublishedVectors) {
  for (auto const& v : kVectors) {
    GeoPoint const wgs = at(v.wgs_lat, v.wgs_lon);
    GeoPoint const gcj = at(v.gcj_lat, v.gcj_lon);
    EXPECT_LE(distance_between(from_wgs84(wgs, Datum::Gcj02), gcj).cm, 2);
    EXPECT_LE(distance_between(to_wgs84(gcj, Datum::Gcj02), wgs).cm, 2);
  }
}

// Example of the coordinate converter of Baidu's open platform, widely quoted: GCJ-02 39.915, 116.404
// is BD-09 39.92133699351021, 116.41036949371029 (wandergis/coordtransform, README, MIT).
TEST(Datum, Bd09MatchesThePublishedExample) {
  GeoPoint const wgs = to_wgs84(at(39.915, 116.404), Datum::Gcj02);
  GeoPoint const baidu = at(39.92133699351021, 116.41036949371029);
  EXPECT_LE(distance_between(from_wgs84(wgs, Datum::Bd09), baidu).cm, 3);
  EXPECT_LE(distance_between(to_wgs84(baidu, Datum::Bd09), wgs).cm, 3);
}

TEST(Datum, MatchesTheSharedVectors) {
  auto const data = testing::shared_data();
  if (!data || !std::filesystem::exists(*data / "gcj02" / "eviltransform_vectors.csv")) {
    GTEST_SKIP() << "shared/data/gcj02 is not here";
  }
  std::ifstream in{*data / "gcj02" / "eviltransform_vectors.csv"};
  std::string line;
  std::getline(in, line);
  int rows = 0;
  while (std::getline(in, line)) {
    std::istringstream fields{line};
    double wgs_lat = 0, wgs_lon = 0, gcj_lat = 0, gcj_lon = 0;
    char comma = 0;
    ASSERT_TRUE(fields >> wgs_lat >> comma >> wgs_lon >> comma >> gcj_lat >> comma >> gcj_lon);
    GeoPoint const wgs = at(wgs_lat, wgs_lon);
    GeoPoint const gcj = at(gcj_lat, gcj_lon);
    EXPECT_LE(distance_between(from_wgs84(wgs, Datum::Gcj02), gcj).cm, 2) << line;
    EXPECT_LE(distance_between(to_wgs84(gcj, Datum::Gcj02), wgs).cm, 2) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 6);
}

TEST(Datum, ThereAndBackIsTheSamePlace) {
  Random random{4};
  for (int i = 0; i < 20000; ++i) {
    GeoPoint const p{static_cast<std::int32_t>(random.between(15'000'000, 550'000'000)),
                     static_cast<std::int32_t>(random.between(725'000'000, 1'375'000'000))};
    for (Datum const datum : {Datum::Gcj02, Datum::Bd09, Datum::Cgcs2000, Datum::Wgs84}) {
      ASSERT_LE(distance_between(to_wgs84(from_wgs84(p, datum), datum), p).cm, 2)
          << p.lat_e7 << " " << p.lon_e7;
    }
  }
}

TEST(Datum, ShiftsInChinaByHundredsOfMetres) {
  GeoPoint const p = at(30.55, 106.30);
  EXPECT_GT(distance_between(from_wgs84(p, Datum::Gcj02), p), metres(100));
  EXPECT_GT(distance_between(from_wgs84(p, Datum::Bd09), p), metres(500));
  EXPECT_EQ(from_wgs84(p, Datum::Cgcs2000), p);
  EXPECT_EQ(to_wgs84(at(48.85, 2.35), Datum::Gcj02), at(48.85, 2.35));
}

TEST(Datum, IsNamedAsInTheContract) {
  EXPECT_EQ(datum_named("gcj02"), Datum::Gcj02);
  EXPECT_EQ(datum_named("bd09"), Datum::Bd09);
  EXPECT_EQ(datum_named("cgcs2000"), Datum::Cgcs2000);
  EXPECT_EQ(datum_named("wgs84"), Datum::Wgs84);
  EXPECT_EQ(datum_named("xian80"), std::nullopt);
}

}  // namespace
}  // namespace fenghuo::gis
