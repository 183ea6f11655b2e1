#include "server/access/login_guard.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

Time at(std::int64_t second) { return Time{} + minutes(1'000'000) + seconds(second); }

class LoginGuardTest : public testing::Test {
 protected:
  void fail(LoginTry const& who, int times, Time when) {
    for (int i = 0; i < times; ++i) {
      guard_.failed(who, when);
    }
  }
  SecurityProfile const& profile_ = *profile_named("mlps3");
  LoginGuard guard_{profile_};
};

TEST_F(LoginGuardTest, TheSixthTryIsRefusedForThirtyMinutes) {
  LoginTry const who{"zhang", "10.0.0.1"};
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(guard_.locked(who, at(0)));
    guard_.failed(who, at(0));
  }
  EXPECT_TRUE(guard_.locked(who, at(0)));
  EXPECT_TRUE(guard_.locked(who, at(30 * 60)));
  EXPECT_FALSE(guard_.locked(who, at(30 * 60 + 1)));
}

TEST_F(LoginGuardTest, NobodyElseIsLockedOut) {
  fail({"zhang", "10.0.0.1"}, 5, at(0));
  EXPECT_FALSE(guard_.locked({"li", "10.0.0.1"}, at(1))) << "a colleague behind the same gateway";
  EXPECT_FALSE(guard_.locked({"zhang", "10.0.0.2"}, at(1)))
      << "the owner, where the guesser is not";
}

TEST_F(LoginGuardTest, ManyAddressesGetTwentyTriesAtOneAccount) {
  for (int i = 0; i < profile_.tries_of_account; ++i) {
    LoginTry const who{"zhang", "10.0.0." + std::to_string(i)};
    EXPECT_FALSE(guard_.locked(who, at(0))) << i;
    guard_.failed(who, at(0));
  }
  EXPECT_TRUE(guard_.locked({"zhang", "10.9.9.9"}, at(0)));
  EXPECT_FALSE(guard_.locked({"li", "10.9.9.9"}, at(0)));
}

TEST_F(LoginGuardTest, OneAddressGetsAHundredTriesAtManyAccountsUnlessManyPeopleShareIt) {
  for (int i = 0; i < profile_.tries_of_address; ++i) {
    EXPECT_FALSE(guard_.locked({"a" + std::to_string(i), "10.0.0.1"}, at(0))) << i;
    guard_.failed({"a" + std::to_string(i), "10.0.0.1"}, at(0));
    guard_.failed({"a" + std::to_string(i), "127.0.0.1", true}, at(0));
  }
  EXPECT_TRUE(guard_.locked({"li", "10.0.0.1"}, at(0)));
  EXPECT_FALSE(guard_.locked({"li", "127.0.0.1", true}, at(0)));
}

TEST_F(LoginGuardTest, FailuresLongAgoDoNotCountWithThoseOfToday) {
  fail({"zhang", "a"}, 4, at(0));
  fail({"zhang", "a"}, 1, at(30 * 60 + 1));
  EXPECT_FALSE(guard_.locked({"zhang", "a"}, at(30 * 60 + 1)));
}

TEST_F(LoginGuardTest, ALoginForgetsTheFailuresOfItsPlaceAndANewPasswordAll) {
  fail({"zhang", "a"}, 4, at(0));
  guard_.succeeded({"zhang", "a"});
  fail({"zhang", "a"}, 1, at(0));
  EXPECT_FALSE(guard_.locked({"zhang", "a"}, at(0)));
  fail({"zhang", "b"}, 20, at(0));
  EXPECT_TRUE(guard_.locked({"zhang", "c"}, at(0)));
  guard_.forget("zhang");
  EXPECT_FALSE(guard_.locked({"zhang", "b"}, at(0)));
  EXPECT_FALSE(guard_.locked({"zhang", "c"}, at(0)));
}

TEST_F(LoginGuardTest, ALoginToOnesOwnAccountIsNoWayToTryOthersForEver) {
  for (int i = 0; i < profile_.tries_of_address; ++i) {
    guard_.failed({"a" + std::to_string(i), "10.0.0.1"}, at(0));
    guard_.succeeded({"mine", "10.0.0.1"});
  }
  EXPECT_TRUE(guard_.locked({"mine", "10.0.0.1"}, at(0)));
}

TEST_F(LoginGuardTest, RemembersABoundedNumber) {
  fail({"zhang", "a"}, 5, at(5));
  for (int i = 0; i < 15'300; ++i) {
    guard_.failed({"guess" + std::to_string(i), "b", true}, at(0));
  }
  EXPECT_TRUE(guard_.locked({"zhang", "a"}, at(5))) << "older guesses go first";
}

}  // namespace
}  // namespace fenghuo::server
