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
    file_ = testing::TempDir() + "secrets-" + std::to_string(::getpid()) + "/secrets.sqlite";
    std::filesystem::create_directories(std::filesystem::path{file_}.parent_path());
    remove();
    open();
  }
  void open(std::string_view profile = "mlps3", HashCost cost = {1, 8U << 20U}) {
    secrets_.reset();
    auto opened =
        Secrets::open(file_, {.profile = profile_named(profile), .cost = cost, .now = now_});
    ASSERT_TRUE(opened) << opened.error().message;
    secrets_ = std::move(opened).value();
  }
  std::string stored_hash() const {
    auto db = messaging::Database::open(file_, messaging::OpenMode::ReadOnly);
    return db ? *db->value("SELECT hash FROM password") : "";
  }
  void TearDown() override {
    secrets_.reset();
    remove();
  }
  void remove() const {
    for (auto const* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(file_ + suffix);
    }
    std::filesystem::remove(std::filesystem::path{file_}.parent_path() / "second-factor.key");
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
  ASSERT_TRUE(secrets_->set_password("zhang", "Correct horse 1", now_));
  EXPECT_TRUE(secrets_->passwords.check("zhang", "Correct horse 1", now_)->fits);
  EXPECT_FALSE(secrets_->passwords.check("zhang", "Correct horse 2", now_)->fits);
  EXPECT_FALSE(secrets_->passwords.check("nobody", "Correct horse 1", now_)->fits);
  EXPECT_FALSE(file_holds("Correct horse"));
  EXPECT_TRUE(file_holds("$argon2id$"));
  EXPECT_FALSE(secrets_->set_password("zhang", "short", now_));
}

