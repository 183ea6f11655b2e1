#include "server/http/arguments.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

TEST(Arguments, LongitudeComesFirst) {
  auto const point = lon_lat("106.3,30.55");
  ASSERT_TRUE(point);
  EXPECT_EQ(point->lon_e7, 1'063'000'000);
  EXPECT_EQ(point->lat_e7, 305'500'000);
}

TEST(Arguments, RubbishIsNone) {
  for (auto const* text : {"", ",", "106.3", "106.3,", "106.3,91", "181,30", "nan,30", "106.3,inf",
                           "106.3,30,1", " 106.3,30", "106.3, 30", "0x10,30", "106.3;30"}) {
    EXPECT_FALSE(lon_lat(text)) << text;
  }
  for (auto const* text : {"", "1", "1,2,3", "1,2,3,4,5", "3,2,1,4", "1,4,3,2"}) {
    EXPECT_FALSE(bounding_box(text)) << text;
  }
  EXPECT_TRUE(bounding_box("1,2,3,4"));
  for (auto const* text : {"", "1x", " 1", "1.0", "99999999999999999999"}) {
    EXPECT_FALSE(whole_number(text)) << text;
  }
  EXPECT_EQ(whole_number("-12"), -12);
}

}  // namespace
}  // namespace fenghuo::server
