// Signatures of webhooks, against what others published and made.
#include "messaging/delivery/webhook_signature.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using tests::ScratchFolder;
using tests::write_file;

// The example of the Standard Webhooks specification.
constexpr char const* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char const* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr char const* kTimestamp = "1614265330";
constexpr char const* kBody = R"({"test": 2432232314})";
constexpr char const* kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr Time kThen{1'614'265'330'000'000};
constexpr char const* kRaw = "a raw secret of forty bytes, as it stands";

WebhookSecrets secrets(std::string const& lines) {
  auto read = WebhookSecrets::parse(lines, "test");
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return std::move(*read);
}

TEST(WebhookSignature, TheSpecificationsOwnExample) {
  auto const keys = secrets(kSecret);
  EXPECT_EQ(keys.sign(kId, kTimestamp, kBody), kSignature);
  EXPECT_TRUE(verify_signature(keys, {kId, kTimestamp, kSignature, kBody}, kThen));
}

TEST(WebhookSignature, ARawSecretIsItsBytes) {
  // From Python's hmac.
  EXPECT_EQ(secrets(std::string{kRaw} + "\r\n")
                .sign("D-2026-000001:0:sms", "1767225600", R"({"text":"东岭村"})"),
            "v1,6460OjwSl6vcrWi990v1baPRZj80oSmD3WldO3FR4/k=");
}

TEST(WebhookSignature, TwoKeysWhileTheyAreChanged) {
  auto const both = secrets(std::string{kRaw} + "\n\n" + kSecret + "\n");
  std::string const signed_twice = both.sign(kId, kTimestamp, kBody);
  EXPECT_EQ(signed_twice, secrets(kRaw).sign(kId, kTimestamp, kBody) + " " + kSignature);
  // Either side may be ahead of the other.
  EXPECT_TRUE(verify_signature(secrets(kSecret), {kId, kTimestamp, signed_twice, kBody}, kThen));
  EXPECT_TRUE(verify_signature(both, {kId, kTimestamp, kSignature, kBody}, kThen));
  EXPECT_TRUE(verify_signature(
      both, {kId, kTimestamp, "v1a,x " + std::string{"v1,AAAA "} + kSignature, kBody}, kThen));
}

TEST(WebhookSignature, WhateverDiffersIsRefused) {
  auto const keys = secrets(kSecret);
  std::string const good = kSignature;
  std::string const other = R"({"test": 2432232315})";
  EXPECT_FALSE(verify_signature(keys, {kId, kTimestamp, good, other}, kThen));
  EXPECT_FALSE(verify_signature(keys, {"msg_other", kTimestamp, good, kBody}, kThen));
  EXPECT_FALSE(verify_signature(keys, {kId, "1614265331", good, kBody}, kThen));
  EXPECT_FALSE(verify_signature(secrets(kRaw), {kId, kTimestamp, good, kBody}, kThen));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_signature(keys, {kId, kTimestamp, changed, kBody}, kThen)) << i;
    EXPECT_FALSE(verify_signature(keys, {kId, kTimestamp, good.substr(0, i), kBody}, kThen)) << i;
  }
  EXPECT_FALSE(verify_signature(keys, {"", kTimestamp, good, kBody}, kThen));
  EXPECT_FALSE(verify_signature(keys, {kId, "", good, kBody}, kThen));
  std::string many;
  for (int n = 0; n < 16; ++n) {
    many += "v1,AAAA ";
  }
  EXPECT_FALSE(verify_signature(keys, {kId, kTimestamp, many + good, kBody}, kThen));
}

TEST(WebhookSignature, FiveMinutesEitherWay) {
  auto const keys = secrets(kSecret);
  SignedParts const parts{kId, kTimestamp, kSignature, kBody};
  EXPECT_TRUE(verify_signature(keys, parts, kThen + minutes(5)));
  EXPECT_TRUE(verify_signature(keys, parts, kThen - minutes(5)));
  EXPECT_FALSE(verify_signature(keys, parts, kThen + minutes(5) + microseconds(1)));
  EXPECT_FALSE(verify_signature(keys, parts, kThen - minutes(5) - microseconds(1)));
}

TEST(WebhookSignature, ATimeIsAWholeNumberOfSeconds) {
  auto const keys = secrets(kSecret);
  for (std::string const time : {"1614265330.0", "+1614265330", " 1614265330", "0x6037ea32", "-1",
                                 "99999999999999999999", "9223372036854775807", "253402300800"}) {
    EXPECT_FALSE(verify_signature(keys, {kId, time, keys.sign(kId, time, kBody), kBody}, kThen))
        << time;
  }
}

TEST(WebhookSecrets, RefusesWhatIsNone) {
  for (std::string const lines :
       {"", "\n\n", "short", "whsec_", "whsec_MfKQ", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa*w", "whsec_MfKQ9r8GKYqrTwjUPD8 LPZIo2LaLaSw",
        "whsec_====MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw="}) {
    EXPECT_FALSE(WebhookSecrets::parse(lines, "test")) << lines;
  }
  std::string five;
  for (int n = 0; n < 5; ++n) {
    five += std::string{kSecret} + "\n";
  }
  EXPECT_FALSE(WebhookSecrets::parse(five, "test"));
  EXPECT_FALSE(WebhookSecrets::parse(std::string(513, 'x'), "test"));
}

TEST(WebhookSecrets, AMessageNeverShowsOne) {
  auto const read = WebhookSecrets::parse("whsec_dGhpcyBpcyBz*ZWNyZXQgb25seSBvbmNl", "gw.secret");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.find("dGhpcyBp"), std::string::npos);
  EXPECT_NE(read.error().message.find("gw.secret, line 1"), std::string::npos);
}

TEST(WebhookSecrets, AFileForThisProgramAlone) {
  ScratchFolder const folder;
  auto const missing = WebhookSecrets::read(folder / "none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
  EXPECT_FALSE(WebhookSecrets::read(folder.path()));
  write_file(folder / "key", std::string{kSecret} + "\n");
  ASSERT_EQ(::chmod((folder / "key").c_str(), 0644), 0);
  auto const open = WebhookSecrets::read(folder / "key");
  ASSERT_FALSE(open);
  EXPECT_NE(open.error().message.find("chmod 600"), std::string::npos);
  ASSERT_EQ(::chmod((folder / "key").c_str(), 0640), 0);
  auto const read = WebhookSecrets::read(folder / "key");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->sign(kId, kTimestamp, kBody), kSignature);
  write_file(folder / "key", std::string(9000, '\n') + kSecret);
  EXPECT_FALSE(WebhookSecrets::read(folder / "key"));
}

}  // namespace
}  // namespace fenghuo::messaging
