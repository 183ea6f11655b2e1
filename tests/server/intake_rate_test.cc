#include "server/intake/intake_rate.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

TEST(IntakeRate, TenAMinuteAndThenOneEachSixSeconds) {
  IntakeRate rate{10};
  Time now{1'000'000'000};
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(rate.over("a", now)) << i;
  }
  EXPECT_TRUE(rate.over("a", now));
  EXPECT_FALSE(rate.over("b", now)) << "another address";
  EXPECT_TRUE(rate.over("a", now + seconds(5)));
  EXPECT_FALSE(rate.over("a", now + seconds(6)));
  EXPECT_TRUE(rate.over("a", now + seconds(6)));
  int passed = 0;
  for (int i = 0; i < 20; ++i) {
    passed += rate.over("a", now + minutes(10)) ? 0 : 1;
  }
  EXPECT_EQ(passed, 10) << "a long silence fills it once, not more";
}

TEST(IntakeRate, AClockThatGoesBackGivesNothing) {
  IntakeRate rate{2};
  Time const now{10'000'000'000};
  EXPECT_FALSE(rate.over("a", now));
  EXPECT_FALSE(rate.over("a", now));
  EXPECT_TRUE(rate.over("a", now - hours(1)));
  EXPECT_TRUE(rate.over("a", now));
}

TEST(IntakeRate, ForgetsTheOneThatWasSilentLongest) {
  IntakeRate rate{1};
  Time now{1'000'000'000};
  EXPECT_FALSE(rate.over("first", now));
  for (int i = 0; i < 10'000; ++i) {
    now = now + Duration{1};
    EXPECT_FALSE(rate.over(std::to_string(i), now));
  }
  EXPECT_TRUE(rate.over("9999", now));
  EXPECT_FALSE(rate.over("first", now)) << "was forgotten";
}

}  // namespace
}  // namespace fenghuo::server
