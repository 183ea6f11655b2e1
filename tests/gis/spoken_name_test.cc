#include "gis/region/spoken_name.h"

#include <gtest/gtest.h>

namespace fenghuo::gis {
namespace {

using Names = std::vector<std::string>;

TEST(SpokenName, IsComparedWithoutWhatNobodySays) {
  EXPECT_EQ(spoken_name("Ｇ６５ "), "g65");
  EXPECT_EQ(spoken_name("翠河　大桥"), "翠河大桥");
  EXPECT_EQ(spoken_name("Cuihe Bridge"), "cuihebridge");
  EXPECT_EQ(spoken_name("ａｂＹＺ～"), "abyz~");
  EXPECT_EQ(spoken_name(""), "");
}

TEST(SpokenName, ATagMayHoldSeveral) {
  EXPECT_TRUE(is_named("G65;S12", "g65"));
  EXPECT_TRUE(is_named("G65; S12", "s12"));
  EXPECT_FALSE(is_named("G65;S12", "g6"));
  EXPECT_FALSE(is_named("", ""));
  EXPECT_FALSE(is_named("翠河大桥", "翠河"));
}

TEST(SpokenName, LikeNamesAreOfferedTheLikeliestFirst) {
  Names const all{"翠河大桥", "东岭桥", "翠湖大桥", "东岭桥", "翠河二桥", "白水桥"};
  EXPECT_EQ(names_like(all, "翠河大桥", 1), Names{"翠河大桥"});
  EXPECT_EQ(names_like(all, "翠河", 8), (Names{"翠河二桥", "翠河大桥"}));
  EXPECT_EQ(names_like(all, "翠河大乔", 8), (Names{"翠河大桥"}));
  EXPECT_EQ(names_like(all, "东岭", 8), Names{"东岭桥"});
  EXPECT_EQ(names_like(all, "长江大桥", 0), Names{});
  EXPECT_EQ(names_like(all, "G65", 8), Names{});
  EXPECT_EQ(names_like({"", "a"}, "b", 8), Names{"a"});
}

}  // namespace
}  // namespace fenghuo::gis
