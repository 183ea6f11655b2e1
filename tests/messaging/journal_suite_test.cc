// One suite for every journal: a new store joins kStores and must pass all of it.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "messaging/journal/journal.h"
#include "messaging/journal/memory_journal.h"
#include "messaging/journal/sqlite_journal.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using tests::all_rows;
using tests::broken_in;
using tests::note_row;
using tests::rows_text;
using Opened = Result<std::unique_ptr<Journal>>;

template <class J>
Opened as_journal(Result<std::unique_ptr<J>> journal) {
  if (!journal) {
    return journal.error();
  }
  return std::unique_ptr<Journal>{std::move(journal).value()};
}

struct Store {
  std::string name;
  bool keeps = true;  ///< whether the rows are there after it was closed
  std::function<Opened(tests::ScratchFolder const&, JournalIdentity const&)> open;
};

std::vector<Store> const& stores() {
  static std::vector<Store> const all = {
      {"memory", false,
       [](auto const&, auto const& identity) { return as_journal(MemoryJournal::make(identity)); }},
      {"sqlite", true,
       [](auto const& folder, auto const& identity) {
         return as_journal(SqliteJournal::open(folder / "journal.db", identity));
       }},
  };
  return all;
}

class EveryJournal : public testing::TestWithParam<Store> {
 protected:
  std::unique_ptr<Journal> open(JournalIdentity const& identity = {}) {
    auto journal = GetParam().open(folder_, identity);
    EXPECT_TRUE(journal) << (journal ? "" : journal.error().message);
    return std::move(journal).value();
  }

  tests::ScratchFolder folder_;
};

/// Appends rows in groups of this size; each must be written.
void append_all(Journal& journal, std::vector<JournalRow> rows, std::size_t group) {
  for (std::size_t i = 0; i < rows.size(); i += group) {
    std::span<JournalRow> const part{rows.data() + i, std::min(group, rows.size() - i)};
    auto const result = journal.append(part);
    ASSERT_EQ(result.outcome, AppendOutcome::Written) << result.message;
  }
}

TEST_P(EveryJournal, IsEmptyAtFirst) {
  auto const journal = open();
  EXPECT_EQ(journal->head().sequence, 0);
  EXPECT_EQ(journal->head().hash, Digest{});
  EXPECT_TRUE(all_rows(*journal).empty());
  EXPECT_TRUE(journal->find_command("c1")->empty());
  EXPECT_FALSE(*journal->has_command("c1"));
  EXPECT_EQ(journal->identity().stream, "center");
  EXPECT_EQ(journal->identity().algorithm, "sha256");
  EXPECT_EQ(broken_in(*journal), "");
  EXPECT_EQ(journal->append({}).outcome, AppendOutcome::Written);
  EXPECT_EQ(journal->head().sequence, 0);
}

TEST_P(EveryJournal, GivesBackWhatWasAppendedByteForByte) {
  auto const journal = open();
  auto rows = tests::random_rows(5, 800);
  ASSERT_GT(rows.size(), 100U);
  std::vector<JournalRow> expected = rows;
  append_all(*journal, rows, 7);
  auto const read = all_rows(*journal);
  ASSERT_EQ(read.size(), expected.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    expected[i].epoch = journal->head().epoch;  // those two are set by the journal
    expected[i].hash = read[i].hash;
    ASSERT_EQ(tests::row_text(read[i]), tests::row_text(expected[i]));
  }
  EXPECT_EQ(journal->head().sequence, read.back().sequence);
  EXPECT_EQ(journal->head().hash, read.back().hash);
  EXPECT_EQ(broken_in(*journal), "");
}

TEST_P(EveryJournal, TakesEveryTextThereIs) {
  auto const journal = open();
  std::vector<JournalRow> rows;
  for (std::string const& text :
       {std::string{}, std::string{"烽火 😀"}, std::string{"'; DROP TABLE event; --"},
        std::string{"a\0b", 3}, std::string{"\xFF\xFE"}, std::string(3'000'000, 'x')}) {
    JournalRow row = note_row(static_cast<Sequence>(rows.size()) + 1, "c" + text);
    row.actor = {text, text};
    row.payload = text;
    row.type = text;
    row.recorded_at = row.occurred_at = {std::numeric_limits<std::int64_t>::min()};
    row.version = std::numeric_limits<int>::min();
    rows.push_back(row);
  }
  ASSERT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
  EXPECT_EQ(rows_text(all_rows(*journal)), rows_text(rows));
  EXPECT_EQ(journal->find_command(rows[3].command_id)->size(), 1U);
  EXPECT_EQ(journal->find_command("ca")->size(), 0U);
}

