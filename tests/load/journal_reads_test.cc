// What a look at one row costs does not grow with the journal.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "messaging/journal/sqlite_journal.h"
#include "tests/load/disk_folder.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo {
namespace {

/// Bytes that this process has read so far. Source: proc(5), io.
std::int64_t bytes_read() {
  std::ifstream io{"/proc/self/io"};
  std::string name;
  std::int64_t value = -1;
  io >> name >> value;
  return name == "rchar:" ? value : -1;
}

TEST(JournalReads, OneRowOfALongJournalTakesAFewPages) {
  if (bytes_read() < 0) {
    GTEST_SKIP() << "this system does not count what a process reads";
  }
  tests::DiskFolder const folder;
  auto const file = folder.path() / "journal.sqlite";
  constexpr Sequence kRows = 30'000;
  {
    auto const journal = std::move(messaging::SqliteJournal::open(file)).value();
    std::vector<messaging::JournalRow> rows;
    for (Sequence at = 1; at <= kRows; ++at) {
      rows.push_back(tests::note_row(at, "c/" + std::to_string(at * 7'919 % 100'003)));
    }
    ASSERT_EQ(journal->append(rows).outcome, messaging::AppendOutcome::Written);
  }
  auto const journal = std::move(messaging::SqliteJournal::open_read_only(file)).value();
  auto const pages_for = [&](auto const& read) {
    auto const before = bytes_read();
    auto const rows = read();
    EXPECT_TRUE(rows && !rows->empty());
    return (bytes_read() - before) / 4'096;
  };
  for (Sequence const after : {Sequence{0}, kRows / 3, kRows - 2}) {
    EXPECT_LT(pages_for([&] { return journal->read(after, 1); }), 40) << after;
  }
  EXPECT_LT(pages_for([&] { return journal->find_command("c/7919"); }), 40);
  EXPECT_GT(pages_for([&] { return journal->read(0, 30'000); }), 1'000)
      << "all of them do take many";
}

/// How often this process has a file open.
int times_open(std::filesystem::path const& file) {
  int count = 0;
  for (auto const& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    count += std::filesystem::read_symlink(entry.path(), gone) == file ? 1 : 0;
  }
  return count;
}

TEST(JournalReads, DescriptorsAreNoMoreThanEverReadAtOnce) {
  tests::DiskFolder const folder;
  auto const file = folder.path() / "journal.sqlite";
  auto const journal = std::move(messaging::SqliteJournal::open(file)).value();
  std::vector<messaging::JournalRow> rows;
  for (Sequence at = 1; at <= 2'000; ++at) {
    rows.push_back(tests::note_row(at, "c/" + std::to_string(at)));
  }
  ASSERT_EQ(journal->append(rows).outcome, messaging::AppendOutcome::Written);
  constexpr int kReaders = 40;
  for (int wave = 0; wave < 5; ++wave) {
    std::vector<std::thread> readers;
    for (int i = 0; i < kReaders; ++i) {
      readers.emplace_back([&] {
        for (int again = 0; again < 10; ++again) {
          EXPECT_EQ(journal->read(0, 2'000)->size(), 2'000U);
        }
      });
    }
    for (auto& reader : readers) {
      reader.join();
    }
    // SQLite keeps what a closed connection had open, for the next one: a writer holds the file all the while.
    EXPECT_LE(times_open(file), kReaders + 1) << wave;
  }
}

}  // namespace
}  // namespace fenghuo