TEST_F(SecretsTest, OnlyTheOwnerMayReadTheFile) {
  struct stat info {};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(SecretsTest, APasswordIsTooOldAfterNinetyDaysWhereTheProfileSaysSo) {
  ASSERT_TRUE(secrets_->set_password("zhang", "Correct horse 1", now_));
  Time const last = now_ + hours(24 * 90);
  EXPECT_FALSE(secrets_->passwords.check("zhang", "Correct horse 1", last)->too_old);
  EXPECT_TRUE(secrets_->passwords.check("zhang", "Correct horse 1", last + seconds(1))->too_old);
  open("asvs");
  EXPECT_FALSE(
      secrets_->passwords.check("zhang", "Correct horse 1", last + hours(10'000))->too_old);
}

TEST_F(SecretsTest, TheLastFivePasswordsAreNotTakenAgain) {
  auto const password = [](int i) { return "Correct horse " + std::to_string(i); };
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(secrets_->set_password("zhang", password(i), now_ + seconds(i))) << i;
  }
  for (int i = 1; i < 6; ++i) {
    auto const again = secrets_->set_password("zhang", password(i), now_ + minutes(1));
    ASSERT_FALSE(again) << i;
    EXPECT_EQ(again.error().code, ErrorCode::InvalidArgument);
  }
  EXPECT_TRUE(secrets_->passwords.check("zhang", password(5), now_)->fits)
      << "the present one stays";
  EXPECT_TRUE(secrets_->set_password("li", password(5), now_))
      << "those of others are nobody's business";
  EXPECT_TRUE(secrets_->set_password("zhang", password(0), now_ + minutes(2)))
      << "the sixth is forgotten";
  open("asvs");
  EXPECT_TRUE(secrets_->set_password("zhang", "vrtqzkpwmxbnhgf", now_));
  EXPECT_TRUE(secrets_->set_password("zhang", "vrtqzkpwmxbnhgf", now_));
}

TEST_F(SecretsTest, AHashOfOtherCostsIsMadeAnewAtTheNextLogin) {
  ASSERT_TRUE(secrets_->set_password("zhang", "Correct horse 1", now_));
  std::string const old = stored_hash();
  EXPECT_NE(old.find("m=8192,t=1"), std::string::npos) << old;
  open("mlps3", {2, 16U << 20U});
  EXPECT_FALSE(secrets_->passwords.check("zhang", "Correct horse 2", now_)->fits);
  EXPECT_EQ(stored_hash(), old) << "only who knows the password can renew it";
  EXPECT_TRUE(secrets_->passwords.check("zhang", "Correct horse 1", now_)->fits);
  EXPECT_NE(stored_hash().find("m=16384,t=2"), std::string::npos) << stored_hash();
  EXPECT_TRUE(secrets_->passwords.check("zhang", "Correct horse 1", now_)->fits);
}

TEST_F(SecretsTest, AnOlderFileIsBroughtUpToDate) {
  secrets_.reset();
  remove();
  {
    auto db = messaging::Database::open(file_, messaging::OpenMode::Create);
    ASSERT_TRUE(db->run(
        "CREATE TABLE password(account TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;"
        "CREATE TABLE session(digest BLOB PRIMARY KEY, account TEXT NOT NULL, created_at INTEGER "
        "NOT NULL, used_at "
        "INTEGER NOT NULL) STRICT;"
        "INSERT INTO password VALUES ('zhang', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x')"));
  }
  open();
  EXPECT_TRUE(secrets_->passwords.exists("zhang"));
  EXPECT_TRUE(secrets_->sessions.begin("zhang", "", SessionScope::Full, now_));
  open();  // and once more, as it is now
  EXPECT_EQ(secrets_->sessions.list(std::nullopt, now_)->size(), 1U);
}

TEST_F(SecretsTest, AFileOfANewerProgramIsLeftAlone) {
  secrets_.reset();
  {
    auto db = messaging::Database::open(file_, messaging::OpenMode::Create);
    ASSERT_TRUE(db->run("PRAGMA user_version = 99"));
  }
  auto const opened = Secrets::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("newer"), std::string::npos);
}

TEST_F(SecretsTest, TokensWorkUntilTheyExpireOrAreRevoked) {
  Tokens& tokens = secrets_->tokens;
  auto const token = tokens.issue("zhang", "console", now_, now_ + hours(1));
  ASSERT_TRUE(token);
  EXPECT_EQ(tokens.find(token->secret, now_)->account, "zhang");
  EXPECT_TRUE(secrets_->holds({Proof::Kind::Token, token->id}, now_));
  EXPECT_FALSE(tokens.find(token->secret, now_ + hours(1)));
  EXPECT_FALSE(secrets_->holds({Proof::Kind::Token, token->id}, now_ + hours(1)));
  EXPECT_FALSE(tokens.find(token->secret + "x", now_));
  EXPECT_FALSE(tokens.find("", now_));
  EXPECT_FALSE(file_holds(token->secret));
  EXPECT_EQ(tokens.list(std::nullopt)->size(), 1U);
  auto const before = secrets_->endings();
  EXPECT_TRUE(*tokens.revoke(token->id));
  EXPECT_GT(secrets_->endings(), before);
  EXPECT_FALSE(*tokens.revoke(token->id));
  EXPECT_FALSE(tokens.find(token->secret, now_));
}

class SessionsTest : public SecretsTest {
 protected:
  std::string begin(std::string const& account, Time when,
                    SessionScope scope = SessionScope::Full) {
    return *secrets_->sessions.begin(account, "10.0.0.1", scope, when);
  }
  bool lives(std::string const& secret, Time when) {
    return secrets_->sessions.find(secret, when).has_value();
  }
};

TEST_F(SessionsTest, OneDiesThirtyMinutesAndASecondAfterItsLastCall) {
  auto const first = begin("zhang", now_), second = begin("zhang", now_);
  EXPECT_TRUE(lives(first, now_ + minutes(30)));
  EXPECT_FALSE(lives(second, now_ + minutes(30) + seconds(1)));
  // Each call counts to the second, also those that are not written down.
  EXPECT_TRUE(lives(first, now_ + minutes(30) + seconds(50)));
  EXPECT_TRUE(lives(first, now_ + minutes(60) + seconds(50)));
  EXPECT_FALSE(lives(first, now_ + minutes(90) + seconds(51)));
  EXPECT_FALSE(file_holds(first));
}

TEST_F(SessionsTest, OneDiesTwelveHoursAfterTheLoginHoweverBusy) {
  auto const session = begin("zhang", now_);
  for (int i = 1; i <= 36; ++i) {
    EXPECT_TRUE(lives(session, now_ + minutes(20 * i))) << i;
  }
  EXPECT_FALSE(lives(session, now_ + hours(12) + seconds(1)));
}

TEST_F(SessionsTest, LookingWhetherOneLivesIsNoUse) {
  auto const secret = begin("zhang", now_);
  Proof const proof{Proof::Kind::Session, secrets_->sessions.find(secret, now_)->id};
  EXPECT_TRUE(secrets_->holds(proof, now_ + minutes(29)));
  EXPECT_FALSE(secrets_->holds(proof, now_ + minutes(31)));
  EXPECT_FALSE(secrets_->holds({}, now_));
}

TEST_F(SessionsTest, AtMostFiveOfAnAccountAndTheOldestEnds) {
  std::vector<std::string> sessions;
  for (int i = 0; i < 6; ++i) {
    sessions.push_back(begin("zhang", now_ + seconds(i)));
    begin("li", now_);
  }
  Time const then = now_ + minutes(1);
  EXPECT_FALSE(lives(sessions[0], then));
  for (std::size_t i = 1; i < sessions.size(); ++i) {
    EXPECT_TRUE(lives(sessions[i], then)) << i;
  }
}

TEST_F(SessionsTest, ANewPasswordEndsThemAll) {
  auto const mine = begin("zhang", now_), other = begin("li", now_);
  auto const before = secrets_->endings();
  ASSERT_TRUE(secrets_->set_password("zhang", "Another password 1", now_));
  EXPECT_GT(secrets_->endings(), before);
  EXPECT_FALSE(lives(mine, now_));
  EXPECT_TRUE(lives(other, now_));
}

TEST_F(SessionsTest, TheyAreListedAndEndedByTheirIds) {
  auto const first = begin("zhang", now_), second = begin("zhang", now_ + seconds(1));
  begin("li", now_ + seconds(2), SessionScope::Enrol);
  auto const mine = secrets_->sessions.list("zhang", now_ + seconds(3));
  ASSERT_EQ(mine->size(), 2U);
  EXPECT_EQ(mine->front().peer, "10.0.0.1");
  auto const all = secrets_->sessions.list(std::nullopt, now_ + seconds(3));
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(all->back().scope, SessionScope::Enrol);
  EXPECT_TRUE(*secrets_->sessions.end(mine->front().id));
  EXPECT_FALSE(*secrets_->sessions.end(mine->front().id));
  EXPECT_FALSE(lives(first, now_ + seconds(3)));
  EXPECT_TRUE(lives(second, now_ + seconds(3)));
  EXPECT_TRUE(secrets_->sessions.list(std::nullopt, now_ + hours(13))->empty());
}

TEST_F(SecretsTest, TokensOfAnAccountAreBounded) {
  Tokens& tokens = secrets_->tokens;
  for (std::int64_t i = 0; i < Tokens::kMost; ++i) {
    ASSERT_TRUE(tokens.issue("zhang", "gateway", now_, now_ + hours(i == 0 ? 1 : 2)));
  }
  auto const one_more = tokens.issue("zhang", "gateway", now_, std::nullopt);
  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().code, ErrorCode::Conflict);
  EXPECT_TRUE(tokens.issue("li", "gateway", now_, std::nullopt));
  // One that has ended makes room.
  EXPECT_TRUE(tokens.issue("zhang", "gateway", now_ + hours(1), std::nullopt));
  EXPECT_FALSE(tokens.issue("zhang", "gateway", now_ + hours(1), std::nullopt));
}

TEST_F(SecretsTest, WhatHasEndedIsRemovedInPieces) {
  for (int i = 0; i < 25; ++i) {
    ASSERT_TRUE(secrets_->tokens.issue("zhang", "old", now_, now_ + hours(1)));
    ASSERT_TRUE(
        secrets_->sessions.begin("account " + std::to_string(i), "", SessionScope::Full, now_));
  }
  auto const lasting = secrets_->tokens.issue("zhang", "lasting", now_, std::nullopt);
  auto const session = secrets_->sessions.begin("li", "", SessionScope::Full, now_ + hours(13));
  Time const then = now_ + hours(13);
  EXPECT_EQ(secrets_->tokens.list(std::nullopt)->size(), 26U);
  EXPECT_TRUE(*secrets_->remove_ended(then, 10));
  EXPECT_TRUE(*secrets_->remove_ended(then, 10));
  EXPECT_FALSE(*secrets_->remove_ended(then, 10));
  EXPECT_EQ(secrets_->tokens.list(std::nullopt)->size(), 1U);
  EXPECT_EQ(secrets_->tokens.find(lasting->secret, then)->account, "zhang");
  EXPECT_EQ(secrets_->sessions.find(*session, then)->account, "li");
  EXPECT_EQ(sessions_stored(), 1);
  EXPECT_FALSE(*secrets_->remove_ended(then + hours(2), 10));
  EXPECT_EQ(sessions_stored(), 0);
}

TEST_F(SecretsTest, OfAnOldHashNothingIsLeftInTheFiles) {
  ASSERT_TRUE(secrets_->set_password("zhang", "Correct horse 1", now_));
  std::string const old = stored_hash();
  for (int i = 2; i < 8; ++i) {
    ASSERT_TRUE(
        secrets_->set_password("zhang", "Correct horse " + std::to_string(i), now_ + seconds(i)));
  }
  EXPECT_FALSE(*secrets_->remove_ended(now_, 10));
  EXPECT_FALSE(file_holds(old));
  EXPECT_TRUE(file_holds(stored_hash()));
}

TEST_F(SecretsTest, RandomTextsDiffer) {
  EXPECT_EQ(random_text(12).size(), 16U);
  EXPECT_NE(random_text(12), random_text(12));
}

}  // namespace
}  // namespace fenghuo::server
