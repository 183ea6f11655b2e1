// What lies beside the journal and was made from another history, or is damaged, or is gone, changes nothing
// that the centre says; and a journal that rots beneath a running centre is noticed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "messaging/journal/sqlite_journal.h"
#include "tests/center/small_center.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::tests {
namespace {

namespace fs = std::filesystem;

/// A short day; `name` makes two days of the same length differ.
void live(SmallCenter& desk, std::string const& name, int notes) {
  desk.must("found_center jurisdiction=烽原县");
  desk.must("register_team name=" + name + "救援队 capabilities=[{capability=boat}]");
  desk.must("open_incident title=" + name + " kind=fire");
  for (int i = 0; i < notes; ++i) {
    desk.clock->advance(seconds(1));
    desk.must("add_note incident=I-2026-000001 text=" + name + std::to_string(i));
  }
  messaging::TrackPoint point;
  point.team = {2026, 1};
  point.point = {305'000'001, 1'140'000'002};
  point.device_time = desk.clock->now();
  EXPECT_EQ(desk.center->positions().take(point, desk.clock->now()), center::PositionResult::Taken);
  desk.center->turn();
}

constexpr SmallCenterOptions kSnapshots{.threads = false, .snapshot_every = 7};

struct Seen {
  std::string state;
  std::vector<Sequence> timeline;
  bool operator==(Seen const&) const = default;
};

Seen look(SmallCenter& desk) {
  desk.center->turn();
  EXPECT_EQ(desk.center->last_trouble(), "");
  auto const timeline = desk.center->subjects()->sequences("I-2026-000001", 0, 1'000);
  EXPECT_TRUE(timeline);
  return {desk.text(), timeline ? *timeline : std::vector<Sequence>{}};
}

Seen look_in(fs::path const& folder) {
  SmallCenter desk;
  desk.clock->advance(hours(1));
  desk.open_in(folder, kSnapshots);
  return desk.center == nullptr ? Seen{} : look(desk);
}

void copy_journal(fs::path const& from, fs::path const& to) {
  fs::remove(to / "journal.db");
  fs::copy_file(from / "journal.db", to / "journal.db");
}

TEST(OtherHistory, NothingThatLiesBesideTheJournalIsBelieved) {
  // The other history is shorter, of the same length, longer.
  for (int const notes : {3, 20, 60}) {
    SCOPED_TRACE(notes);
    ScratchFolder const ours, theirs;
    Seen expected;
    {
      SmallCenter desk;
      desk.open_in(ours.path(), kSnapshots);
      live(desk, "东岭", 20);
      expected = look(desk);
    }
    ASSERT_EQ(expected.timeline.size(), 21U);
    {
      SmallCenter desk;
      desk.open_in(theirs.path(), kSnapshots);
      live(desk, "西川", notes);
    }
    ASSERT_FALSE(fs::is_empty(theirs / "snapshots"));
    // Our journal is put where theirs was: index, tracks and snapshots of theirs stay.
    copy_journal(ours.path(), theirs.path());
    EXPECT_EQ(look_in(theirs.path()), expected);
    EXPECT_EQ(look_in(theirs.path()), expected);  // and what was made of it is used again
  }
}

/// Every way in which a file beside the journal can be bad.
std::vector<std::pair<std::string, std::function<void(fs::path const&)>>> const& harms() {
  static std::vector<std::pair<std::string, std::function<void(fs::path const&)>>> const kHarms = {
      {"removed", [](fs::path const& file) { fs::remove(file); }},
      {"empty", [](fs::path const& file) { write_file(file, ""); }},
      {"rubbish", [](fs::path const& file) { write_file(file, std::string(9'000, 'x')); }},
      {"half", [](fs::path const& file) { fs::resize_file(file, fs::file_size(file) / 2); }},
      {"a byte", [](fs::path const& file) {
         std::string bytes = content_of(file);
         bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
         write_file(file, bytes);
       }}};
  return kHarms;
}

TEST(OtherHistory, SnapshotsAreNeverNeededForTruth) {
  ScratchFolder const ours;
  Seen expected;
  {
    SmallCenter desk;
    desk.open_in(ours.path(), kSnapshots);
    live(desk, "东岭", 30);
    expected = look(desk);
  }
  std::vector<std::string> names;
  for (auto const& entry : fs::directory_iterator{ours / "snapshots"}) {
    names.push_back(entry.path().filename());
  }
  ASSERT_EQ(names.size(), 2U);
  names.emplace_back("");  // all of them
  for (auto const& name : names) {
    for (auto const& [how, harm] : harms()) {
      SCOPED_TRACE(name + " " + how);
      ScratchFolder const copy;
      fs::copy(ours.path(), copy.path(), fs::copy_options::recursive);
      for (auto const& entry : fs::directory_iterator{copy / "snapshots"}) {
        if (name.empty() || entry.path().filename() == name) {
          harm(entry.path());
        }
      }
      EXPECT_EQ(look_in(copy.path()), expected);
    }
  }
}

TEST(OtherHistory, TimelinesAndTracksDoNotKeepACentreFromStarting) {
  ScratchFolder const ours;
  Seen expected;
  {
    SmallCenter desk;
    desk.open_in(ours.path(), kSnapshots);
    live(desk, "东岭", 10);
    expected = look(desk);
  }
  for (char const* name : {"subjects.db", "tracks.db"}) {
    for (auto const& [how, harm] : harms()) {
      SCOPED_TRACE(std::string{name} + " " + how);
      ScratchFolder const copy;
      fs::copy(ours.path(), copy.path(), fs::copy_options::recursive);
      harm(copy / name);
      SmallCenter desk;
      desk.clock->advance(hours(1));
      desk.open_in(copy.path(), kSnapshots);
      ASSERT_NE(desk.center, nullptr);
      EXPECT_EQ(desk.text(), expected.state);
      desk.center->turn();
      // A byte deep in such a file may go unseen by SQLite, or be told as trouble: it is no part of the truth.
      if (how != "a byte" && how != "half") {
        EXPECT_EQ(look(desk), expected);
      }
      EXPECT_EQ(outcome_name(desk.give("add_note incident=I-2026-000001 text=后来", "later")),
                "carried");
    }
  }
}

TEST(Scrub, FindsAByteThatWasChangedBeneathARunningCentre) {
  ScratchFolder const folder;
  {
    SmallCenter desk;
    desk.open_in(folder.path(), kSnapshots);
    live(desk, "东岭", 30);
  }
  SmallCenter desk;
  desk.clock->advance(hours(1));
  desk.open_in(folder.path(), kSnapshots);  // from a snapshot: the row below is not read
  ASSERT_NE(desk.center, nullptr);
  std::string const bytes = content_of(folder / "journal.db");
  auto const at = bytes.find("东岭7");
  ASSERT_NE(at, std::string::npos);
  std::fstream{folder / "journal.db", std::ios::binary | std::ios::in | std::ios::out}.seekp(
      static_cast<std::streamoff>(at))
      << "东岭8";
  for (int i = 0; i < 5; ++i) {
    desk.clock->advance(seconds(60));
    desk.center->turn();
  }
  ASSERT_FALSE(desk.damage.empty());
  EXPECT_NE(desk.damage.front().find("row 11 was changed"), std::string::npos);
  EXPECT_NE(desk.center->last_trouble().find("journal verify"), std::string::npos);
  EXPECT_GE(desk.center->scrub_figures().passes, 1U);
  EXPECT_GE(desk.center->scrub_figures().found, 1U);
  EXPECT_EQ(outcome_name(desk.give("add_note incident=I-2026-000001 text=后来", "later")),
            "carried");
}

}  // namespace
}  // namespace fenghuo::tests
