#include "server/access/secrets.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace fenghuo::server {
namespace {

class SecretsTest : public testing::Test {
 protected:
  void SetUp() override {
    file_ = testing::TempDir() + "secrets-" + std::to_string(::getpid()) + ".sqlite";
    remove();
    auto opened = Secrets::open(file_);
    ASSERT_TRUE(opened) << opened.error().message;
    secrets_ = std::move(opened).value();
  }
  void TearDown() override {
    secrets_.reset();
    remove();
  }
  void remove() const {
    for (auto const* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(file_ + suffix);
    }
  }
  bool file_holds(std::string const& text) const {
    for (auto const* suffix : {"", "-wal"}) {
      std::ifstream in{file_ + suffix, std::ios::binary};
      std::string const bytes{std::istreambuf_iterator<char>{in}, {}};
      if (bytes.find(text) != std::string::npos) {
        return true;
      }
    }
    return false;
  }
  int sessions_stored() const {
    auto db = messaging::Database::open(file_, messaging::OpenMode::ReadOnly);
    return db ? std::stoi(*db->value("SELECT COUNT(*) FROM session")) : -1;
  }
  std::string file_;
  std::unique_ptr<Secrets> secrets_;
  Time const now_ = Time{} + hours(500'000);
};

TEST_F(SecretsTest, PasswordsAreArgon2idAndNeverThere) {
  ASSERT_TRUE(secrets_->set_password("zhang", "correct horse battery"));
  EXPECT_TRUE(*secrets_->password_fits("zhang", "correct horse battery"));
  EXPECT_FALSE(*secrets_->password_fits("zhang", "correct horse batterz"));
  EXPECT_FALSE(*secrets_->password_fits("nobody", "correct horse battery"));
  EXPECT_FALSE(file_holds("correct horse"));
  EXPECT_TRUE(file_holds("$argon2id$"));
  EXPECT_FALSE(secrets_->set_password("zhang", "short"));
  EXPECT_FALSE(secrets_->set_password("zhang", std::string(201, 'x')));
}

TEST_F(SecretsTest, OnlyTheOwnerMayReadTheFile) {
  struct stat info {};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(SecretsTest, TokensWorkUntilTheyExpireOrAreRevoked) {
  auto const token = secrets_->new_token("zhang", "console", now_, now_ + hours(1));
  ASSERT_TRUE(token);
  EXPECT_EQ(secrets_->account_of_token(token->secret, now_), "zhang");
  EXPECT_EQ(secrets_->account_of_token(token->secret, now_ + hours(1)), std::nullopt);
  EXPECT_EQ(secrets_->account_of_token(token->secret + "x", now_), std::nullopt);
  EXPECT_EQ(secrets_->account_of_token("", now_), std::nullopt);
  EXPECT_FALSE(file_holds(token->secret));
  EXPECT_EQ(secrets_->tokens(std::nullopt)->size(), 1U);
  EXPECT_TRUE(*secrets_->revoke_token(token->id));
  EXPECT_FALSE(*secrets_->revoke_token(token->id));
  EXPECT_EQ(secrets_->account_of_token(token->secret, now_), std::nullopt);
}

TEST_F(SecretsTest, SessionsEndByTimeByIdlenessByLogoutAndByANewPassword) {
  auto const session = secrets_->new_session("zhang", now_);
  ASSERT_TRUE(session);
  EXPECT_EQ(secrets_->account_of_session(*session, now_), "zhang");
  EXPECT_EQ(secrets_->account_of_session(*session, now_ + minutes(59)), "zhang");
  EXPECT_EQ(secrets_->account_of_session(*session, now_ + minutes(118)), "zhang")
      << "used meanwhile";
  EXPECT_EQ(secrets_->account_of_session(*session, now_ + minutes(180)), std::nullopt) << "idle";
  auto const second = secrets_->new_session("zhang", now_);
  ASSERT_TRUE(secrets_->end_session(*second));
  EXPECT_EQ(secrets_->account_of_session(*second, now_), std::nullopt);
  auto const third = secrets_->new_session("zhang", now_);
  ASSERT_TRUE(secrets_->set_password("zhang", "another password"));
  EXPECT_EQ(secrets_->account_of_session(*third, now_), std::nullopt);
  EXPECT_FALSE(file_holds(*third));
}

TEST_F(SecretsTest, TokensOfAnAccountAreBounded) {
  for (std::int64_t i = 0; i < Secrets::kTokens; ++i) {
    ASSERT_TRUE(secrets_->new_token("zhang", "gateway", now_, now_ + hours(i == 0 ? 1 : 2)));
  }
  auto const one_more = secrets_->new_token("zhang", "gateway", now_, std::nullopt);
  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().code, ErrorCode::Conflict);
  EXPECT_TRUE(secrets_->new_token("li", "gateway", now_, std::nullopt));
  // One that has ended makes room.
  EXPECT_TRUE(secrets_->new_token("zhang", "gateway", now_ + hours(1), std::nullopt));
  EXPECT_FALSE(secrets_->new_token("zhang", "gateway", now_ + hours(1), std::nullopt));
}

TEST_F(SecretsTest, OneSessionTooManyEndsTheOneUsedLongestAgo) {
  std::vector<std::string> sessions;
  for (std::int64_t i = 0; i <= Secrets::kSessions; ++i) {
    auto const session = secrets_->new_session("zhang", now_ + seconds(i));
    ASSERT_TRUE(session);
    sessions.push_back(*session);
  }
  Time const then = now_ + minutes(2);
  EXPECT_EQ(secrets_->account_of_session(sessions.front(), then), std::nullopt);
  for (std::size_t i = 1; i < sessions.size(); ++i) {
    EXPECT_EQ(secrets_->account_of_session(sessions[i], then), "zhang") << i;
  }
}

TEST_F(SecretsTest, WhatHasEndedIsRemovedInPieces) {
  for (int i = 0; i < 25; ++i) {
    ASSERT_TRUE(secrets_->new_token("zhang", "old", now_, now_ + hours(1)));
    ASSERT_TRUE(secrets_->new_session("account " + std::to_string(i), now_));
  }
  auto const lasting = secrets_->new_token("zhang", "lasting", now_, std::nullopt);
  auto const session = secrets_->new_session("li", now_ + hours(13));  // removes the old ones too
  Time const then = now_ + hours(13);
  EXPECT_EQ(secrets_->tokens(std::nullopt)->size(), 26U);
  EXPECT_TRUE(*secrets_->remove_ended(then, 10));
  EXPECT_TRUE(*secrets_->remove_ended(then, 10));
  EXPECT_FALSE(*secrets_->remove_ended(then, 10));
  EXPECT_EQ(secrets_->tokens(std::nullopt)->size(), 1U);
  EXPECT_EQ(secrets_->account_of_token(lasting->secret, then), "zhang");
  EXPECT_EQ(secrets_->account_of_session(*session, then), "li");
  EXPECT_EQ(sessions_stored(), 1);
  EXPECT_FALSE(*secrets_->remove_ended(then + hours(2), 10));
  EXPECT_EQ(sessions_stored(), 0);
}

TEST_F(SecretsTest, RandomTextsDiffer) {
  EXPECT_EQ(random_text(12).size(), 16U);
  EXPECT_NE(random_text(12), random_text(12));
}

}  // namespace
}  // namespace fenghuo::server
