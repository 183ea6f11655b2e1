#include "center/positions.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace fenghuo::center {
namespace {

constexpr Time kNow{1'772'323'200'000'000};

messaging::TrackPoint point_of(std::uint64_t team, Time when, std::int32_t lat = 1) {
  messaging::TrackPoint point;
  point.team = {2026, team};
  point.point = {lat, lat};
  point.device_time = when;
  return point;
}

TEST(Positions, TheYoungestByDeviceTimeHolds) {
  Positions positions;
  EXPECT_FALSE(positions.latest({2026, 1}));
  EXPECT_EQ(positions.take(point_of(1, kNow, 1), kNow), PositionResult::Taken);
  EXPECT_EQ(positions.take(point_of(1, kNow - seconds(1), 2), kNow), PositionResult::Older);
  EXPECT_EQ(positions.take(point_of(1, kNow, 3), kNow),
            PositionResult::Older);  // the first word on a moment
  EXPECT_EQ(positions.latest({2026, 1})->point.lat_e7, 1);
  EXPECT_EQ(positions.take(point_of(1, kNow + seconds(1), 4), kNow), PositionResult::Taken);
  EXPECT_EQ(positions.latest({2026, 1})->point.lat_e7, 4);
  EXPECT_EQ(positions.take(point_of(2, kNow - hours(5)), kNow), PositionResult::Taken);
  EXPECT_EQ(positions.all().size(), 2U);
}

TEST(Positions, ADeviceWhoseClockIsAheadHidesNothing) {
  Positions positions;
  EXPECT_EQ(positions.take(point_of(1, kNow + minutes(5)), kNow), PositionResult::Taken);
  EXPECT_EQ(positions.take(point_of(2, kNow + minutes(5) + microseconds(1)), kNow),
            PositionResult::InFuture);
  EXPECT_FALSE(positions.latest({2026, 2}));
  EXPECT_EQ(positions.take_unsaved().size(), 1U);
}

TEST(Positions, LatePointsBelongToTheTrack) {
  Positions positions;
  for (int i = 0; i < 3; ++i) {
    positions.take(point_of(1, kNow - seconds(i), i), kNow);
  }
  auto const unsaved = positions.take_unsaved();
  ASSERT_EQ(unsaved.size(), 3U);
  EXPECT_EQ(unsaved[2].point.lat_e7, 2);
  EXPECT_TRUE(positions.take_unsaved().empty());
}

TEST(Positions, WhatIsRestoredIsNotStoredAgain) {
  Positions positions;
  std::vector<messaging::TrackPoint> const points{point_of(1, kNow, 1), point_of(2, kNow, 2)};
  positions.restore(points);
  EXPECT_EQ(positions.latest({2026, 2})->point.lat_e7, 2);
  EXPECT_TRUE(positions.take_unsaved().empty());
  EXPECT_EQ(positions.take(point_of(1, kNow - seconds(1)), kNow), PositionResult::Older);
}

TEST(Positions, AReaderGetsWhatChangedSinceItLooked) {
  Positions positions;
  std::uint64_t seen = 0;
  positions.take(point_of(1, kNow), kNow);
  positions.take(point_of(2, kNow), kNow);
  EXPECT_EQ(positions.changed_after(seen).size(), 2U);
  EXPECT_TRUE(positions.changed_after(seen).empty());
  positions.take(point_of(2, kNow + seconds(1)), kNow);
  positions.take(point_of(1, kNow - seconds(1)), kNow);  // no change of the latest
  auto const changed = positions.changed_after(seen);
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed.front().team, (TeamId{2026, 2}));
  EXPECT_TRUE(positions.changed_after(seen).empty());
}

TEST(Positions, TheQueueIsBoundedAndCountsWhatItDropped) {
  Positions positions;
  for (std::int64_t i = 0; i < 100'001; ++i) {
    positions.take(point_of(1, kNow + microseconds(i)), kNow);
  }
  EXPECT_EQ(positions.dropped(), 10'000U);
  auto unsaved = positions.take_unsaved();
  ASSERT_EQ(unsaved.size(), 90'001U);
  EXPECT_EQ(unsaved.front().device_time, kNow + microseconds(10'000));  // the oldest went
  EXPECT_EQ(unsaved.back().device_time, kNow + microseconds(100'000));
  // What could not be stored comes back before what came meanwhile, within the same bound.
  for (std::int64_t i = 0; i < 10'000; ++i) {
    positions.take(point_of(2, kNow + microseconds(i)), kNow);
  }
  positions.give_back(std::move(unsaved));
  EXPECT_EQ(positions.dropped(), 10'001U);
  unsaved = positions.take_unsaved();
  ASSERT_EQ(unsaved.size(), 100'000U);
  EXPECT_EQ(unsaved.front().device_time, kNow + microseconds(10'001));
  EXPECT_EQ(unsaved.back().team, (TeamId{2026, 2}));
}

TEST(Positions, ManySourcesLoseNothing) {
  Positions positions;
  std::atomic<bool> done{false};
  std::size_t stored = 0;
  std::thread store{[&] {
    bool last = false;
    while (!last) {
      last = done;
      stored += positions.take_unsaved().size();
    }
  }};
  std::vector<std::thread> sources;
  for (std::uint64_t team = 1; team <= 4; ++team) {
    sources.emplace_back([&, team] {
      for (std::int64_t i = 0; i < 5'000; ++i) {
        positions.take(point_of(team, kNow + microseconds(i)), kNow);
      }
    });
  }
  for (auto& source : sources) {
    source.join();
  }
  done = true;
  store.join();
  EXPECT_EQ(stored, 20'000U);
  EXPECT_EQ(positions.dropped(), 0U);
  for (auto const& point : positions.all()) {
    EXPECT_EQ(point.device_time, kNow + microseconds(4'999));
  }
}

}  // namespace
}  // namespace fenghuo::center
