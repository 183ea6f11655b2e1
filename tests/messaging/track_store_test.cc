// Stored positions, against a plain map by team and device time.
#include "messaging/tracks/track_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <thread>

#include "core/base/random.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

TrackPoint point_of(std::uint64_t team, std::int64_t second, std::int32_t lat = 0) {
  TrackPoint point;
  point.team = {2026, team};
  point.point = {lat, -lat};
  point.device_time = {second * 1'000'000};
  point.received_at = point.device_time + seconds(3);
  point.accuracy_m = second;
  point.means = domain::Means::Radio;
  point.said_by = "王";
  return point;
}

std::string text_of(TrackPoint const& p) {
  return to_text(p.team) + " " + std::to_string(p.point.lat_e7) + " " +
         std::to_string(p.point.lon_e7) + " " + std::to_string(p.device_time.us) + " " +
         std::to_string(p.received_at.us) + " " + std::to_string(p.accuracy_m) + " " +
         std::string{name_of(p.means)} + " " + p.said_by + "\n";
}
std::string text_of(std::vector<TrackPoint> const& points) {
  std::string out;
  for (auto const& point : points) {
    out += text_of(point);
  }
  return out;
}

constexpr Time kEver{std::numeric_limits<std::int64_t>::max()};
constexpr Time kNever{std::numeric_limits<std::int64_t>::min()};

