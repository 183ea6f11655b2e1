// The journal's time under clocks that step, stand and come right again.
#include "center/clock.h"

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "tests/center/small_center.h"

namespace fenghuo::center {
namespace {

using tests::kEight;
using tests::SmallCenter;

TEST(JournalClock, FollowsTheTimeOfDay) {
  ManualClock clock{kEight};
  JournalClock const journal{clock, {0}};
  EXPECT_EQ(journal.now(), kEight);
  clock.advance(seconds(90));
  EXPECT_EQ(journal.now(), kEight + seconds(90));
  EXPECT_EQ(journal.ahead(), Duration{0});
  clock.set(kEight + hours(24));
  EXPECT_EQ(journal.now(), kEight + hours(24)) << "a step forward is believed";
}

TEST(JournalClock, GoesOnWhereTheClockWasSetBackUntilItHasCaughtUp) {
  ManualClock clock{kEight};
  JournalClock const journal{clock, {0}};
  ASSERT_EQ(journal.now(), kEight);
  clock.set(kEight - seconds(10));
  EXPECT_EQ(journal.now(), kEight);
  clock.advance(seconds(50));
  EXPECT_EQ(journal.now(), kEight + seconds(45)) << "nine tenths as fast";
  EXPECT_EQ(journal.ahead(), seconds(5));
  clock.advance(seconds(50));
  EXPECT_EQ(journal.ahead(), Duration{0});
  clock.advance(seconds(50));
  EXPECT_EQ(journal.now(), clock.now());
}

TEST(JournalClock, NeverGoesBackAndNeverStands) {
  Random random{5};
  ManualClock clock{kEight};
  JournalClock const journal{clock, kEight + hours(2)};
  Time last = journal.now();
  EXPECT_EQ(last, kEight + hours(2)) << "the journal knows better";
  for (int i = 0; i < 2'000; ++i) {
    if (random.chance(100)) {
      clock.set(kEight + seconds(random.between(-1'000'000, 1'000'000)));
    }
    Duration const passed = seconds(random.between(0, 60));
    clock.advance(passed);
    Time const now = journal.now();
    ASSERT_GE(now, last + Duration{passed.us * 9 / 10});
    last = now;
  }
}

TEST(JournalClock, DeadlinesPassThoughTheClockWasAYearAheadOnce) {
  SmallCenter desk;
  desk.open(tests::memory_journal());
  desk.must("found_center jurisdiction=x");
  desk.must("register_team name=甲队");
  desk.clock->set(kEight + hours(24 * 365));
  desk.must("open_incident kind=fire");
  desk.clock->set(kEight);
  desk.must("issue_orders incident=I-2027-000001 items=[{team=T-2026-000001}]");
  desk.center->turn();
  EXPECT_NE(desk.center->last_trouble().find("behind the journal"), std::string::npos);
  desk.clock->advance(minutes(3));
  desk.center->turn();
  EXPECT_TRUE(desk.center->committed().read([](domain::State const& state) {
    return state.orders.begin()->second->acknowledgement_overdue;
  }));
}

}  // namespace
}  // namespace fenghuo::center
