// JSON as it comes from strangers and as we write it. What is valid is judged by nlohmann::json, which reads
// the same texts beside us.
#include "messaging/codec/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/random.h"

namespace fenghuo::messaging {
namespace {

std::string message_of(std::string_view text, JsonLimits limits = {}) {
  auto const read = parse_json(text, limits);
  if (read) {
    return "";
  }
  EXPECT_EQ(read.error().code, ErrorCode::InvalidArgument) << text;
  return read.error().message;
}

std::string nested(std::size_t depth, char open, char close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) {
    text += open == '{' ? (i + 1 < depth ? R"({"a":)" : "{") : "[";
  }
  return text + std::string(depth, close);
}

TEST(Json, ReadsEveryKindOfValue) {
  auto const read = parse_json(
      R"( {"none":null,"yes":true,"no":false,"whole":-7,"real":2.5,"text":"烽火","list":[1,[]],"object":{}} )");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->find("none")->is_null());
  EXPECT_TRUE(*read->find("yes")->boolean());
  EXPECT_FALSE(*read->find("no")->boolean());
  EXPECT_EQ(*read->find("whole")->integer(), -7);
  EXPECT_EQ(read->find("real")->number(), 2.5);
  EXPECT_EQ(*read->find("text")->string(), "烽火");
  EXPECT_EQ(read->find("list")->array()->size(), 2U);
  EXPECT_TRUE(read->find("object")->object()->empty());
  EXPECT_EQ(read->find("nothing"), nullptr);
  EXPECT_EQ(read->find("text")->find("x"), nullptr);
  EXPECT_EQ(
      read->text(),
      R"({"none":null,"yes":true,"no":false,"whole":-7,"real":2.5,"text":"烽火","list":[1,[]],"object":{}})");
}

