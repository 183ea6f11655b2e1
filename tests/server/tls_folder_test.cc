#include "server/tls/tls_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace fenghuo::server {
namespace {

namespace fs = std::filesystem;

class TlsFolderTest : public testing::Test {
 protected:
  void SetUp() override { fs::remove_all(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  std::string text(char const* name) const {
    std::ifstream in{folder_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  unsigned mode(char const* name) const {
    struct stat info {};
    return ::stat((folder_ / name).c_str(), &info) == 0 ? info.st_mode & 0777U : 0U;
  }
  fs::path const folder_ = fs::path{testing::TempDir()} / ("tls-" + std::to_string(::getpid()));
  Time const now_ = Time{} + hours(500'000);
};

TEST_F(TlsFolderTest, MakesAnAuthorityAndACertificateForTheNames) {
  auto const made = make_certificates(folder_, {"centre.example", "10.1.2.3", "fd00::1"}, now_);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->new_authority);
  EXPECT_EQ(made->server.names,
            (std::vector<std::string>{"centre.example", "10.1.2.3", "fd00::1"}));
  EXPECT_EQ(made->server.ends_at, now_ + hours(24 * 825 - 1));
  EXPECT_EQ(made->authority.ends_at, now_ + hours(24 * 3'652 - 1));
  EXPECT_EQ(made->authority.fingerprint.size(), 32U * 3 - 1);
  EXPECT_EQ(mode("ca.key"), 0600U);
  EXPECT_EQ(mode("server.key"), 0600U);
  EXPECT_EQ(mode("ca.crt"), 0644U);
  EXPECT_NE(text("server.crt").find(text("ca.crt")), std::string::npos) << "the chain";
}

TEST_F(TlsFolderTest, ASecondCallRenewsTheServerUnderTheSameAuthority) {
  ASSERT_TRUE(make_certificates(folder_, {"centre.example"}, now_));
  std::string const authority = text("ca.crt"), key = text("ca.key"), server = text("server.crt"),
                    server_key = text("server.key");
  auto const again = make_certificates(folder_, {}, now_ + hours(24 * 700));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(again->new_authority);
  EXPECT_EQ(again->server.names, (std::vector<std::string>{"centre.example"})) << "as before";
  EXPECT_EQ(text("ca.crt"), authority);
  EXPECT_EQ(text("ca.key"), key);
  EXPECT_NE(text("server.crt"), server);
  EXPECT_NE(text("server.key"), server_key);
}

TEST_F(TlsFolderTest, HalfAnAuthorityIsLeftAsItIs) {
  ASSERT_TRUE(make_certificates(folder_, {"centre.example"}, now_));
  std::string const server = text("server.crt");
  fs::remove(folder_ / "ca.key");
  auto const refused = make_certificates(folder_, {}, now_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("put back their copy"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "ca.key"));
  EXPECT_EQ(text("server.crt"), server);
}

TEST_F(TlsFolderTest, NamesThatAreNone) {
  for (char const* name : {"", "two words", "a,DNS:b", "-x", "http://a", "名称"}) {
    auto const refused = make_certificates(folder_, {name}, now_);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
  }
  EXPECT_FALSE(fs::exists(folder_ / "ca.crt"));
}

TEST_F(TlsFolderTest, FilesThatAreNoCertificate) {
  fs::create_directories(folder_);
  EXPECT_EQ(read_certificate(folder_ / "none").error().code, ErrorCode::NotFound);
  std::ofstream{folder_ / "rubbish"} << "-----BEGIN CERTIFICATE-----\nrubbish\n";
  EXPECT_EQ(read_certificate(folder_ / "rubbish").error().code, ErrorCode::InvalidArgument);
}

TEST_F(TlsFolderTest, WhatIsShownIsReadAnewOrStaysAsItWas) {
  ASSERT_TRUE(make_certificates(folder_, {"centre.example"}, now_));
  TlsFiles const files{folder_ / "server.crt", folder_ / "server.key", {}};
  auto const shown = Certificates::open(files);
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_TRUE((*shown)->reload());
  std::string const key = text("server.key");
  ASSERT_TRUE(make_certificates(folder_, {}, now_));
  { std::ofstream{folder_ / "server.key"} << key; }  // of the certificate before
  auto const refused = (*shown)->reload();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("tls init"), std::string::npos) << refused.error().message;
  fs::remove(folder_ / "server.crt");
  EXPECT_FALSE((*shown)->reload());
  EXPECT_FALSE(Certificates::open(files));
}

}  // namespace
}  // namespace fenghuo::server
