#include "server/access/totp.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

constexpr std::string_view kSecret = "12345678901234567890";  // of RFC 6238, appendix B

Time at(std::int64_t second) { return Time{} + seconds(second); }

TEST(Totp, ThePublishedVectors) {
  struct Vector {
    std::int64_t second;
    std::string_view code;
  };
  for (auto const& [second, code] :
       {Vector{59, "94287082"}, Vector{1'111'111'109, "07081804"},
        Vector{1'111'111'111, "14050471"}, Vector{1'234'567'890, "89005924"},
        Vector{2'000'000'000, "69279037"}, Vector{20'000'000'000, "65353130"}}) {
    EXPECT_EQ(*totp_code(kSecret, totp_step(at(second)), 8), code) << second;
    EXPECT_EQ(*totp_code(kSecret, totp_step(at(second))), code.substr(2)) << second;
  }
}

TEST(Totp, OneStepToEachSideIsTaken) {
  Time const now = at(1'111'111'111);
  std::int64_t const step = totp_step(now);
  for (std::int64_t away = -3; away <= 3; ++away) {
    auto const match = *totp_match(kSecret, *totp_code(kSecret, step + away), now, 0);
    EXPECT_EQ(match.has_value(), away >= -1 && away <= 1) << away;
    if (match) {
      EXPECT_EQ(*match, step + away);
    }
  }
}

TEST(Totp, NoneUpToTheLastThatWasTaken) {
  Time const now = at(1'111'111'111);
  std::int64_t const step = totp_step(now);
  EXPECT_TRUE(*totp_match(kSecret, *totp_code(kSecret, step), now, step - 1));
  EXPECT_FALSE(*totp_match(kSecret, *totp_code(kSecret, step), now, step));
  EXPECT_FALSE(*totp_match(kSecret, *totp_code(kSecret, step - 1), now, step));
  EXPECT_TRUE(*totp_match(kSecret, *totp_code(kSecret, step + 1), now, step));
}

TEST(Totp, WhatIsNoCode) {
  for (std::string_view text : {"", "12345", "1234567", "abcdef", "２８７０８２"}) {
    EXPECT_FALSE(*totp_match(kSecret, text, at(59), 0)) << text;
  }
}

TEST(Totp, Base32OfThePublishedVectors) {
  // RFC 4648, 10, without the padding.
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("fo"), "MZXQ");
  EXPECT_EQ(base32("foo"), "MZXW6");
  EXPECT_EQ(base32("foob"), "MZXW6YQ");
  EXPECT_EQ(base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
}

TEST(Totp, TheAddressForTheTelephone) {
  EXPECT_EQ(otpauth_uri("烽火 A", "zhang.san", "foobar"),
            "otpauth://totp/"
            "%E7%83%BD%E7%81%AB%20A:zhang.san?secret=MZXW6YTBOI&issuer=%E7%83%BD%E7%81%AB%20A&"
            "algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace fenghuo::server