TEST_P(EveryJournal, ReadsAnyPartInOrder) {
  auto const journal = open();
  std::vector<JournalRow> rows;
  for (Sequence i = 1; i <= 25; ++i) {
    rows.push_back(note_row(i, "c" + std::to_string(i)));
  }
  append_all(*journal, rows, 10);
  for (Sequence after = -1; after <= 26; ++after) {
    for (std::size_t const most : {0U, 1U, 5U, 100U}) {
      auto const read = journal->read(after, most);
      ASSERT_TRUE(read);
      Sequence expected = std::max<Sequence>(after, 0) + 1;
      for (auto const& row : *read) {
        EXPECT_EQ(row.sequence, expected++);
      }
      auto const left = static_cast<std::size_t>(std::clamp<Sequence>(25 - after, 0, 25));
      EXPECT_EQ(read->size(), std::min(left, most)) << after << " " << most;
    }
  }
}

TEST_P(EveryJournal, FindsTheRowsOfACommandInTheirOrder) {
  auto const journal = open();
  append_all(*journal,
             {note_row(1, "a"), note_row(2, "b", 0), note_row(3, "b", 1), note_row(4, "b", 2),
              note_row(5, "c")},
             5);
  auto const found = journal->find_command("b");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*found)[i].sequence, static_cast<Sequence>(i) + 2);
    EXPECT_EQ((*found)[i].index, static_cast<int>(i));
  }
  EXPECT_TRUE(*journal->has_command("b"));
  EXPECT_FALSE(*journal->has_command("B"));
  EXPECT_FALSE(*journal->has_command(""));
}

TEST_P(EveryJournal, ACommandIsInItOnce) {
  auto const journal = open();
  append_all(*journal, {note_row(1, "a"), note_row(2, "b")}, 2);
  std::string const before = rows_text(all_rows(*journal));
  Head const head = journal->head();
  std::vector<std::vector<JournalRow>> const refused = {
      {note_row(3, "a")},
      {note_row(3, "c"), note_row(4, "b")},  // all or none
      {note_row(3, "d"), note_row(4, "d")},  // twice in one batch
      {note_row(3, "e", 0), note_row(4, "e", 1), note_row(5, "e", 1)}};
  for (auto rows : refused) {
    EXPECT_EQ(journal->append(rows).outcome, AppendOutcome::NotWritten);
    EXPECT_EQ(rows_text(all_rows(*journal)), before);
    EXPECT_EQ(journal->head().sequence, head.sequence);
    EXPECT_EQ(journal->head().hash, head.hash);
    EXPECT_FALSE(*journal->has_command("c"));
  }
  append_all(*journal, {note_row(3, "c"), note_row(4, "d"), note_row(5, "d", 1)}, 3);
  EXPECT_EQ(broken_in(*journal), "");
}

TEST_P(EveryJournal, AGapIsABugAndStopsTheProgram) {
  auto const journal = open();
  std::vector<JournalRow> rows{note_row(2, "a")};
  EXPECT_DEATH((void)journal->append(rows), "without a gap");
}

TEST_P(EveryJournal, TheChainIsProvedAgainInEveryAlgorithm) {
  for (auto const* algorithm : {"sha256", "sm3"}) {
    tests::ScratchFolder const folder;
    auto opened = GetParam().open(folder, {"烽原县", algorithm});
    ASSERT_TRUE(opened) << opened.error().message;
    Journal& journal = **opened;
    append_all(journal, tests::random_rows(8, 100), 9);
    EXPECT_EQ(broken_in(journal), "");
    auto const chain = Chain::make(algorithm, "烽原县");
    Digest previous{};
    for (auto const& row : all_rows(journal)) {
      ASSERT_EQ(row.hash, chain->hash_of(row, previous)) << algorithm << " " << row.sequence;
      previous = row.hash;
    }
  }
}

