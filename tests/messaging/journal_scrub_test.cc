#include "messaging/journal/journal_scrub.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "messaging/journal/memory_journal.h"
#include "messaging/journal/sqlite_journal.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using tests::note_row;
using tests::ScratchFolder;

constexpr Time kStart{1'772'323'200'000'000};

void fill(Journal& journal, Sequence upto) {
  std::vector<JournalRow> rows;
  for (Sequence s = journal.head().sequence + 1; s <= upto; ++s) {
    rows.push_back(note_row(s, "c" + std::to_string(s)));
  }
  ASSERT_EQ(journal.append(rows).outcome, AppendOutcome::Written);
}

/// Turns once a second until a whole pass ended; the sentences found.
std::vector<std::string> pass(JournalScrub& scrub, Time& now, Sequence durable) {
  std::vector<std::string> found;
  auto const passes = scrub.figures().passes;
  for (int i = 0; i < 100'000 && scrub.figures().passes == passes; ++i) {
    now = now + seconds(1);
    auto const more = scrub.turn(now, durable);
    found.insert(found.end(), more.begin(), more.end());
  }
  EXPECT_EQ(scrub.figures().passes, passes + 1);
  return found;
}

TEST(JournalScrub, ProvesAllRowsInPiecesAndBeginsAgain) {
  auto const journal = std::move(MemoryJournal::make()).value();
  fill(*journal, 5'000);
  auto scrub = std::move(JournalScrub::make(*journal)).value();
  Time now = kStart;
  EXPECT_TRUE(scrub.turn(now, 5'000).empty());
  EXPECT_EQ(scrub.figures().rows, 0U);  // nothing is due yet
  now = now + seconds(30);
  EXPECT_TRUE(scrub.turn(now, 5'000).empty());
  EXPECT_EQ(scrub.figures().rows, 1'000U);
  EXPECT_EQ(scrub.figures().at, 1'000);
  EXPECT_FALSE(scrub.figures().last_pass);
  EXPECT_TRUE(pass(scrub, now, 5'000).empty());
  EXPECT_EQ(scrub.figures().rows, 5'000U);
  EXPECT_EQ(scrub.figures().last_pass, now);
  EXPECT_GE(now, kStart + seconds(149));
  EXPECT_LE(now, kStart + seconds(152));
  fill(*journal, 5'010);  // written meanwhile
  EXPECT_TRUE(pass(scrub, now, 5'005).empty());
  EXPECT_EQ(scrub.figures().rows, 10'010U);
  EXPECT_EQ(scrub.trouble(), "");
}

TEST(JournalScrub, TakesADayForManyRowsAndDoesNotHurryForAClockThatJumps) {
  /// Rows without end: only how many are asked for matters.
  struct Counting final : Journal {
    Counting() : Journal{{}, std::move(Chain::make("sha256", "center")).value(), {}} {}
    std::size_t asked = 0, largest = 0;
    Result<std::vector<JournalRow>> read(Sequence after, std::size_t most) override {
      asked += most;
      largest = std::max(largest, most);
      JournalRow row = note_row(after + static_cast<Sequence>(most), "x");
      return std::vector<JournalRow>(most, row);
    }
    Result<std::vector<JournalRow>> find_command(std::string_view /*id*/) override {
      return std::vector<JournalRow>{};
    }
    Result<std::vector<bool>> known_commands(std::span<std::string_view const> ids) override {
      return std::vector<bool>(ids.size());
    }
    AppendResult write(std::span<JournalRow const> /*rows*/, Head const& /*before*/) override {
      return {};
    }
    Result<Head> read_head() override { return Head{}; }
  } journal;
  constexpr Sequence kRows = 144'000'000;
  auto scrub = std::move(JournalScrub::make(journal)).value();
  Time now = kStart;
  for (int i = 0; i <= 600; ++i) {
    (void)scrub.turn(now, kRows);
    now = now + seconds(1);
  }
  EXPECT_GE(journal.asked, 1'000'000U);  // 100,000 a minute
  EXPECT_LE(journal.asked, 1'000'100U);
  EXPECT_LE(journal.largest, 1'668U);
  for (auto const by : {seconds(-3'600), seconds(86'400), seconds(86'400 * 365)}) {
    journal.largest = 0;
    now = now + by;
    (void)scrub.turn(now, kRows);
    EXPECT_LE(journal.largest, 100'001U);
  }
}

/// Writes over a text in a file, and says nothing to SQLite. Out: where it was.
std::size_t change_a_row(std::filesystem::path const& file, char const* text, char const* by) {
  std::string const bytes = tests::content_of(file);
  auto const at = bytes.find(text);
  if (at != std::string::npos) {
    std::fstream{file, std::ios::binary | std::ios::in | std::ios::out}.seekp(
        static_cast<std::streamoff>(at))
        << by;
  }
  return at;
}

TEST(JournalScrub, FindsAByteThatWasChangedBeneathIt) {
  ScratchFolder const folder;
  auto const file = folder / "journal.db";
  fill(*std::move(SqliteJournal::open(file)).value(), 40);
  auto const journal = std::move(SqliteJournal::open(file)).value();
  auto scrub = std::move(JournalScrub::make(*journal)).value();
  Time now = kStart;
  EXPECT_TRUE(pass(scrub, now, 40).empty());
  ASSERT_EQ(tests::all_rows(*journal).size(), 40U);  // and some reader holds all pages in memory
  ASSERT_NE(change_a_row(file, "note 17", "note 71"), std::string::npos);
  auto const found = pass(scrub, now, 40);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found.front().find("row 17 was changed"), std::string::npos);
  EXPECT_NE(scrub.trouble().find("row 17"), std::string::npos);
  EXPECT_EQ(scrub.figures().found, 1U);
  ASSERT_NE(change_a_row(file, "note 71", "note 17"), std::string::npos);
  EXPECT_TRUE(pass(scrub, now, 40).empty());
  EXPECT_EQ(scrub.trouble(), "");
}

TEST(JournalScrub, FindsRowsThatAreGone) {
  auto const journal = std::move(MemoryJournal::make()).value();
  fill(*journal, 40);
  auto scrub = std::move(JournalScrub::make(*journal)).value();
  Time now = kStart;
  auto const found = pass(scrub, now, 43);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found.front().find("ends at row 40; row 43 was there"), std::string::npos);
}

TEST(JournalScrub, AStoreThatCannotBeReadForAWhileIsNoDamage) {
  ScratchFolder const folder;
  auto const file = folder / "journal.db";
  auto const journal = std::move(SqliteJournal::open(file)).value();
  fill(*journal, 40);
  auto scrub = std::move(JournalScrub::make(*journal)).value();
  Time now = kStart;
  (void)scrub.turn(now, 40);
  std::filesystem::rename(file, folder / "elsewhere.db");
  EXPECT_TRUE(scrub.turn(now + seconds(60), 40).empty());
  EXPECT_NE(scrub.trouble(), "");
  EXPECT_EQ(scrub.figures().found, 0U);
  std::filesystem::rename(folder / "elsewhere.db", file);
  now = now + seconds(60);
  EXPECT_TRUE(pass(scrub, now, 40).empty());
  EXPECT_EQ(scrub.trouble(), "");
}

}  // namespace
}  // namespace fenghuo::messaging
