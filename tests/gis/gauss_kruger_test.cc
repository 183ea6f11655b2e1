#include "gis/geo/gauss_kruger.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace fenghuo::gis {
namespace {

TEST(GaussKrueger, EveryZoneGivesThePointsOfCs2cs) {
  std::ifstream file{FENGHUO_SOURCE_DIR "/tests/gis/gauss_kruger_cs2cs.txt"};
  ASSERT_TRUE(file);
  int rows = 0, zones = 0, last = 0, exact = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) {
      continue;
    }
    std::istringstream fields{line};
    int epsg = 0;
    GeoPoint expected;
    GridPoint grid;
    fields >> epsg >> expected.lat_e7 >> expected.lon_e7 >> grid.northing >> grid.easting;
    ASSERT_TRUE(fields) << line;
    auto const system = gauss_krueger_of(epsg);
    ASSERT_TRUE(system) << line;
    auto const point = from_gauss_krueger(grid, *system);
    ASSERT_TRUE(point) << line;
    EXPECT_LE(std::abs(point->lat_e7 - expected.lat_e7), 1) << line;
    EXPECT_LE(std::abs(point->lon_e7 - expected.lon_e7), 1) << line;
    exact += *point == expected ? 1 : 0;
    ++rows;
    zones += epsg != last ? 1 : 0;
    last = epsg;
  }
  EXPECT_EQ(zones, 42);
  EXPECT_EQ(rows, 210);
  // The points were given in whole units of 1e-7 degree: six millimetres off is another one.
  EXPECT_GE(exact, 208);
}

TEST(GaussKrueger, OtherNumbersAreNoGridOfThese) {
  for (int const epsg : {0, 2'383, 4'326, 4'490, 4'512, 4'555, -1}) {
    EXPECT_FALSE(gauss_krueger_of(epsg)) << epsg;
  }
}

TEST(GaussKrueger, NumbersOutsideTheZoneAreNoPoint) {
  auto const zone = *gauss_krueger_of(4'523);      // 35, 105 degrees east
  auto const meridian = *gauss_krueger_of(4'544);  // the same without the number
  EXPECT_TRUE(from_gauss_krueger({35'623'230, 3'382'885}, zone));
  EXPECT_TRUE(from_gauss_krueger({623'230, 3'382'885}, meridian));
  for (auto const& [grid, system] : {std::pair{GridPoint{3'382'885, 35'623'230}, zone},  // swapped
                                     {{3'382'885, 623'230}, meridian},
                                     {{36'623'230, 3'382'885}, zone},  // of the next zone
                                     {{623'230, 3'382'885}, zone},     // without its number
                                     {{35'623'230, 3'382'885}, meridian},
                                     {{35'623'230, -1}, zone},
                                     {{106.28, 30.56}, meridian},  // degrees
                                     {{std::nan(""), 3'382'885}, zone},
                                     {{35'623'230, INFINITY}, zone}}) {
    EXPECT_FALSE(from_gauss_krueger(grid, system)) << grid.easting << ' ' << grid.northing;
  }
}

}  // namespace
}  // namespace fenghuo::gis
