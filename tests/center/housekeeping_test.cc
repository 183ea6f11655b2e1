// Chores: pieces, periods, and what is said about one that stays undone.
#include "center/housekeeping.h"

#include <gtest/gtest.h>

#include "center/center.h"
#include "tests/center/small_center.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::center {
namespace {

using tests::kEight;
using tests::SmallCenter;

/// A chore with a backlog, that can be made to fail.
struct Work {
  int left = 0, done = 0;
  std::string broken;
  Housekeeping::Chore chore() {
    return {"old rows are removed", minutes(10), [this]() -> Result<bool> {
              if (!broken.empty()) {
                return Error{ErrorCode::Unavailable, broken};
              }
              ++done;
              left = left > 0 ? left - 1 : 0;
              return left > 0;
            }};
  }
};

TEST(Housekeeping, DoesOnePieceATurnUntilNothingIsLeftThenWaitsAPeriod) {
  Housekeeping house;
  Work work;
  work.left = 3;
  house.add(work.chore(), seconds(0));
  for (int turn = 1; turn <= 3; ++turn) {
    house.turn(seconds(turn));
    EXPECT_EQ(work.done, turn);
  }
  house.turn(seconds(4));
  house.turn(seconds(3) + minutes(10) - microseconds(1));
  EXPECT_EQ(work.done, 3);
  house.turn(seconds(3) + minutes(10));
  EXPECT_EQ(work.done, 4);
}

TEST(Housekeeping, SaysWhenTwoPeriodsPassedWithoutSuccess) {
  Housekeeping house;
  Work work;
  house.add(work.chore(), seconds(0));
  house.turn(seconds(0));
  work.broken = "the disk is full";
  house.turn(minutes(10));
  house.turn(minutes(20));
  EXPECT_EQ(house.trouble(minutes(20)), "");
  EXPECT_EQ(
      house.trouble(minutes(21)),
      "housekeeping: \"old rows are removed\" last succeeded 21 minutes ago: the disk is full");
  // It is tried again after a minute, and then all is well.
  work.broken.clear();
  house.turn(minutes(20) + seconds(59));
  EXPECT_NE(house.trouble(minutes(21)), "");
  house.turn(minutes(21));
  EXPECT_EQ(house.trouble(minutes(21)), "");
}

TEST(Housekeeping, ThatNobodyDoesIsSaidToo) {
  Housekeeping house;
  Work work;
  house.add(work.chore(), minutes(5));
  EXPECT_EQ(house.trouble(minutes(25)), "");
  EXPECT_EQ(house.trouble(minutes(26)),
            "housekeeping: \"old rows are removed\" last succeeded 21 minutes ago");
}

TEST(Housekeeping, ACentreRemovesOldPositionsAndReportsWhatDoesNotWork) {
  tests::ScratchFolder const folder;
  SmallCenter desk;
  desk.open_in(folder.path());
  desk.must("found_center jurisdiction=烽原县");
  desk.must("register_team name=一中队");
  TeamId const team{2026, 1};
  auto const at = [&](Time time) {
    messaging::TrackPoint point;
    point.team = team;
    point.device_time = point.received_at = time;
    return point;
  };
  for (int hour = 0; hour < 24 * 100; ++hour) {
    desk.center->positions().take(at(desk.clock->now()), desk.clock->now());
    desk.clock->advance(hours(1));
    desk.center->turn();
  }
  auto const left = desk.center->tracks()->track(team, kEight, desk.clock->now(), 10'000);
  ASSERT_TRUE(left);
  EXPECT_GE(left->size(), 24U * 90U - 2U);
  EXPECT_LE(left->size(), 24U * 90U + 2U);
  EXPECT_GE(left->front().device_time, desk.clock->now() - hours(24 * 90 + 2));
  EXPECT_EQ(desk.center->last_trouble(), "");

  int failures = 0;
  desk.center->housekeeping().add({"something is swept", minutes(10),
                                   [&]() -> Result<bool> {
                                     ++failures;
                                     return Error{ErrorCode::Unavailable, "it is stuck"};
                                   }},
                                  desk.clock->steady());
  desk.center->turn();
  EXPECT_EQ(desk.center->last_trouble(), "");
  desk.clock->advance(minutes(21));
  desk.center->turn();
  EXPECT_EQ(failures, 2);
  EXPECT_EQ(desk.center->last_trouble(),
            "housekeeping: \"something is swept\" last succeeded 21 minutes ago: it is stuck");
}

}  // namespace
}  // namespace fenghuo::center
