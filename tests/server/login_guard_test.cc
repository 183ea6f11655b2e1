#include "server/access/login_guard.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

Time at(std::int64_t minute) { return Time{} + minutes(1'000'000 + minute); }

TEST(LoginGuard, LocksAfterFiveAndOpensAfterFifteenMinutes) {
  LoginGuard guard;
  for (int i = 0; i < LoginGuard::kTries; ++i) {
    EXPECT_FALSE(guard.locked("zhang", "10.0.0.1", at(0)));
    guard.failed("zhang", "10.0.0.1", at(0));
  }
  EXPECT_TRUE(guard.locked("zhang", "10.0.0.2", at(1))) << "the account is locked from everywhere";
  EXPECT_TRUE(guard.locked("li", "10.0.0.1", at(1))) << "the address is locked for everybody";
  EXPECT_FALSE(guard.locked("li", "10.0.0.2", at(1)));
  EXPECT_FALSE(guard.locked("zhang", "10.0.0.1", at(16)));
}

TEST(LoginGuard, ALoginForgetsTheFailures) {
  LoginGuard guard;
  for (int i = 0; i < LoginGuard::kTries - 1; ++i) {
    guard.failed("zhang", "a", at(0));
  }
  guard.succeeded("zhang", "a");
  guard.failed("zhang", "a", at(0));
  EXPECT_FALSE(guard.locked("zhang", "a", at(0)));
}

TEST(LoginGuard, RemembersABoundedNumber) {
  LoginGuard guard;
  for (int i = 0; i < LoginGuard::kTries; ++i) {
    guard.failed("zhang", "a", at(5));
  }
  for (int i = 0; i < 10'500; ++i) {
    guard.failed("guess" + std::to_string(i), "b" + std::to_string(i), at(0));
  }
  EXPECT_TRUE(guard.locked("zhang", "c", at(5))) << "older guesses go first";
}

}  // namespace
}  // namespace fenghuo::server
