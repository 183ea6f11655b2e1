// What the map adds to a command, on a small region drawn here.
#include "center/place_lookup.h"

#include <gtest/gtest.h>

#include "gis/geo/datum.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::center {
namespace {

using gis::testing::metres_from_base;

class PlaceLookup : public testing::Test {
 protected:
  PlaceLookup() {
    auto osm = gis::testing::drawn({"A--B--C",  //
                                    "|     |",  //
                                    "D--E--F"});
    osm.way(600, {'A', 'C', 'F', 'D', 'A'}, {});
    osm.relation(700, {{'w', 600, "outer"}},
                 {{"type", "boundary"},
                  {"boundary", "administrative"},
                  {"admin_level", "8"},
                  {"name", "镇"}});
    roads_ = region_roads(osm.region(folder_), {});
  }

  static domain::Location location(GeoPoint point, std::string crs = "wgs84") {
    domain::Location out;
    out.point = point;
    out.crs = std::move(crs);
    return out;
  }

  gis::testing::ScratchFolder folder_;
  std::unique_ptr<Roads> roads_;
  std::vector<messaging::FieldError> errors_;
  GeoPoint const inside_ = metres_from_base(-50, 150);
  GeoPoint const outside_ = metres_from_base(5'000, 5'000);
};

TEST_F(PlaceLookup, AReportGetsAreaAndIsFlaggedOutside) {
  domain::ReceiveReport report;
  report.location = location(inside_);
  place(report, *roads_, errors_);
  EXPECT_EQ(report.area, "r700");
  EXPECT_FALSE(report.outside_region);
  report = {};
  report.location = location(outside_);
  place(report, *roads_, errors_);
  EXPECT_EQ(report.area, "");
  EXPECT_TRUE(report.outside_region);
  EXPECT_TRUE(errors_.empty());
}

TEST_F(PlaceLookup, WhatTheCallerSaysOfTheAreaStaysAndOfTheRegionDoesNot) {
  domain::ReceiveReport report;
  report.location = location(inside_);
  report.area = "fengyuan.city";
  report.outside_region = true;
  place(report, *roads_, errors_);
  EXPECT_EQ(report.area, "fengyuan.city");
  EXPECT_FALSE(report.outside_region);
  report = {};
  report.outside_region = true;  // without a location nobody can know
  place(report, *roads_, errors_);
  EXPECT_FALSE(report.outside_region);
}

TEST_F(PlaceLookup, ADatumOfAMapServiceIsConvertedAndKept) {
  GeoPoint const given = gis::from_wgs84(inside_, gis::Datum::Gcj02);
  ASSERT_NE(given, inside_);
  domain::ReceiveReport report;
  report.location = location(given, "gcj02");
  place(report, *roads_, errors_);
  EXPECT_TRUE(errors_.empty());
  EXPECT_NEAR(report.location->point.lat_e7, inside_.lat_e7, 2);
  EXPECT_NEAR(report.location->point.lon_e7, inside_.lon_e7, 2);
  EXPECT_EQ(report.location->given, given);
  EXPECT_EQ(report.location->crs, "gcj02");
  EXPECT_EQ(report.area, "r700");  // looked up where it really is
}

TEST_F(PlaceLookup, EveryNamedDatumIsReadAndOthersAreToldWithTheReason) {
  for (auto const* crs : {"", "wgs84", "cgcs2000", "gcj02", "bd09"}) {
    auto at = location(inside_, crs);
    EXPECT_TRUE(convert(at, "/location", errors_)) << crs;
    EXPECT_EQ(at.crs, std::string{crs}.empty() ? "wgs84" : crs);
  }
  EXPECT_TRUE(errors_.empty());
  for (auto const* crs : {"xian80", "beijing54", "mars", "WGS84"}) {
    auto at = location(inside_, crs);
    EXPECT_FALSE(convert(at, "/somewhere", errors_)) << crs;
    ASSERT_FALSE(errors_.empty());
    EXPECT_EQ(errors_.back().pointer, "/somewhere/crs");
    bool const old = std::string_view{crs} == "xian80" || std::string_view{crs} == "beijing54";
    EXPECT_EQ(errors_.back().message.find("local parameters") != std::string::npos, old) << crs;
  }
  EXPECT_EQ(errors_.size(), 4U);
}

TEST_F(PlaceLookup, AnIncidentGetsItsAreaWhenOpenedAndWhenMoved) {
  domain::OpenIncident open;
  open.facts.location = location(inside_);
  place(open, *roads_, errors_);
  EXPECT_EQ(open.facts.area, "r700");
  domain::UpdateIncident update;
  update.change.location = location(inside_);
  place(update, *roads_, errors_);
  EXPECT_EQ(update.change.area, "r700");
  update.change.area = "fengyuan";
  place(update, *roads_, errors_);
  EXPECT_EQ(update.change.area, "fengyuan");
  update = {};
  update.change.location = location(outside_);
  place(update, *roads_, errors_);
  EXPECT_FALSE(update.change.area);  // what was known stays
  update = {};
  place(update, *roads_, errors_);
  EXPECT_FALSE(update.change.area);
  EXPECT_TRUE(errors_.empty());
  open.facts.location = location(inside_, "xian80");
  place(open, *roads_, errors_);
  EXPECT_EQ(errors_.size(), 1U);
}

TEST(PlaceLookupWithoutMap, NothingIsOutsideOfWhatNobodyKnows) {
  auto const roads = straight_line_roads();
  domain::ReceiveReport report;
  report.location.emplace();
  std::vector<messaging::FieldError> errors;
  place(report, *roads, errors);
  EXPECT_FALSE(report.outside_region);
  EXPECT_EQ(report.area, "");
  EXPECT_EQ(report.location->crs, "wgs84");
}

}  // namespace
}  // namespace fenghuo::center
