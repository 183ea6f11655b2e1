// Packing: the same bytes again, and nothing but those.
#include "messaging/storage/deflate.h"

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace fenghuo::messaging {
namespace {

TEST(Deflate, GivesTheSameBytesAgain) {
  Random random{1};
  std::string noise(100'000, '\0');
  for (auto& byte : noise) {
    byte = static_cast<char>(random.below(256));
  }
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += R"({"id":"I-2026-)" + std::to_string(i) + R"(","kind":"fire"})";
  }
  for (std::string const& bytes : {std::string{}, std::string{"x"}, noise, text}) {
    auto const packed = deflated(bytes);
    ASSERT_TRUE(packed);
    auto const again = inflated(*packed, bytes.size());
    ASSERT_TRUE(again) << bytes.size();
    EXPECT_EQ(*again, bytes);
  }
  EXPECT_LT(deflated(text)->size(), text.size() / 5);
}

TEST(Deflate, WhatIsDamagedOrOfAnotherSizeIsDataLoss) {
  std::string const text(10'000, 'a');
  std::string const packed = *deflated(text);
  auto const code = [](std::string const& bytes, std::size_t size) {
    auto const result = inflated(bytes, size);
    return result ? std::optional<ErrorCode>{} : std::optional{result.error().code};
  };
  EXPECT_EQ(code(packed, text.size()), std::nullopt);
  EXPECT_EQ(code(packed, text.size() - 1), ErrorCode::DataLoss);
  EXPECT_EQ(code(packed, text.size() + 1), ErrorCode::DataLoss);
  EXPECT_EQ(code(packed, std::size_t{1} << 40U), ErrorCode::DataLoss);
  EXPECT_EQ(code("", 5), ErrorCode::DataLoss);
  for (std::size_t at = 0; at < packed.size(); ++at) {
    std::string other = packed;
    other[at] = static_cast<char>(other[at] ^ 0x10);
    auto const result = inflated(other, text.size());
    EXPECT_TRUE(!result || *result == text) << at;
    EXPECT_EQ(code(packed.substr(0, at), text.size()), ErrorCode::DataLoss) << at;
  }
}

}  // namespace
}  // namespace fenghuo::messaging