TEST(TrackStore, KeepsWhatItWasGivenByTeamAndDeviceTime) {
  tests::ScratchFolder const folder;
  Random random{6};
  std::map<TeamId, std::map<Time, TrackPoint>> expected;
  auto store = std::move(TrackStore::open(folder / "tracks.db")).value();
  EXPECT_TRUE(store->latest()->empty());
  for (int batch = 0; batch < 20; ++batch) {
    std::vector<TrackPoint> points;
    for (int i = 0; i < 50; ++i) {
      // Late ones and repeats of a moment are among them: the last word on a moment holds.
      points.push_back(
          point_of(random.below(5), random.between(-300, 300),
                   static_cast<std::int32_t>(random.between(-900'000'000, 900'000'000))));
      expected[points.back().team].insert_or_assign(points.back().device_time, points.back());
    }
    ASSERT_TRUE(store->append(points));
    if (batch == 10) {
      store = std::move(TrackStore::open(folder / "tracks.db")).value();
    }
  }
  std::vector<TrackPoint> latest;
  for (auto const& [team, track] : expected) {
    latest.push_back(track.rbegin()->second);
    std::vector<TrackPoint> all;
    std::vector<TrackPoint> part;
    for (auto const& [time, point] : track) {
      all.push_back(point);
      if (time >= Time{-50'000'000} && time <= Time{50'000'000} && part.size() < 20) {
        part.push_back(point);
      }
    }
    EXPECT_EQ(text_of(*store->track(team, kNever, kEver, 10'000)), text_of(all));
    EXPECT_EQ(text_of(*store->track(team, {-50'000'000}, {50'000'000}, 20)), text_of(part));
  }
  EXPECT_EQ(text_of(*store->latest()), text_of(latest));
  EXPECT_TRUE(store->track({2026, 99}, kNever, kEver, 10)->empty());
  EXPECT_TRUE(store->append({}));
}

TEST(TrackStore, OldPointsGoInPiecesAndTheYoungestOfEachTeamStays) {
  tests::ScratchFolder const folder;
  Random random{7};
  auto store = std::move(TrackStore::open(folder / "tracks.db")).value();
  std::map<TeamId, std::map<Time, TrackPoint>> expected;
  std::vector<TrackPoint> points;
  for (int i = 0; i < 1'000; ++i) {
    auto const team = random.below(6);
    // Team 5 was silent for long: all of its points are old.
    points.push_back(point_of(team, team == 5 ? random.between(0, 50) : random.between(0, 999)));
    expected[points.back().team].insert_or_assign(points.back().device_time, points.back());
  }
  ASSERT_TRUE(store->append(points));
  Time const before{500 * 1'000'000};
  std::size_t old = 0;
  std::string left, latest;
  for (auto& [team, track] : expected) {
    latest += text_of(track.rbegin()->second);
    while (track.size() > 1 && track.begin()->first < before) {
      track.erase(track.begin());
      ++old;
    }
    for (auto const& [time, point] : track) {
      left += text_of(point);
    }
  }
  ASSERT_GT(old, 200U);
  EXPECT_EQ(*store->trim({0}, 100), 0U);
  std::size_t removed = 0;
  for (std::size_t piece = 30; piece == 30;) {
    auto const trimmed = store->trim(before, 30);
    ASSERT_TRUE(trimmed) << trimmed.error().message;
    piece = *trimmed;
    removed += piece;
  }
  EXPECT_EQ(removed, old);
  std::string found;
  for (auto const& [team, track] : expected) {
    found += text_of(*store->track(team, kNever, kEver, 10'000));
  }
  EXPECT_EQ(found, left);
  EXPECT_EQ(text_of(*store->latest()), latest);
}

TEST(TrackStore, AFileThatIsTrimmedStopsGrowing) {
  tests::ScratchFolder const folder;
  auto store = std::move(TrackStore::open(folder / "tracks.db")).value();
  std::vector<std::uintmax_t> sizes;
  for (std::int64_t day = 0; day < 40; ++day) {
    std::vector<TrackPoint> points;
    for (std::int64_t i = 0; i < 2'000; ++i) {
      points.push_back(point_of(static_cast<std::uint64_t>(i % 50), day * 10'000 + i));
    }
    ASSERT_TRUE(store->append(points));
    while (*store->trim({(day - 9) * 10'000 * 1'000'000}, 1'000) == 1'000) {
    }
    sizes.push_back(std::filesystem::file_size(folder / "tracks.db"));
  }
  EXPECT_GT(sizes[39], 100'000U);
  EXPECT_LE(sizes[39], sizes[15] + sizes[15] / 4);
}

TEST(TrackStore, TheEndsOfASpanBelongToIt) {
  tests::ScratchFolder const folder;
  auto const store = std::move(TrackStore::open(folder / "tracks.db")).value();
  std::vector<TrackPoint> const points{point_of(1, 10), point_of(1, 20), point_of(1, 30)};
  ASSERT_TRUE(store->append(points));
  EXPECT_EQ(store->track({2026, 1}, {10'000'000}, {30'000'000}, 9)->size(), 3U);
  EXPECT_EQ(store->track({2026, 1}, {10'000'001}, {29'999'999}, 9)->size(), 1U);
  EXPECT_TRUE(store->track({2026, 1}, {30'000'000}, {10'000'000}, 9)->empty());
}

TEST(TrackStore, ABatchIsStoredWholeOrNotAtAll) {
  tests::ScratchFolder const folder;
  auto const store = std::move(TrackStore::open(folder / "tracks.db")).value();
  auto other = std::move(Database::open(folder / "tracks.db", OpenMode::ReadWrite)).value();
  ASSERT_TRUE(
      other.run("CREATE TRIGGER no BEFORE INSERT ON track WHEN new.accuracy_m = 2 BEGIN "
                "SELECT RAISE(ABORT, 'no'); END"));
  std::vector<TrackPoint> const points{point_of(1, 1), point_of(1, 2), point_of(1, 3)};
  EXPECT_FALSE(store->append(points));
  EXPECT_TRUE(store->latest()->empty());
  ASSERT_TRUE(other.run("DROP TRIGGER no"));
  EXPECT_TRUE(store->append(points));
  EXPECT_EQ(store->track({2026, 1}, kNever, kEver, 9)->size(), 3U);
}

TEST(TrackStore, ADamagedRowIsPassedOver) {
  tests::ScratchFolder const folder;
  auto const store = std::move(TrackStore::open(folder / "tracks.db")).value();
  std::vector<TrackPoint> const points{point_of(1, 1), point_of(2, 1), point_of(3, 1)};
  ASSERT_TRUE(store->append(points));
  auto other = std::move(Database::open(folder / "tracks.db", OpenMode::ReadWrite)).value();
  ASSERT_TRUE(
      other.run("UPDATE track SET means = 'telepathy' WHERE team = 'T-2026-000001';"
                "UPDATE track SET team = 'X' WHERE team = 'T-2026-000003'"));
  EXPECT_EQ(text_of(*store->latest()), text_of({point_of(2, 1)}));
}

TEST(TrackStore, IsReadWhileItIsWritten) {
  tests::ScratchFolder const folder;
  auto const store = std::move(TrackStore::open(folder / "tracks.db")).value();
  std::atomic<int> wrong{0};
  std::thread reader{[&] {
    for (std::size_t seen = 0; seen < 1'000;) {
      auto const track = store->track({2026, 1}, kNever, kEver, 10'000);
      wrong += track && track->size() >= seen && track->size() % 10 == 0 ? 0 : 1;
      seen = track ? track->size() : 1'000;
    }
  }};
  for (std::int64_t batch = 0; batch < 100; ++batch) {
    std::vector<TrackPoint> points;
    for (std::int64_t i = 0; i < 10; ++i) {
      points.push_back(point_of(1, batch * 10 + i));
    }
    EXPECT_TRUE(store->append(points));
  }
  reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST(TrackStore, WhatIsNoDatabaseIsPutAside) {
  tests::ScratchFolder const folder;
  tests::write_file(folder / "tracks.db", std::string(5'000, 'x'));
  auto const store = TrackStore::open(folder / "tracks.db");
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ((*store)->put_aside(), folder / "tracks.db.damaged");
  EXPECT_TRUE((*store)->latest()->empty());
  ASSERT_TRUE((*store)->append({{point_of(1, 1)}}));
  EXPECT_EQ((*store)->latest()->size(), 1U);
  EXPECT_EQ(tests::content_of(folder / "tracks.db.damaged"), std::string(5'000, 'x'));
  EXPECT_EQ(TrackStore::open(folder / "no/tracks.db").error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace fenghuo::messaging
