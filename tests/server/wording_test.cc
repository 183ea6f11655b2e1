#include "server/workbook/wording.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "core/domain/event.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::server {
namespace {

bool is_chinese(std::string const& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0xE4 && static_cast<unsigned char>(c) <= 0xE9;
  });
}

TEST(Wording, EveryColumnSaysWhatItTakesInBothLanguages) {
  for (auto const& form : county_sheets()) {
    for (auto const& column : form.columns) {
      for (auto const& words : {expected_in(column), is_empty(column), is_missing(column)}) {
        EXPECT_TRUE(is_chinese(words.chinese)) << words.chinese;
        EXPECT_FALSE(words.english.empty());
        EXPECT_NE(words.chinese, words.english);
      }
    }
  }
}

// The codec's sentences stand in its sources; each that a cell can cause has its Chinese.
TEST(Wording, EverySentenceOfTheCodecHasItsChinese) {
  std::regex const sentence{
      "wrong\\(\\s*(?:fmt::format\\(|std::string\\{)?\"((?:[^\"\\\\]|\\\\.)*)\""};
  int seen = 0;
  for (auto const* name : {"/messaging/codec/fields_json.cc", "/messaging/codec/fields_json.h"}) {
    std::string const source = tests::content_of(FENGHUO_SOURCE_DIR + std::string{name});
    for (std::sregex_iterator it{source.begin(), source.end(), sentence}, end; it != end; ++it) {
      std::string text = (*it)[1];
      text = std::regex_replace(text, std::regex{R"(\\(.))"}, "$1");
      text = std::regex_replace(text, std::regex{R"(\{\})"}, "200");
      // What only documents hold: shapes, lines and ids that no cell becomes.
      if (text.find("GeoJSON") != text.npos || text.find("ring") != text.npos ||
          text.find("positions") != text.npos || text.find("an id like") != text.npos ||
          text.find("expected a position") != text.npos || text.find("an object") != text.npos ||
          text == "expected a list" || text.find("metres") != text.npos) {
        continue;
      }
      ++seen;
      auto const words = wording_of(messaging::FieldError{"/x", text});
      EXPECT_FALSE(words.chinese.starts_with("不能识别")) << text;
      EXPECT_TRUE(is_chinese(words.chinese)) << text;
      EXPECT_EQ(words.english, text);
    }
  }
  EXPECT_GE(seen, 10);
}

TEST(Wording, NumbersAndListsOfTheCodecAreKept) {
  EXPECT_EQ(wording_of(messaging::FieldError{"", "at most 200 bytes"}).chinese,
            "过长，最多 200 字节");
  EXPECT_EQ(wording_of(messaging::FieldError{"", "a list of at most 64 entries"}).chinese,
            "列表过长，最多 64 项");
  EXPECT_EQ(wording_of(messaging::FieldError{"", "expected one of pump, boat"}).chinese,
            "应为下列之一：pump, boat");
  EXPECT_EQ(wording_of(messaging::FieldError{"", "expected a number within 1000"}).chinese,
            "数值过大，绝对值最多 1000");
  EXPECT_EQ(wording_of(messaging::FieldError{"", "something new"}).chinese,
            "不能识别（something new）");
}

TEST(Wording, ARefusalNamesItsFacts) {
  auto const words = wording_of(
      domain::Refusal{domain::Rejection::UnknownPerson, {{"person", "P999"}, {"x", ""}}});
  EXPECT_EQ(words.chinese, "没有这个人员：P999");
  EXPECT_EQ(words.english, "No such person: person P999");
}

}  // namespace
}  // namespace fenghuo::server
