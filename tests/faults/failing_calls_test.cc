// The journal on a disk whose k-th call fails, for every k of a day until nothing is left to fail, every way to
// fail, once or from then on.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/faults/journal_workload.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo::tests {
namespace {

struct Course {
  DiskFault::Kind kind;
  bool persistent;
};

class FailingCalls : public testing::TestWithParam<Course> {
 protected:
  Random random{11};
  Tally tally;
  std::uint64_t runs = 0;

  /// False: the fault came after the last call.
  bool run_with(JournalWorkload const& work, DiskFault fault) {
    SimulatedDisk disk;
    Promise promise;
    std::string const where = "call " + std::to_string(fault.at);
    disk.fail(fault);
    auto const look = [&] {
      // The process ends here, by itself or with the machine.
      ++tally.kills;
      examine_and_cut_again(*disk.after_kill(), promise, work.upkeep(), random, tally,
                            where + ", killed");
      for (int i = 0; i < 3; ++i) {
        ++tally.images;
        tally.add(examine(*disk.after_power_cut(random), promise, work.upkeep()), promise,
                  where + ", power cut");
      }
    };
    std::string const refused = work.run(disk, promise, look);
    bool const injected = disk.injected() > 0;
    look();  // closed in good order, if that went well
    disk.heal();
    // The disk is well again: the day goes on where it stands.
    std::string const after = work.run(disk, promise);
    EXPECT_EQ(after, "") << where << " after " << refused;
    EXPECT_EQ(promise.acknowledged, static_cast<Sequence>(work.rows())) << where;
    tally.add(examine(disk, promise, work.upkeep()), promise, where + ", at the end");
    runs += injected ? 1U : 0U;
    return injected;
  }
};

TEST_P(FailingCalls, LoseNothingThatWasAcknowledged) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(seed);
    JournalWorkload const work{seed, 100};
    for (std::uint64_t at = 1; run_with(work, {GetParam().kind, at, GetParam().persistent}); ++at) {
      ASSERT_EQ(tally.first, "");
      ASSERT_LT(at, 100'000U);
    }
  }
  EXPECT_EQ(tally.first, "");
  EXPECT_EQ(tally.bad(), 0U);
  EXPECT_GT(runs, 100U);
  std::string const name{text_of(GetParam().kind)};
  std::printf(
      "counted: %s %s: %lu runs, %lu kills, %lu power cuts, %lu cut again; lost %lu, broken %lu, "
      "half %lu, shut %lu\n",
      name.c_str(), GetParam().persistent ? "for good" : "once", runs, tally.kills, tally.images,
      tally.again, tally.lost, tally.broken, tally.half, tally.shut);
  RecordProperty("runs", std::to_string(runs));
}

std::vector<Course> courses() {
  std::vector<Course> all;
  for (auto const kind :
       {DiskFault::Kind::NoSpace, DiskFault::Kind::InputOutput, DiskFault::Kind::ShortWrite,
        DiskFault::Kind::SyncKeeps, DiskFault::Kind::SyncLoses}) {
    all.push_back({kind, false});
    all.push_back({kind, true});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(EveryCourse, FailingCalls, testing::ValuesIn(courses()));

/// Also one that SQLite's own checkpoint would pass over: the row is durable, the store is not to be used on.
TEST(FailedSync, IsToldWhereverItHappensInAnAppend) {
  for (std::uint64_t at = 1;; ++at) {
    SimulatedDisk disk;
    messaging::LogUpkeep upkeep;
    upkeep.checkpoint_pages = 1;  // each append also checkpoints
    auto const journal =
        std::move(messaging::SqliteJournal::open(kJournalFile, {}, disk, upkeep)).value();
    std::vector<messaging::JournalRow> first{note_row(1, "a")}, second{note_row(2, "b")};
    ASSERT_EQ(journal->append(first).outcome, messaging::AppendOutcome::Written);
    disk.fail({DiskFault::Kind::SyncKeeps, at, false});
    auto const result = journal->append(second);
    if (disk.injected() == 0) {
      EXPECT_EQ(result.outcome, messaging::AppendOutcome::Written);
      EXPECT_GE(at, 3U);  // the log at the commit, the database at the checkpoint
      break;
    }
    EXPECT_EQ(result.outcome, messaging::AppendOutcome::StoreFailed) << "sync " << at;
  }
}

}  // namespace
}  // namespace fenghuo::tests
