// A process that appends through the real journal on a real disk is killed at moments of chance, again and again.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "core/base/random.h"
#include "messaging/journal/sqlite_journal.h"
#include "tests/core/random_commands.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo::tests {
namespace {

namespace fs = std::filesystem;
using messaging::AppendOutcome;
using messaging::JournalRow;
using messaging::SqliteJournal;

constexpr int kKills = 500;
constexpr messaging::LogUpkeep kUpkeep{.checkpoint_pages = 100, .truncate_bytes = 1 << 20U};

/// A folder on the disk that the tests run from: not in memory.
struct DiskFolder {
  fs::path path = fs::current_path() / ("kills-" + std::to_string(::getpid()));
  DiskFolder() { fs::create_directories(path); }
  ~DiskFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  DiskFolder(DiskFolder const&) = delete;
  DiskFolder& operator=(DiskFolder const&) = delete;
};

/// What the child does until it is killed: appends groups and says into the pipe what it has acknowledged.
[[noreturn]] void append_until_killed(fs::path const& file, int pipe, std::uint64_t seed) {
  auto const journal = SqliteJournal::open(file, {}, messaging::system_disk(), kUpkeep);
  if (!journal) {
    std::fprintf(stderr, "%s\n", journal.error().message.c_str());
    ::_exit(1);
  }
  Random random{seed};
  while (true) {
    std::vector<JournalRow> rows;
    Sequence const end = (*journal)->head().sequence;
    auto const size = random.between(1, 8);
    for (Sequence i = 1; i <= size; ++i) {
      rows.push_back(note_row(end + i, "c" + std::to_string(end + i)));
    }
    if ((*journal)->append(rows).outcome != AppendOutcome::Written) {
      ::_exit(2);
    }
    Sequence const acknowledged = rows.back().sequence;
    if (::write(pipe, &acknowledged, sizeof acknowledged) != sizeof acknowledged) {
      ::_exit(3);
    }
  }
}

struct Killed {
  std::uint64_t acknowledgements = 0;
  Sequence acknowledged = 0;
  int status = 0;
};

/// One life: as long as chance wills, between the first instruction and some tens of groups.
Killed live_and_die(fs::path const& file, Random& random) {
  Killed killed;
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  std::uint64_t const seed = random.next();
  pid_t const child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    append_until_killed(file, ends[1], seed);
  }
  ::close(ends[1]);
  auto const take = [&] {
    Sequence acknowledged = 0;
    bool const got = ::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged;
    killed.acknowledged = got ? acknowledged : killed.acknowledged;
    killed.acknowledgements += got ? 1U : 0U;
    return got;
  };
  if (random.chance(850)) {  // else it may die while it opens the journal
    for (auto left = random.below(25); left > 0 && take(); --left) {
    }
  }
  ::usleep(static_cast<useconds_t>(random.below(4'000)));
  ::kill(child, SIGKILL);
  ::waitpid(child, &killed.status, 0);
  while (take()) {  // what it said before it died counts
  }
  ::close(ends[0]);
  return killed;
}

/// Rows after one that was proved before, without a gap and chained. Out: the new last row.
Result<JournalRow> prove_on(SqliteJournal& journal, JournalRow last) {
  auto const chain =
      std::move(messaging::Chain::make(journal.identity().algorithm, journal.identity().stream))
          .value();
  while (true) {
    auto const rows = journal.read(last.sequence, 1'000);
    if (!rows || rows->empty()) {
      return rows ? Result<JournalRow>{last} : rows.error();
    }
    for (auto const& row : *rows) {
      auto const broken = messaging::broken_row(row, chain, last.sequence == 0 ? nullptr : &last);
      if (!broken.empty()) {
        return Error{ErrorCode::DataLoss, broken};
      }
      last = row;
    }
  }
}

TEST(Kill, LosesNothingThatWasAcknowledged) {
  DiskFolder const folder;
  fs::path const file = folder.path / "journal.sqlite";
  Random random{seed_of_run(77)};
  std::uint64_t acknowledgements = 0, unheard = 0;
  JournalRow proved;
  for (int kill = 1; kill <= kKills; ++kill) {
    SCOPED_TRACE(kill);
    Killed const killed = live_and_die(file, random);
    ASSERT_TRUE(WIFSIGNALED(killed.status)) << "it ended by itself: " << killed.status;
    acknowledgements += killed.acknowledgements;
    if (!fs::exists(file)) {
      ASSERT_EQ(killed.acknowledgements, 0U);
      continue;
    }
    auto const journal = SqliteJournal::open_read_only(file);
    ASSERT_TRUE(journal) << journal.error().message;
    auto last = prove_on(**journal, proved);
    ASSERT_TRUE(last) << last.error().message;
    ASSERT_GE(last->sequence, std::max(killed.acknowledged, proved.sequence));
    ASSERT_EQ((*journal)->head().sequence, last->sequence);
    unheard += killed.acknowledgements > 0 && last->sequence > killed.acknowledged ? 1U : 0U;
    proved = std::move(last).value();
  }
  auto const journal = SqliteJournal::open(file);
  ASSERT_TRUE(journal);
  EXPECT_EQ(broken_in(**journal), "");
  EXPECT_EQ(*(*journal)->check_store(), "");
  EXPECT_GT(acknowledgements, 1'000U);
  std::printf(
      "counted: kill -9: %d kills, %lu groups acknowledged, %ld rows, 0 lost, 0 gaps; %lu kills "
      "left a group that nobody heard of\n",
      kKills, acknowledgements, static_cast<long>(proved.sequence), unheard);
  RecordProperty("kills", kKills);
  RecordProperty("acknowledged", std::to_string(acknowledgements));
}

}  // namespace
}  // namespace fenghuo::tests
