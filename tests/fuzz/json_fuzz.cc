// A JSON document as strangers send it; what it means as a command is another target.
#include <nlohmann/json.hpp>

#include "messaging/codec/json.h"
#include "tests/fuzz/target.h"

namespace fenghuo::fuzz {

namespace {

std::vector<std::string> seeds() {
  return {
      "{}",
      R"({"channel":"119","text":"东岭木材厂起火","kind":"fire","address":"东岭","caller":"13800000000",)"
      R"("area":"fengyuan.dongling","location":{"type":"Point","coordinates":[106.3,30.55],"crs":"gcj02",)"
      R"("accuracy_m":30},"received_at":"2026-03-01T08:00:10.5+08:00","outside_region":false})",
      R"({"text":"a\n\u0041\ud83d\ude00\"\\","location":null,"received_at":"2027-01-01T00:00:00Z"})",
      R"([1,-2.5e3,true,false,null,"x",[[]],{"a":{"b":[]}}])",
      "-9223372036854775808",
      "1e308",
  };
}

std::vector<std::string> words() {
  return {"\"location\":",
          "\"coordinates\":",
          "[181,91]",
          "1e999",
          "-0",
          "\\u0000",
          "\\ud800",
          "\xED\xA0\x80",
          "[[[[[[[[[[",
          "{\"a\":",
          "null",
          "0000-01-01T00:00:00+14:00",
          "9999-12-31T23:59:59-14:00",
          "\"crs\":",
          "99999999999999999999"};
}

Verdict judge(std::string_view bytes) {
  auto const read = messaging::parse_json(bytes);
  if (!read) {
    bool const told =
        read.error().code == ErrorCode::InvalidArgument && !read.error().message.empty();
    return {false, told ? "" : "refused without a reason"};
  }
  if (!nlohmann::json::accept(bytes)) {
    return {true, "taken for JSON, and it is none"};
  }
  std::string const text = read->text();
  auto const again = messaging::parse_json(text, {.bytes = 1U << 24U, .depth = 32});
  if (!again || again->text() != text) {
    return {true, "what was read cannot be written and read again: " + text};
  }
  return {true, ""};
}

}  // namespace

Target const kJson{"json", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kJson)
