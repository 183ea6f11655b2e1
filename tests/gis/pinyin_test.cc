#include "gis/region/pinyin.h"

#include <gtest/gtest.h>

namespace fenghuo::gis {
namespace {

TEST(Pinyin, OfNamesOfPlaces) {
  Pinyin const pinyin;
  EXPECT_EQ(pinyin.of("贵溪市"), "gui xi shi");
  EXPECT_EQ(pinyin.of("庆祖镇"), "qing zu zhen");
  EXPECT_EQ(pinyin.of("女儿村"), "nu er cun");
}

TEST(Pinyin, KeepsWhatStandsBetween) {
  Pinyin const pinyin;
  EXPECT_EQ(pinyin.of("G206国道").substr(0, 4), "g206");
}

TEST(Pinyin, IsEmptyWithoutHanAndForRubbish) {
  Pinyin const pinyin;
  EXPECT_EQ(pinyin.of("Vaduz"), "");
  EXPECT_EQ(pinyin.of(""), "");
  EXPECT_EQ(pinyin.of("\xff\xfe"), "");
}

}  // namespace
}  // namespace fenghuo::gis
