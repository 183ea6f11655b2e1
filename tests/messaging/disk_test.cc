#include "messaging/storage/disk.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/messaging/scratch_folder.h"

namespace fenghuo::tests {

using messaging::Disk;
using messaging::system_disk;

namespace {

std::vector<std::string> names_in(std::filesystem::path const& folder) {
  std::vector<std::string> names;
  auto const files = system_disk().list(folder);
  EXPECT_TRUE(files) << files.error().message;
  for (auto const& file : *files) {
    names.push_back(file.filename());
  }
  return names;
}

TEST(SystemDisk, WritesWholeFilesAndReadsThemBack) {
  ScratchFolder const folder;
  Disk& disk = system_disk();
  std::string big(3'000'000, 'x');
  big[1'234'567] = '\0';
  for (std::string const& bytes : {std::string{"first"}, std::string{}, big}) {
    ASSERT_TRUE(disk.write(folder / "file", bytes));
    EXPECT_EQ(*disk.read(folder / "file"), bytes);
    EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"file"});  // no part is left
  }
  EXPECT_EQ(disk.read(folder / "nothing").error().code, ErrorCode::NotFound);
  EXPECT_EQ(disk.read(folder.path()).error().code, ErrorCode::Unavailable);
  auto const refused = disk.write(folder / "no/such/file", "x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
  EXPECT_NE(refused.error().message.find("no/such/file"), std::string::npos);
}

TEST(SystemDisk, KeepsTheOldFileWhenTheNewOneCannotBeWritten) {
  ScratchFolder const folder;
  Disk& disk = system_disk();
  ASSERT_TRUE(disk.write(folder / "file", "old"));
  std::filesystem::create_directories(folder / "file.part");  // where the new one would be written
  EXPECT_FALSE(disk.write(folder / "file", "new"));
  EXPECT_EQ(*disk.read(folder / "file"), "old");
}

TEST(SystemDisk, RenamesRemovesAndLists) {
  ScratchFolder const folder;
  Disk& disk = system_disk();
  for (char const* name : {"b", "a", "c"}) {
    ASSERT_TRUE(disk.write(folder / name, name));
  }
  ASSERT_TRUE(disk.rename(folder / "c", folder / "a"));
  EXPECT_EQ(*disk.read(folder / "a"), "c");
  EXPECT_FALSE(disk.exists(folder / "c"));
  EXPECT_EQ(names_in(folder.path()), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(disk.remove(folder / "a"));
  EXPECT_TRUE(disk.remove(folder / "a"));  // gone is gone
  EXPECT_FALSE(disk.rename(folder / "a", folder / "d"));
  EXPECT_EQ(disk.list(folder / "nothing").error().code, ErrorCode::NotFound);
  EXPECT_EQ(disk.list(folder / "b").error().code, ErrorCode::Unavailable);
}

TEST(SystemDisk, MakesFoldersAndSyncs) {
  ScratchFolder const folder;
  Disk& disk = system_disk();
  EXPECT_TRUE(disk.make_folder(folder / "x/y"));
  EXPECT_TRUE(disk.make_folder(folder / "x/y"));
  EXPECT_TRUE(disk.sync_folder(folder / "x/y"));
  EXPECT_FALSE(disk.sync_folder(folder / "z"));
  ASSERT_TRUE(disk.write(folder / "x/y/file", "1"));
  EXPECT_TRUE(disk.sync_file(folder / "x/y/file"));
  EXPECT_FALSE(disk.sync_file(folder / "x/y/other"));
  EXPECT_FALSE(disk.make_folder(folder / "x/y/file"));
}

TEST(SystemDisk, ALockIsHeldOnce) {
  ScratchFolder const folder;
  auto lock = system_disk().lock(folder / "lock");
  ASSERT_TRUE(lock);
  auto const second = system_disk().lock(folder / "lock");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Conflict);
  EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
  lock->reset();
  EXPECT_TRUE(system_disk().lock(folder / "lock"));
  EXPECT_EQ(system_disk().lock(folder / "no/lock").error().code, ErrorCode::Unavailable);
}

TEST(SystemDisk, RemovesADatabaseWithWhatLiesBesideIt) {
  ScratchFolder const folder;
  for (char const* name : {"x", "x-wal", "x-shm", "x-journal", "xy"}) {
    ASSERT_TRUE(system_disk().write(folder / name, "1"));
  }
  EXPECT_TRUE(messaging::remove_database(system_disk(), folder / "x"));
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"xy"});
  EXPECT_EQ(messaging::folder_of("bare"), ".");
  EXPECT_EQ(messaging::folder_of("a/b"), "a");
}

}  // namespace

}  // namespace fenghuo::tests
