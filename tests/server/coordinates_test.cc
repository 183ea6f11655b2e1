#include "server/workbook/coordinates.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fenghuo::server {
namespace {

std::string datum_of(std::string_view name) {
  auto const named = coordinate_system_named(name);
  if (auto const* wrong = std::get_if<Wording>(&named)) {
    return "refused: " + wrong->english;
  }
  auto const& system = std::get<CoordinateSystem>(named);
  if (auto const* grid = std::get_if<gis::GaussKrueger>(&system)) {
    return std::to_string(grid->central_meridian) + "/" +
           std::to_string(std::lround(grid->false_easting));
  }
  return std::get<std::string>(system);
}

TEST(Coordinates, SystemsGoByTheirUsualNames) {
  for (auto const& [name, system] : {std::pair{"wgs84", "wgs84"},
                                     {" WGS-84 ", "wgs84"},
                                     {"EPSG:4326", "wgs84"},
                                     {"4326", "refused"},
                                     {"GCJ-02", "gcj02"},
                                     {"火星坐标系", "gcj02"},
                                     {"BD_09", "bd09"},
                                     {"百度", "bd09"},
                                     {"CGCS 2000", "cgcs2000"},
                                     {"epsg：4490", "cgcs2000"},
                                     {"2000国家大地坐标系", "cgcs2000"},
                                     {"EPSG:4513", "75/25500000"},
                                     {"EPSG:4533", "135/45500000"},
                                     {"4534", "75/500000"},
                                     {"epsg:4554", "135/500000"},
                                     {"EPSG:4555", "refused"},
                                     {"mars", "refused"},
                                     {"", "refused"}}) {
    EXPECT_TRUE(datum_of(name).starts_with(system)) << name << ": " << datum_of(name);
  }
}

TEST(Coordinates, TheOldSystemsAreRefusedWithTheReason) {
  for (auto const& [name, which] : {std::pair{"xian80", "Xi'an 80"},
                                    {"Xi'an 1980", "Xi'an 80"},
                                    {"西安80", "Xi'an 80"},
                                    {"1980西安坐标系", "Xi'an 80"},
                                    {"EPSG:4610", "Xi'an 80"},
                                    {"EPSG:2327", "Xi'an 80"},
                                    {"EPSG:2390", "Xi'an 80"},
                                    {"Beijing-54", "Beijing 54"},
                                    {"北京54", "Beijing 54"},
                                    {"EPSG:4214", "Beijing 54"},
                                    {"EPSG:2401", "Beijing 54"},
                                    {"EPSG:2442", "Beijing 54"},
                                    {"EPSG:21413", "Beijing 54"},
                                    {"EPSG:21463", "Beijing 54"}}) {
    auto const named = coordinate_system_named(name);
    auto const* wrong = std::get_if<Wording>(&named);
    ASSERT_NE(wrong, nullptr) << name;
    EXPECT_TRUE(wrong->english.starts_with(which)) << wrong->english;
    EXPECT_NE(wrong->english.find("100 m"), std::string::npos);
    EXPECT_NE(wrong->chinese.find("CGCS2000"), std::string::npos);
  }
}

// cs2cs of PROJ 9.1.1: "30.5599024 106.2843995" of EPSG:4490 is 3382884.9418 35623230.3735 in EPSG:4523.
TEST(Coordinates, AGridBecomesDegreesOfCgcs2000) {
  for (auto const& [name, easting] :
       {std::pair{"EPSG:4523", 35'623'230.3735}, {"EPSG:4544", 623'230.3735}}) {
    auto const system = std::get<CoordinateSystem>(coordinate_system_named(name));
    auto const made = location_of(easting, 3'382'884.9418, system);
    auto const* location = std::get_if<messaging::Json>(&made);
    ASSERT_NE(location, nullptr) << std::get<Wording>(made).english;
    EXPECT_EQ(*location->find("crs")->string(), "cgcs2000");
    auto const& pair = *location->find("coordinates")->array();
    EXPECT_NEAR(pair[0].number(), 106.2843995, 1.1e-7);
    EXPECT_NEAR(pair[1].number(), 30.5599024, 1.1e-7);
    auto const swapped = location_of(3'382'884.9418, easting, system);
    ASSERT_TRUE(std::holds_alternative<Wording>(swapped));
    EXPECT_NE(std::get<Wording>(swapped).english.find("swapped"), std::string::npos);
  }
}

}  // namespace
}  // namespace fenghuo::server