TEST_P(EveryJournal, EqualRowsGiveEqualHashesInEveryStore) {
  auto const journal = open();
  append_all(*journal, tests::random_rows(9, 50), 4);
  auto memory = std::move(MemoryJournal::make()).value();
  append_all(*memory, tests::random_rows(9, 50), 11);
  ASSERT_EQ(journal->head().epoch, memory->head().epoch);
  EXPECT_EQ(hex(journal->head().hash), hex(memory->head().hash));
}

TEST_P(EveryJournal, ALargeBatchIsOneBatch) {
  auto const journal = open();
  std::vector<JournalRow> rows;
  for (Sequence i = 1; i <= 5'000; ++i) {
    rows.push_back(note_row(i, "c" + std::to_string(i)));
  }
  ASSERT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
  EXPECT_EQ(all_rows(*journal).size(), 5'000U);
  EXPECT_EQ(broken_in(*journal), "");
}

TEST_P(EveryJournal, TheHeadCanBeReadAgain) {
  auto const journal = open();
  append_all(*journal, {note_row(1, "a"), note_row(2, "b")}, 1);
  auto const head = journal->reread_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->sequence, 2);
  EXPECT_EQ(head->hash, all_rows(*journal).back().hash);
  append_all(*journal, {note_row(3, "c")}, 1);
  EXPECT_EQ(broken_in(*journal), "");
}

TEST_P(EveryJournal, IsThereAgainWithAHigherEpoch) {
  if (!GetParam().keeps) {
    GTEST_SKIP() << "a journal in memory ends with its process";
  }
  std::string before;
  std::int64_t epoch = 0;
  {
    auto const journal = open({"县", "sm3"});
    append_all(*journal, {note_row(1, "a"), note_row(2, "b")}, 1);
    before = rows_text(all_rows(*journal));
    epoch = journal->head().epoch;
  }
  for (Sequence next = 3; next < 6; ++next) {
    auto const journal = open();  // what it was made with stays
    EXPECT_EQ(journal->identity().stream, "县");
    EXPECT_EQ(journal->identity().algorithm, "sm3");
    EXPECT_GT(journal->head().epoch, epoch);
    epoch = journal->head().epoch;
    EXPECT_EQ(rows_text(all_rows(*journal)), before);
    EXPECT_TRUE(*journal->has_command("a"));
    append_all(*journal, {note_row(next, "c" + std::to_string(next))}, 1);
    before = rows_text(all_rows(*journal));
    EXPECT_EQ(broken_in(*journal), "");
  }
}

TEST_P(EveryJournal, ReadersSeeWholeBatchesWhileItGrows) {
  auto const journal = open();
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::atomic<std::int64_t> looked{0};
  auto const reader = [&](bool by_command) {
    Sequence seen = 0;
    bool last = false;
    while (!last) {
      last = done;  // one look more after the end
      auto const rows = journal->read(0, 100'000);
      bool whole =
          rows.has_value() && rows->size() % 3 == 0 && static_cast<Sequence>(rows->size()) >= seen;
      for (std::size_t i = 0; whole && i < rows->size(); ++i) {
        whole = (*rows)[i].sequence == static_cast<Sequence>(i) + 1;
      }
      seen = rows ? static_cast<Sequence>(rows->size()) : seen;
      if (by_command && seen > 0) {
        auto const found = journal->find_command("c" + std::to_string(seen / 3));
        whole = whole && found && found->size() == 3;
      }
      wrong += whole ? 0 : 1;
      ++looked;
    }
    wrong += seen == 600 ? 0 : 1;
  };
  std::thread first{reader, false};
  std::thread second{reader, true};
  for (Sequence batch = 1; batch <= 200; ++batch) {
    std::vector<JournalRow> rows;
    for (int i = 0; i < 3; ++i) {
      rows.push_back(note_row(batch * 3 - 2 + i, "c" + std::to_string(batch), i));
    }
    ASSERT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
    EXPECT_TRUE(*journal->has_command("c" + std::to_string(batch)));
  }
  done = true;
  first.join();
  second.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(looked, 1);
}

INSTANTIATE_TEST_SUITE_P(, EveryJournal, testing::ValuesIn(stores()),
                         [](auto const& param) { return param.param.name; });

}  // namespace
}  // namespace fenghuo::messaging
