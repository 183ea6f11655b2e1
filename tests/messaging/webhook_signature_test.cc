// Signatures against the specification's own example and against Python's hmac.
#include "messaging/delivery/webhook_signature.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>

#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

// Published with the libraries of Standard Webhooks.
constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view kStamp = "1614265330";
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr Time kThen{1'614'265'330'000'000};
constexpr std::string_view kOther = "another secret of our own, long enough";

WebhookSecrets secrets_of(std::string_view lines) {
  auto secrets = WebhookSecrets::parse(lines, "here");
  EXPECT_TRUE(secrets);
  return std::move(*secrets);
}
bool fits(WebhookSecrets const& secrets, SignedParts const& parts, Time now = kThen) {
  auto const checked = verify_signature(secrets, parts, now);
  if (!checked) {
    EXPECT_EQ(checked.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(checked.error().message, "");
  }
  return checked.has_value();
}
SignedParts const kGood{kId, kStamp, kSignature, kBody};
SignedParts with_signature(std::string_view signature) { return {kId, kStamp, signature, kBody}; }

TEST(WebhookSignature, IsThatOfTheSpecification) {
  auto const secrets = secrets_of(kSecret);
  EXPECT_EQ(secrets.sign(kId, kStamp, kBody), kSignature);
  EXPECT_TRUE(fits(secrets, kGood));
}

TEST(WebhookSignature, IsWhatPythonMakesOfALongRawKeyAndAnyBytes) {
  std::string const key(131, 'k');  // longer than a block of SHA-256
  std::string const body = "水位已到警戒线, \"now\"\n\x01";
  tests::ScratchFolder scratch;
  tests::write_file(scratch / "body", body);
  std::string const command =
      "python3 -c \"import hmac,base64,sys;print('v1,'+base64.b64encode(hmac.new(b'k'*131,"
      "b'D-1:0.1700000000.'+open('" +
      (scratch / "body").string() + "','rb').read(),'sha256').digest()).decode(),end='')\"";
  FILE* const out = ::popen(command.c_str(), "r");
  ASSERT_NE(out, nullptr);
  std::array<char, 256> text{};
  std::size_t const size = std::fread(text.data(), 1, text.size(), out);
  ASSERT_EQ(::pclose(out), 0) << "python3 is needed";
  EXPECT_EQ(secrets_of(key).sign("D-1:0", "1700000000", body), std::string(text.data(), size));
}

TEST(WebhookSignature, EitherSideMayChangeItsSecretFirst) {
  auto const old_alone = secrets_of(kSecret);
  auto const new_alone = secrets_of(kOther);
  auto const both = secrets_of(std::string{kOther} + "\r\n\n" + std::string{kSecret} + "\n");
  std::string const signed_by_both = both.sign(kId, kStamp, kBody);
  EXPECT_EQ(signed_by_both, new_alone.sign(kId, kStamp, kBody) + " " + std::string{kSignature});
  EXPECT_TRUE(fits(old_alone, with_signature(signed_by_both)));
  EXPECT_TRUE(fits(new_alone, with_signature(signed_by_both)));
  EXPECT_TRUE(fits(both, kGood));
  EXPECT_FALSE(fits(new_alone, kGood));
}

TEST(WebhookSignature, AnyChangeIsSeen) {
  auto const secrets = secrets_of(kSecret);
  for (std::size_t i = 0; i < kBody.size(); ++i) {
    std::string body{kBody};
    body[i] = static_cast<char>(body[i] ^ 1);
    EXPECT_FALSE(fits(secrets, {kId, kStamp, kSignature, body})) << i;
  }
  for (std::size_t i = 0; i < kSignature.size(); ++i) {
    std::string signature{kSignature};
    signature[i] = signature[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(fits(secrets, with_signature(signature))) << i;
  }
  EXPECT_FALSE(fits(secrets, {"msg_p5jXN8AQM9LWM0D4loKWxJel", kStamp, kSignature, kBody}));
  EXPECT_FALSE(fits(secrets, {kId, "1614265331", kSignature, kBody}));
  EXPECT_FALSE(fits(secrets, {kId, "01614265330", kSignature, kBody}));
}

TEST(WebhookSignature, OnlyWithinFiveMinutesEitherWay) {
  auto const secrets = secrets_of(kSecret);
  EXPECT_TRUE(fits(secrets, kGood, kThen + minutes(5)));
  EXPECT_TRUE(fits(secrets, kGood, kThen - minutes(5)));
  EXPECT_FALSE(fits(secrets, kGood, kThen + minutes(5) + microseconds(1)));
  EXPECT_FALSE(fits(secrets, kGood, kThen - minutes(5) - microseconds(1)));
  for (auto const* stamp : {"", "x", "-1", "1614265330.0", " 1614265330", "1614265330 ", "1e9",
                            "9223372036854775807", "99999999999999999999", "+1614265330"}) {
    auto const signature = secrets.sign(kId, stamp, kBody);
    EXPECT_FALSE(fits(secrets, {kId, stamp, signature, kBody})) << stamp;
  }
}

TEST(WebhookSignature, OthersVersionsAndRubbishDoNoHarm) {
  auto const secrets = secrets_of(kSecret);
  std::string const good{kSignature};
  EXPECT_TRUE(fits(secrets, with_signature("v1a,xyz v2," + good.substr(3) + "  " + good)));
  for (auto const& bad :
       {std::string{}, std::string{" "}, std::string{"v1,"}, good.substr(3), "v2," + good.substr(3),
        good + "=", good.substr(0, good.size() - 1), good + ",", good + "\n"}) {
    EXPECT_FALSE(fits(secrets, with_signature(bad))) << bad;
  }
  EXPECT_FALSE(fits(secrets, {"", kStamp, kSignature, kBody}));
  // A bound on the work: the seventeenth is not looked at.
  std::string many;
  for (int n = 0; n < 15; ++n) {
    many += "v1,x ";
  }
  EXPECT_TRUE(fits(secrets, with_signature(many + good)));
  EXPECT_FALSE(fits(secrets, with_signature(many + "v1,x " + good)));
}

TEST(WebhookSecrets, AreReadFromAFileForItsOwnerAlone) {
  tests::ScratchFolder scratch;
  auto const file = scratch / "secret";
  EXPECT_EQ(WebhookSecrets::read(file).error().code, ErrorCode::NotFound);
  tests::write_file(file, std::string{kSecret} + "\n");
  ::chmod(file.c_str(), 0644);
  auto const open_to_all = WebhookSecrets::read(file);
  ASSERT_FALSE(open_to_all);
  EXPECT_NE(open_to_all.error().message.find("chmod 600"), std::string::npos);
  for (auto const mode : {0600U, 0640U, 0400U}) {
    ::chmod(file.c_str(), mode);
    auto const secrets = WebhookSecrets::read(file);
    ASSERT_TRUE(secrets);
    EXPECT_EQ(secrets->sign(kId, kStamp, kBody), kSignature);
  }
  ::chmod(file.c_str(), 0600);
  tests::write_file(file, std::string(9'000, 'k'));
  EXPECT_FALSE(WebhookSecrets::read(file));
  EXPECT_FALSE(WebhookSecrets::read(scratch.path()));  // a folder
}

TEST(WebhookSecrets, ABadOneIsNamedByItsLineAndNotShown) {
  for (std::string const bad :
       {"short", "whsec_AAAA", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_",
        "whsec_MfKQ9r8G YqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La=aSw",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL===", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa_-"}) {
    auto const secrets = WebhookSecrets::parse(std::string{kOther} + "\n" + bad, "here");
    ASSERT_FALSE(secrets) << bad;
    EXPECT_EQ(secrets.error().message.find(bad), std::string::npos);
    EXPECT_EQ(secrets.error().message.find(kOther), std::string::npos);
    EXPECT_NE(secrets.error().message.find("here, line 2"), std::string::npos);
  }
  EXPECT_FALSE(WebhookSecrets::parse("", "here"));
  EXPECT_FALSE(WebhookSecrets::parse(std::string(513, 'k'), "here"));
  std::string five;
  for (int n = 0; n < 5; ++n) {
    five += std::string(24, static_cast<char>('a' + n)) + "\n";
  }
  EXPECT_FALSE(WebhookSecrets::parse(five, "here"));
  EXPECT_TRUE(WebhookSecrets::parse(five.substr(0, 100), "here"));
}

}  // namespace
}  // namespace fenghuo::messaging
