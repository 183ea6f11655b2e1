// Looking back: every moment is the state that a replay from the beginning gives, with and without snapshots,
// whoever asks at once; and it costs a bounded number of rows.
#include "center/past.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "messaging/journal/memory_journal.h"
#include "tests/center/small_center.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::center {
namespace {

/// A journal that counts the rows that were read.
class CountingJournal final : public messaging::Journal {
 public:
  explicit CountingJournal(std::unique_ptr<messaging::MemoryJournal> inner)
      : Journal{inner->identity(), std::move(messaging::Chain::make("sha256", "center")).value(),
                inner->head()},
        inner_{std::move(inner)} {}
  Result<std::vector<messaging::JournalRow>> read(Sequence after, std::size_t most) override {
    auto rows = inner_->read(after, most);
    rows_read += rows ? rows->size() : 0;
    return rows;
  }
  Result<std::vector<messaging::JournalRow>> find_command(std::string_view id) override {
    return inner_->find_command(id);
  }
  Result<std::vector<bool>> known_commands(std::span<std::string_view const> ids) override {
    return inner_->known_commands(ids);
  }
  std::atomic<std::size_t> rows_read{0};

 private:
  messaging::AppendResult write(std::span<messaging::JournalRow const> /*rows*/,
                                messaging::Head const& /*before*/) override {
    return {messaging::AppendOutcome::NotWritten, "read only"};
  }
  Result<messaging::Head> read_head() override { return inner_->reread_head(); }
  std::unique_ptr<messaging::MemoryJournal> inner_;
};

struct Recording {
  std::unique_ptr<CountingJournal> journal;
  std::vector<std::string> texts;  ///< by sequence
  std::vector<Time> times;
  messaging::CommittedState committed;

  explicit Recording(std::size_t length = 900) {
    auto rows = tests::random_rows(7, static_cast<int>(length) * 3);
    rows.resize(std::min(rows.size(), length));
    auto memory = std::move(messaging::MemoryJournal::make()).value();
    EXPECT_EQ(memory->append(rows).outcome, messaging::AppendOutcome::Written);
    journal = std::make_unique<CountingJournal>(std::move(memory));
    domain::State state;
    texts.push_back(domain::state_text(state));
    times.push_back({0});
    for (auto const& row : rows) {
      auto const event = *messaging::decode_row(row);
      kernel::apply(state, event);
      committed.apply({&event, 1});
      texts.push_back(domain::state_text(state));
      times.push_back(row.recorded_at);
    }
  }
  Sequence last() const { return static_cast<Sequence>(texts.size()) - 1; }
};

TEST(Past, EveryMomentIsWhatAReplayGives) {
  Recording run;
  Past past{*run.journal, nullptr, run.committed};
  for (Sequence at = 0; at <= run.last(); at += 13) {
    auto const state = past.at(at);
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_EQ(domain::state_text(**state), run.texts[static_cast<std::size_t>(at)]);
  }
}

TEST(Past, ATimeIsTheLastEventRecordedByThen) {
  Recording run;
  Past past{*run.journal, nullptr, run.committed};
  for (Sequence at = 1; at <= run.last(); at += 7) {
    for (Duration const by : {Duration{-1}, Duration{0}, Duration{1}}) {
      Time const time = run.times[static_cast<std::size_t>(at)] + by;
      Sequence expected = 0;
      while (expected < run.last() && run.times[static_cast<std::size_t>(expected) + 1] <= time) {
        ++expected;
      }
      ASSERT_EQ(*past.sequence_at(time), expected);
    }
  }
  EXPECT_EQ(*past.sequence_at({0}), 0);
}

TEST(Past, WhatIsToComeIsRefused) {
  Recording run;
  Past past{*run.journal, nullptr, run.committed};
  for (Sequence const at : {Sequence{-1}, run.last() + 1}) {
    auto const state = past.at(at);
    ASSERT_FALSE(state);
    EXPECT_EQ(state.error().code, ErrorCode::InvalidArgument);
  }
}

TEST(Past, TheCacheAndSnapshotsSaveReading) {
  Recording run;
  tests::ScratchFolder const folder;
  messaging::Snapshots snapshots{folder / "snapshots"};
  Past past{*run.journal, &snapshots, run.committed};
  ASSERT_TRUE(past.at(600));
  std::size_t const from_the_beginning = run.journal->rows_read.exchange(0);
  EXPECT_GE(from_the_beginning, 600U);
  ASSERT_TRUE(past.at(600));
  EXPECT_EQ(run.journal->rows_read, 0U) << "the same again costs nothing";
  ASSERT_TRUE(past.at(610));
  EXPECT_LE(run.journal->rows_read.exchange(0), 1'001U) << "goes on from the one before";
  // A snapshot on row 300, then another centre's view that has nothing cached.
  ASSERT_TRUE(snapshots.save(**past.at(300), run.journal->read(299, 1)->front().hash));
  Past fresh{*run.journal, &snapshots, run.committed};
  run.journal->rows_read = 0;
  auto const state = fresh.at(301);
  ASSERT_TRUE(state);
  EXPECT_EQ(domain::state_text(**state), run.texts[301]);
  auto const before = fresh.at(299);
  ASSERT_TRUE(before);
  EXPECT_EQ(domain::state_text(**before), run.texts[299]) << "a later snapshot does not help";
}

TEST(Past, ManyAtOnceGetTheRightMomentOrAreAskedToComeBack) {
  Recording run;
  Past past{*run.journal, nullptr, run.committed};
  std::atomic<int> answered{0}, sent_away{0}, wrong{0};
  std::vector<std::thread> askers;
  for (int t = 0; t < 24; ++t) {
    askers.emplace_back([&, t] {
      for (int i = 0; i < 40; ++i) {
        Sequence const at = (t * 97 + i * 31) % (run.last() + 1);
        auto const state = past.at(at);
        if (!state) {
          ++(state.error().code == ErrorCode::Unavailable ? sent_away : wrong);
        } else {
          bool const right = domain::state_text(**state) == run.texts[static_cast<std::size_t>(at)];
          ++(right ? answered : wrong);
        }
      }
    });
  }
  for (auto& asker : askers) {
    asker.join();
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(answered, 0);
  EXPECT_EQ(answered + sent_away, 24 * 40);
}

}  // namespace
}  // namespace fenghuo::center