TEST(Json, TheDepthLimitIsExact) {
  for (auto const& [open, close] : {std::pair{'[', ']'}, {'{', '}'}}) {
    EXPECT_EQ(message_of(nested(32, open, close)), "");
    EXPECT_NE(message_of(nested(33, open, close)).find("32 levels"), std::string::npos);
    EXPECT_NE(message_of(nested(100'000, open, close)).find("32 levels"), std::string::npos);
    EXPECT_EQ(message_of(nested(3, open, close), {.bytes = 100, .depth = 3}), "");
    EXPECT_NE(message_of(nested(4, open, close), {.bytes = 100, .depth = 3}), "");
  }
}

TEST(Json, TheSizeLimitIsExact) {
  std::string const text = '"' + std::string(98, 'x') + '"';
  EXPECT_EQ(message_of(text, {.bytes = 100, .depth = 3}), "");
  EXPECT_NE(message_of(text, {.bytes = 99, .depth = 3}).find("100 bytes"), std::string::npos);
  std::string const large = '"' + std::string((1U << 20U) - 2, 'x') + '"';
  EXPECT_EQ(message_of(large), "");
  EXPECT_NE(message_of(large + ' '), "");
}

TEST(Json, ANameTwiceInOneObjectIsRefused) {
  EXPECT_NE(message_of(R"({"a":1,"b":2,"a":1})").find("\"a\""), std::string::npos);
  EXPECT_NE(message_of(R"([{"x":{"":1,"":2}}])"), "");
  EXPECT_NE(message_of(R"({"a":1,"\u0061":2})"), "");  // the same name, written otherwise
  EXPECT_EQ(message_of(R"({"a":{"a":1},"b":{"a":2}})"), "");
}

TEST(Json, NumbersKeepTheirWorthOrAreRefused) {
  EXPECT_EQ(*parse_json("9223372036854775807")->integer(),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(*parse_json("-9223372036854775808")->integer(),
            std::numeric_limits<std::int64_t>::min());
  auto const beyond = parse_json("9223372036854775808");
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->integer(), nullptr);
  EXPECT_TRUE(beyond->is_number());
  EXPECT_EQ(beyond->number(), 9223372036854775808.0);
  EXPECT_EQ(parse_json("18446744073709551616")->number(), 18446744073709551616.0);
  EXPECT_EQ(parse_json("1e308")->number(), 1e308);
  EXPECT_EQ(parse_json("1e-400")->number(), 0.0);
  for (auto const* text : {"1e309", "-1e309", "NaN", "nan", "Infinity", "-Infinity", "+1", "01",
                           ".5", "1.", "1e", "0x10", "--1", "1_000"}) {
    EXPECT_NE(message_of(text), "") << text;
  }
}

TEST(Json, OnlyOneDocumentStandsInAText) {
  for (auto const* text :
       {"",           " ",        "1 2",     "{}{}",      "[1,]",        "{,}",
        "{\"a\"}",    "{\"a\":}", "{a:1}",   "'a'",       "[1 2]",       "]",
        "// note\n1", "/* */1",   "nul",     "tru",       "True",        "\"a",
        "\"\n\"",     "\"\t\"",   "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
        "\"\\udc00\""}) {
    EXPECT_NE(message_of(text), "") << text;
    EXPECT_FALSE(nlohmann::json::accept(text)) << text;
  }
  EXPECT_NE(message_of(std::string_view{"1\0", 2}), "");
  EXPECT_NE(message_of(std::string_view{"\"\0\"", 3}), "");
  EXPECT_NE(message_of(std::string_view{"{}\0}", 4}), "");
}

TEST(Json, BadUtf8IsRefusedAndSaidToBe) {
  for (std::string const bytes :
       {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFF", "\xE7\x83", "\xF0\x9F\x98"}) {
    EXPECT_NE(message_of('"' + bytes + '"').find("UTF-8"), std::string::npos);
    EXPECT_NE(message_of("{\"" + bytes + "\":1}"), "");
  }
}

TEST(Json, WhatIsWrittenIsAlwaysUtf8) {
  Random random{7};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (auto n = random.below(6); n > 0; --n) {
      // Mostly lead and following bytes, so that valid characters are met as well.
      bytes += static_cast<char>(random.chance(700) ? 0x80 + random.below(128) : random.below(256));
    }
    std::string const text = Json{bytes}.text();
    auto const read = parse_json(text);
    ASSERT_TRUE(read) << text;
    try {
      (void)nlohmann::json(bytes).dump();  // throws for what is no UTF-8
      ASSERT_EQ(*read->string(), bytes);
    } catch (nlohmann::json::type_error const&) {
      ASSERT_NE(*read->string(), bytes);
      ASSERT_NE(read->string()->find("\xEF\xBF\xBD"), std::string::npos);
    }
  }
}

TEST(Json, ATextCutAnywhereIsRefused) {
  std::string const whole =
      R"({"text":"烽\u706b\n","numbers":[-1.5e3,0,12],"object":{"yes":true,"none":null}})";
  ASSERT_EQ(message_of(whole), "");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(message_of(whole.substr(0, size)), "") << size;
  }
}

TEST(Json, EscapesAreReadAndWritten) {
  auto const read = parse_json(R"("\"\\\/\b\f\n\r\t\u0000\u4e2d\ud83d\ude00")");
  ASSERT_TRUE(read);
  std::string const expected = std::string{"\"\\/\b\f\n\r\t"} + '\0' + "中😀";
  EXPECT_EQ(*read->string(), expected);
  EXPECT_EQ(Json{expected}.text(), "\"\\\"\\\\/\\u0008\\u000c\\n\\u000d\\u0009\\u0000中😀\"");
  EXPECT_EQ(*parse_json(Json{expected}.text())->string(), expected);
}

Json random_value(Random& random, int depth) {
  switch (random.below(depth > 0 ? 8 : 6)) {
    case 0:
      return {};
    case 1:
      return random.chance(500);
    case 2:
      return static_cast<std::int64_t>(random.next());
    case 3:
      return static_cast<double>(static_cast<std::int64_t>(random.next())) / 1024.5 + 0.25;
    case 4:
      return Json{static_cast<double>(random.next()) * 1e-30};
    case 5: {
      std::string text;
      for (auto n = random.below(8); n > 0; --n) {
        text += random.chance(500) ? "火" : std::string(1, static_cast<char>(random.below(128)));
      }
      return text;
    }
    case 6: {
      Json::Array values;
      for (auto n = random.below(5); n > 0; --n) {
        values.push_back(random_value(random, depth - 1));
      }
      return values;
    }
    default: {
      Json object{Json::Object{}};
      for (std::uint64_t i = 0, n = random.below(5); i < n; ++i) {
        object.add("m" + std::to_string(i), random_value(random, depth - 1));
      }
      return object;
    }
  }
}

TEST(Json, RandomValuesSurviveAndTheLibraryReadsTheSame) {
  Random random{42};
  for (int i = 0; i < 3'000; ++i) {
    Json const value = random_value(random, 4);
    std::string const text = value.text();
    auto const read = parse_json(text);
    ASSERT_TRUE(read) << text;
    ASSERT_EQ(read->text(), text);
    ASSERT_EQ(nlohmann::json::parse(text), nlohmann::json::parse(read->text()));
  }
}

TEST(Json, WhatJsonHasNoNumberForIsNull) {
  EXPECT_EQ(Json{std::numeric_limits<double>::quiet_NaN()}.text(), "null");
  EXPECT_EQ(Json{std::numeric_limits<double>::infinity()}.text(), "null");
}

TEST(Json, DecimalsAreWrittenToTheLetter) {
  EXPECT_EQ((Json{Json::Decimal{"117.2000001"}}.text()), "117.2000001");
}

}  // namespace
}  // namespace fenghuo::messaging
