#include "gis/region/tag_values.h"

#include <gtest/gtest.h>

namespace fenghuo::gis {
namespace {

using Known = std::optional<std::uint32_t>;

// Spellings from the OpenStreetMap wiki (Map features/Units, Key:maxspeed, Key:maxheight).
TEST(TagValues, Speeds) {
  EXPECT_EQ(speed_kmh("50"), Known{50});
  EXPECT_EQ(speed_kmh("30 mph"), Known{48});
  EXPECT_EQ(speed_kmh("30mph"), Known{48});
  EXPECT_EQ(speed_kmh("60 km/h"), Known{60});
  EXPECT_EQ(speed_kmh("10 knots"), Known{19});
  EXPECT_EQ(speed_kmh("walk"), Known{6});
  EXPECT_EQ(speed_kmh("none"), Known{130});
  EXPECT_EQ(speed_kmh("CN:urban"), Known{50});
  EXPECT_EQ(speed_kmh("CN:motorway"), Known{120});
  EXPECT_EQ(speed_kmh("DE:zone30"), Known{30});
  EXPECT_EQ(speed_kmh("DE:zone:20"), Known{20});
  EXPECT_EQ(speed_kmh("60;40"), Known{40});
  for (auto const* bad : {"", "fast", "signals", "0", "-5", "9999", "50 x", "CN:", "CN:sky", ";"}) {
    EXPECT_EQ(speed_kmh(bad), std::nullopt) << bad;
  }
}

TEST(TagValues, Lengths) {
  EXPECT_EQ(length_cm("3.5"), Known{350});
  EXPECT_EQ(length_cm("3.5 m"), Known{350});
  EXPECT_EQ(length_cm("2.5m"), Known{250});
  EXPECT_EQ(length_cm("3,5"), Known{350});
  EXPECT_EQ(length_cm("12'6\""), Known{381});
  EXPECT_EQ(length_cm("12' 6\""), Known{381});
  EXPECT_EQ(length_cm("12'"), Known{366});
  EXPECT_EQ(length_cm("12 ft"), Known{366});
  EXPECT_EQ(length_cm("350 cm"), Known{350});
  EXPECT_EQ(length_cm("none"), Known{0});
  EXPECT_EQ(length_cm("4.2;3.8"), Known{380});
  for (auto const* bad : {"", "default", "below_default", "low", "-3", "0", "3.5 t", "12'6"}) {
    EXPECT_EQ(length_cm(bad), std::nullopt) << bad;
  }
}

TEST(TagValues, Weights) {
  EXPECT_EQ(weight_kg("3.5"), Known{3500});
  EXPECT_EQ(weight_kg("3.5 t"), Known{3500});
  EXPECT_EQ(weight_kg("3.5t"), Known{3500});
  EXPECT_EQ(weight_kg("3500 kg"), Known{3500});
  EXPECT_EQ(weight_kg("10 st"), Known{9072});
  EXPECT_EQ(weight_kg("8000 lbs"), Known{3629});
  EXPECT_EQ(weight_kg("20吨"), Known{20000});
  EXPECT_EQ(weight_kg("none"), Known{0});
  for (auto const* bad : {"", "unsigned", "3.5 m", "nan", "inf", "1e9"}) {
    EXPECT_EQ(weight_kg(bad), std::nullopt) << bad;
  }
}

TEST(TagValues, Durations) {
  EXPECT_EQ(duration_s("15"), Known{900});
  EXPECT_EQ(duration_s("01:30"), Known{5400});
  EXPECT_EQ(duration_s("00:12:30"), Known{750});
  EXPECT_EQ(duration_s("PT1H30M"), Known{5400});
  EXPECT_EQ(duration_s("PT20M"), Known{1200});
  for (auto const* bad : {"", "soon", "0", "PT", "PT5X", "1:2:3:4"}) {
    EXPECT_EQ(duration_s(bad), std::nullopt) << bad;
  }
}

TEST(TagValues, Populations) {
  EXPECT_EQ(population_of("118299"), 118299);
  EXPECT_EQ(population_of("12 345"), 12345);
  EXPECT_EQ(population_of("12,345"), 12345);
  EXPECT_EQ(population_of("about 200"), 0);
  EXPECT_EQ(population_of(""), 0);
}

TEST(TagValues, KilometresAreReadAsPostsAndPeopleSayThem) {
  auto const expect = [](char const* text, std::int64_t metres) {
    EXPECT_EQ(kilometre_m(text), std::optional{metres}) << text;
  };
  expect("123", 123'000);
  expect("123.5", 123'500);
  expect("123,5 km", 123'500);
  expect("K123+500", 123'500);
  expect("k 7+050", 7'050);
  expect("K7+50", 7'050);
  expect("PK 12", 12'000);
  expect("12公里", 12'000);
  expect("0", 0);
  expect("0.001", 1);
  for (auto const* text :
       {"", "K", "x", "-1", "1.2345", "123456", "1+", "1+1000", "1.2.3", "12 34"}) {
    EXPECT_EQ(kilometre_m(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fenghuo::gis
