#include "server/access/second_factors.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>

#include "server/access/totp.h"

namespace fenghuo::server {
namespace {

namespace fs = std::filesystem;
using Taken = SecondFactors::Taken;

class SecondFactorsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_GE(sodium_init(), 0);
    folder_ = fs::path{testing::TempDir()} / ("factors-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    open();
  }
  void TearDown() override {
    factors_.reset();
    file_.reset();
    fs::remove_all(folder_);
  }
  void open() {
    factors_.reset();
    file_.reset();
    file_ = open_secrets_file(folder_ / "secrets.sqlite", now_).value();
    key_ = FactorKey::open(folder_ / "second-factor.key").value();
    factors_ = std::make_unique<SecondFactors>(*file_, *key_);
  }
  std::string code(std::string const& secret, std::int64_t away = 0) const {
    return *totp_code(secret, totp_step(now_) + away);
  }
  /// The secret; its code of now is taken.
  std::string enrol(std::string const& account) {
    std::string secret = *factors_->begin(account);
    codes_ = **factors_->confirm(account, code(secret), now_);
    return secret;
  }
  Taken take(std::string const& account, std::string const& text) {
    return *factors_->take(account, text, now_);
  }
  std::string bytes_of_all() const {
    std::string out;
    for (auto const& entry : fs::directory_iterator{folder_}) {
      std::ifstream in{entry.path(), std::ios::binary};
      out.append(std::istreambuf_iterator<char>{in}, {});
    }
    return out;
  }
  fs::path folder_;
  Time now_ = Time{} + hours(500'000);
  std::unique_ptr<SecretsFile> file_;
  std::unique_ptr<FactorKey> key_;
  std::unique_ptr<SecondFactors> factors_;
  std::vector<std::string> codes_;
};

TEST_F(SecondFactorsTest, OnlyACodeMakesItGood) {
  std::string const secret = *factors_->begin("zhang");
  EXPECT_EQ(secret.size(), kTotpSecret);
  EXPECT_FALSE(factors_->enrolled("zhang"));
  EXPECT_EQ(take("zhang", code(secret)), Taken::No);
  EXPECT_FALSE(*factors_->confirm("zhang", "000000", now_));
  EXPECT_FALSE(factors_->enrolled("zhang"));
  EXPECT_EQ((*factors_->confirm("zhang", code(secret), now_))->size(), 10U);
  EXPECT_TRUE(factors_->enrolled("zhang"));
  EXPECT_FALSE(factors_->enrolled("li"));
  EXPECT_EQ(factors_->begin("zhang").error().code, ErrorCode::Conflict);
  EXPECT_EQ(factors_->confirm("zhang", code(secret, 1), now_).error().code, ErrorCode::Conflict);
  EXPECT_EQ(factors_->confirm("li", "000000", now_).error().code, ErrorCode::Conflict);
}

TEST_F(SecondFactorsTest, BegunAnewTheFirstSecretIsWorthless) {
  std::string const first = *factors_->begin("zhang"), second = *factors_->begin("zhang");
  EXPECT_NE(first, second);
  EXPECT_FALSE(*factors_->confirm("zhang", code(first), now_));
  EXPECT_TRUE(*factors_->confirm("zhang", code(second), now_));
}

TEST_F(SecondFactorsTest, ACodeIsTakenOnceAlsoAfterARestart) {
  std::string const secret = enrol("zhang");
  EXPECT_EQ(take("zhang", code(secret)), Taken::No) << "it confirmed the enrolment";
  EXPECT_EQ(take("zhang", code(secret, 1)), Taken::Code);
  open();
  EXPECT_EQ(take("zhang", code(secret, 1)), Taken::No);
  now_ = now_ + seconds(60);
  EXPECT_EQ(take("zhang", code(secret)), Taken::Code);
}

TEST_F(SecondFactorsTest, EachRecoveryCodeIsTakenOnceHoweverItIsWritten) {
  enrol("zhang");
  std::vector<std::string> const codes = codes_;
  EXPECT_EQ((std::set<std::string>{codes.begin(), codes.end()}.size()), 10U);
  enrol("li");
  EXPECT_EQ(take("li", codes[0]), Taken::No) << "another's";
  EXPECT_EQ(take("zhang", codes[0]), Taken::RecoveryCode);
  EXPECT_EQ(take("zhang", codes[0]), Taken::No);
  std::string plain;
  for (char const c : codes[1]) {
    plain +=
        c == '-' ? "" : std::string(1, c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  EXPECT_EQ(take("zhang", plain), Taken::RecoveryCode);
  EXPECT_EQ(factors_->recovery_codes_left("zhang"), 8);
  EXPECT_EQ(take("zhang", ""), Taken::No);
}

TEST_F(SecondFactorsTest, AfterAResetNothingOfItWorks) {
  std::string const secret = enrol("zhang");
  EXPECT_TRUE(*factors_->reset("zhang"));
  EXPECT_FALSE(*factors_->reset("zhang"));
  EXPECT_FALSE(factors_->enrolled("zhang"));
  EXPECT_EQ(take("zhang", code(secret, 1)), Taken::No);
  EXPECT_EQ(take("zhang", codes_[0]), Taken::No);
}

TEST_F(SecondFactorsTest, NoSecretLiesInTheFilesAsItIs) {
  std::string const secret = enrol("zhang");
  std::string const bytes = bytes_of_all();
  EXPECT_EQ(bytes.find(secret), std::string::npos);
  EXPECT_EQ(bytes.find(base32(secret)), std::string::npos);
  for (auto const& code : codes_) {
    EXPECT_EQ(bytes.find(code), std::string::npos);
  }
  struct stat info {};
  ASSERT_EQ(::stat((folder_ / "second-factor.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(SecondFactorsTest, WithoutItsKeyItSaysSoAndARecoveryCodeStillWorks) {
  std::string const secret = enrol("zhang");
  factors_.reset();
  fs::remove(folder_ / "second-factor.key");
  open();
  auto const taken = factors_->take("zhang", code(secret, 1), now_);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().message.find("second-factor.key"), std::string::npos);
  EXPECT_EQ(take("zhang", codes_[0]), Taken::RecoveryCode);
  EXPECT_TRUE(*factors_->reset("zhang"));
}

TEST_F(SecondFactorsTest, ASealedSecretIsGoodForItsAccountAlone) {
  std::string const sealed = key_->seal("zhang", "secret");
  EXPECT_EQ(key_->unseal("zhang", sealed), "secret");
  EXPECT_FALSE(key_->unseal("li", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(key_->unseal("zhang", changed)) << i;
  }
  EXPECT_FALSE(key_->unseal("zhang", ""));
}

TEST_F(SecondFactorsTest, AKeyFileThatIsNoneNamesTheMend) {
  std::ofstream{folder_ / "short.key"} << "too short";
  auto const opened = FactorKey::open(folder_ / "short.key");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("put back its copy"), std::string::npos);
}

}  // namespace
}  // namespace fenghuo::server
