// The simulated disk keeps what was synced, loses what was not, and fails when told to.
#include "tests/faults/simulated_disk.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <set>

#include "messaging/sqlite/database.h"

namespace fenghuo::tests {
namespace {

using messaging::Database;
using messaging::OpenMode;

constexpr char const* kFile = "/data/file";

/// Everything that cuts with many seeds leave of a file; "(none)" where it is gone.
std::set<std::string> left_of(SimulatedDisk& disk, std::string const& file, int cuts = 300) {
  std::set<std::string> left;
  for (int seed = 0; seed < cuts; ++seed) {
    Random random{static_cast<std::uint64_t>(seed)};
    auto const image = disk.after_power_cut(random);
    auto const bytes = image->read(file);
    left.insert(bytes ? *bytes : "(none)");
  }
  return left;
}

TEST(SimulatedDisk, KeepsAWholeFileThatWasWritten) {
  SimulatedDisk disk;
  ASSERT_TRUE(disk.write(kFile, "old"));
  EXPECT_EQ(left_of(disk, kFile), std::set<std::string>{"old"});
  EXPECT_EQ(*disk.list("/data"), std::vector<SimulatedDisk::Path>{kFile});
  std::set<std::string> seen;
  disk.on_step = [&] { seen.merge(left_of(disk, kFile, 30)); };
  ASSERT_TRUE(disk.write(kFile, "new content"));
  EXPECT_EQ(seen, (std::set<std::string>{"old", "new content"}));  // never a part of either
  disk.on_step = nullptr;
  EXPECT_EQ(left_of(disk, kFile), std::set<std::string>{"new content"});
}

TEST(SimulatedDisk, ACutMayLoseAndTearWhatWasNotSynced) {
  SimulatedFile file;
  file.write(0, std::string(1'024, 'a'));
  file.sync();
  file.write(0, std::string(1'024, 'b'));
  file.write(1'024, std::string(512, 'c'));
  std::set<std::string> left;
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    Random random{seed};
    std::string const bytes = file.after_cut(CutManner::draw(random), random)->bytes();
    std::string sectors;
    for (std::size_t at = 0; at < bytes.size(); at += 512) {
      auto const sector = bytes.substr(at, 512);
      bool const one = sector.find_first_not_of(sector[0]) == std::string::npos;
      sectors += one ? (sector[0] == '\0' ? '0' : sector[0]) : '?';
    }
    left.insert(sectors);
  }
  for (char const* wanted : {"aa", "bb", "ab", "ba", "aac", "bbc", "abc", "bac", "?a", "a?"}) {
    EXPECT_EQ(left.count(wanted), 1U) << wanted;
  }
  EXPECT_EQ(left.count("cc"), 0U);
}

TEST(SimulatedDisk, NamesAreLostUntilTheFolderIsSynced) {
  SimulatedDisk disk;
  ASSERT_TRUE(disk.write("/data/a", "1"));
  ASSERT_TRUE(disk.remove("/data/a"));
  EXPECT_EQ(left_of(disk, "/data/a"), (std::set<std::string>{"1", "(none)"}));
  ASSERT_TRUE(disk.sync_folder("/data"));
  EXPECT_EQ(left_of(disk, "/data/a"), std::set<std::string>{"(none)"});
  ASSERT_TRUE(disk.make_folder("/data/sub"));
  ASSERT_TRUE(disk.write("/data/sub/b", "2"));
  EXPECT_EQ(left_of(disk, "/data/sub/b"), (std::set<std::string>{"2", "(none)"}));
  ASSERT_TRUE(disk.sync_folder("/data"));
  EXPECT_EQ(left_of(disk, "/data/sub/b"), std::set<std::string>{"2"});
}

TEST(SimulatedDisk, TheSameSeedLeavesTheSame) {
  SimulatedDisk disk;
  disk.on_step = [&] {
    Random one{7}, two{7};
    auto const a = disk.after_power_cut(one);
    auto const b = disk.after_power_cut(two);
    auto const files = disk.list("/data");
    ASSERT_TRUE(files);
    for (auto const& file : *files) {
      ASSERT_EQ(a->exists(file), b->exists(file));
      ASSERT_TRUE(!a->exists(file) || *a->read(file) == *b->read(file));
    }
  };
  ASSERT_TRUE(disk.write(kFile, std::string(40'000, 'x')));
  EXPECT_GT(disk.counters().steps, 5U);
}

TEST(SimulatedDisk, AnEndedProcessTouchesNothing) {
  SimulatedDisk disk;
  auto lock = std::move(disk.lock("/data/lock")).value();
  EXPECT_EQ(disk.lock("/data/lock").error().code, ErrorCode::Conflict);
  {
    auto db = std::move(Database::open(kFile, OpenMode::Create, disk)).value();
    ASSERT_TRUE(db.run("PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)"));
    ASSERT_TRUE(db.run("BEGIN; INSERT INTO t VALUES (2)"));
    disk.kill();
    EXPECT_FALSE(db.run("COMMIT"));
    EXPECT_FALSE(disk.write("/data/other", "x"));
    disk.restart();
    EXPECT_FALSE(db.run("INSERT INTO t VALUES (3)"));  // it is not of this process
    EXPECT_TRUE(disk.lock("/data/lock"));
    auto next = std::move(Database::open(kFile, OpenMode::ReadWrite, disk)).value();
    EXPECT_EQ(*next.value("SELECT group_concat(a) FROM t"), "1");
    ASSERT_TRUE(next.run("INSERT INTO t VALUES (4)"));
  }
  EXPECT_FALSE(disk.exists("/data/other"));
  Random random{1};
  disk.power_cut(random);
  EXPECT_FALSE(disk.lock("/data/lock"));
  disk.restart();
  EXPECT_TRUE(disk.lock("/data/lock"));
}

TEST(SimulatedDisk, SharesALogAmongConnections) {
  SimulatedDisk disk;
  auto writer = std::move(Database::open(kFile, OpenMode::Create, disk)).value();
  ASSERT_TRUE(writer.run("PRAGMA journal_mode=WAL; CREATE TABLE t(a)"));
  EXPECT_EQ(*writer.value("PRAGMA journal_mode"), "wal");
  auto reader = std::move(Database::open(kFile, OpenMode::ReadOnly, disk)).value();
  ASSERT_TRUE(writer.run("INSERT INTO t VALUES (1)"));
  ASSERT_TRUE(reader.run("BEGIN"));
  EXPECT_EQ(*reader.value("SELECT count(*) FROM t"), "1");
  ASSERT_TRUE(writer.run("INSERT INTO t VALUES (2)"));
  EXPECT_EQ(*reader.value("SELECT count(*) FROM t"), "1");  // its own moment
  ASSERT_TRUE(reader.run("COMMIT"));
  EXPECT_EQ(*reader.value("SELECT count(*) FROM t"), "2");
  auto other = std::move(Database::open(kFile, OpenMode::ReadWrite, disk)).value();
  ASSERT_TRUE(writer.run("BEGIN IMMEDIATE"));
  EXPECT_FALSE(other.run("INSERT INTO t VALUES (3)"));  // one writer at a time
  EXPECT_FALSE(reader.run("INSERT INTO t VALUES (3)"));
  ASSERT_TRUE(writer.run("COMMIT"));
  EXPECT_TRUE(other.run("INSERT INTO t VALUES (3)"));
}

TEST(SimulatedDisk, FailsAtTheCallItIsToldTo) {
  SimulatedDisk disk;
  ASSERT_TRUE(disk.write(kFile, "old"));
  for (auto const kind : {DiskFault::Kind::NoSpace, DiskFault::Kind::InputOutput,
                          DiskFault::Kind::ShortWrite, DiskFault::Kind::SyncKeeps}) {
    std::uint64_t at = 1;
    for (;; ++at) {
      disk.fail({kind, at, false});
      bool const written = disk.write(kFile, "new").has_value();
      bool const injected = disk.injected() > 0;
      disk.heal();
      if (!injected) {
        break;
      }
      EXPECT_FALSE(written) << text_of(kind) << " at " << at;
      ASSERT_TRUE(disk.exists(kFile));
    }
    EXPECT_GT(at, 2U) << text_of(kind);
  }
  disk.fail({DiskFault::Kind::NoSpace, 2, true});
  EXPECT_TRUE(disk.make_folder("/data/x"));
  EXPECT_FALSE(disk.make_folder("/data/y"));
  EXPECT_FALSE(disk.make_folder("/data/z"));
  disk.heal();
  EXPECT_TRUE(disk.make_folder("/data/z"));
}

TEST(SimulatedDisk, IsFullAndHasRoomAgain) {
  SimulatedDisk disk;
  ASSERT_TRUE(disk.write(kFile, std::string(1'000, 'x')));
  disk.set_capacity(1'500);
  auto const refused = disk.write("/data/other", std::string(1'000, 'y'));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("no space"), std::string::npos);
  EXPECT_FALSE(disk.exists("/data/other.part"));
  EXPECT_EQ(disk.used(), 1'000U);
  disk.set_unlimited();
  EXPECT_TRUE(disk.write("/data/other", std::string(1'000, 'y')));
}

TEST(SimulatedDisk, AFailedSyncMayForgetWhatItShouldHaveWritten) {
  for (auto const kind : {DiskFault::Kind::SyncKeeps, DiskFault::Kind::SyncLoses}) {
    SimulatedDisk disk;
    auto db = std::move(Database::open(kFile, OpenMode::Create, disk)).value();
    ASSERT_TRUE(db.run("PRAGMA journal_mode=WAL; CREATE TABLE t(a)"));
    disk.fail({kind, 1, false});
    EXPECT_FALSE(db.run("INSERT INTO t VALUES (1)"));
    EXPECT_TRUE(db.is_sync_failure());
    auto const log = disk.find("/data/file-wal");
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(log->dirty(), kind == DiskFault::Kind::SyncKeeps);
    EXPECT_NE(log->bytes(), log->durable());
  }
}

TEST(SimulatedDisk, LeavesNothingBehind) {
  std::string name;
  for (int i = 0; i < 3'000; ++i) {
    SimulatedDisk disk;
    auto db = std::move(Database::open(kFile, OpenMode::Create, disk)).value();
    name = disk.vfs();
    ASSERT_NE(sqlite3_vfs_find(name.c_str()), nullptr);
  }
  EXPECT_EQ(sqlite3_vfs_find(name.c_str()), nullptr);
  int left = 0;
  for (auto* vfs = sqlite3_vfs_find(nullptr); vfs != nullptr; vfs = vfs->pNext) {
    left += std::string_view{vfs->zName}.substr(0, 9) == "simulated" ? 1 : 0;
  }
  EXPECT_EQ(left, 0);
}

}  // namespace
}  // namespace fenghuo::tests
