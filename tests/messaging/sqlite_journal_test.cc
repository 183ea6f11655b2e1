// What only the SQLite journal promises: one writer, triggers, a file in which every changed byte is found, and
// copies.
#include "messaging/journal/sqlite_journal.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "messaging/journal/journal_copy.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

namespace fs = std::filesystem;
using tests::all_rows;
using tests::broken_in;
using tests::note_row;
using tests::rows_text;
using tests::ScratchFolder;

std::unique_ptr<SqliteJournal> opened(fs::path const& file) {
  auto journal = SqliteJournal::open(file);
  EXPECT_TRUE(journal) << (journal ? "" : journal.error().message);
  return std::move(journal).value();
}

/// A closed journal with `count` rows.
fs::path small_journal(ScratchFolder const& folder, Sequence count = 8) {
  fs::path const file = folder / "journal.db";
  auto const journal = opened(file);
  for (Sequence i = 1; i <= count; ++i) {
    std::vector<JournalRow> rows{note_row(i, "command-" + std::to_string(i))};
    EXPECT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
  }
  return file;
}

/// A connection as anybody may open one, without our settings.
class Stranger {
 public:
  explicit Stranger(fs::path const& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &db_), SQLITE_OK);
  }
  ~Stranger() { sqlite3_close(db_); }
  Stranger(Stranger const&) = delete;
  Stranger& operator=(Stranger const&) = delete;

  /// The message of the error, or "".
  std::string run(std::string const& sql) {
    char* message = nullptr;
    int const code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &message);
    std::string const text = message == nullptr ? "" : message;
    sqlite3_free(message);
    return code == SQLITE_OK ? "" : text;
  }

 private:
  sqlite3* db_ = nullptr;
};

TEST(SqliteJournal, OneProcessHoldsTheFile) {
  ScratchFolder const folder;
  auto first = opened(folder / "journal.db");
  auto const second = SqliteJournal::open(folder / "journal.db");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Conflict);
  EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos)
      << second.error().message;
  first.reset();
  EXPECT_TRUE(SqliteJournal::open(folder / "journal.db"));
}

TEST(SqliteJournal, AFileOfANewerProgramIsRefused) {
  ScratchFolder const folder;
  auto const file = small_journal(folder);
  EXPECT_EQ(Stranger{file}.run("PRAGMA user_version=2"), "");
  for (auto const& error :
       {SqliteJournal::open(file).error(), SqliteJournal::open_read_only(file).error()}) {
    EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
    EXPECT_NE(error.message.find("newer fenghuo"), std::string::npos) << error.message;
  }
}

TEST(SqliteJournal, WhatIsNoJournalIsRefusedAndLeftAlone) {
  ScratchFolder const folder;
  auto const other = folder / "other.db";
  EXPECT_EQ(Stranger{other}.run("CREATE TABLE t(a); INSERT INTO t VALUES (1)"), "");
  auto const text = folder / "text.db";
  tests::write_file(text, std::string(5'000, 'x'));
  auto const empty = folder / "empty.db";
  tests::write_file(empty, "");
  for (auto const& file : {other, text, empty}) {
    std::string const before = tests::content_of(file);
    EXPECT_EQ(SqliteJournal::open(file).error().code,
              file == text ? ErrorCode::DataLoss : ErrorCode::InvalidArgument)
        << file;
    EXPECT_FALSE(SqliteJournal::open_read_only(file));
    EXPECT_EQ(tests::content_of(file), before) << file;
  }
  EXPECT_EQ(SqliteJournal::open_read_only(folder / "nowhere.db").error().code, ErrorCode::NotFound);
  EXPECT_EQ(SqliteJournal::open(folder / "no/such/folder/journal.db").error().code,
            ErrorCode::Unavailable);
  EXPECT_EQ(SqliteJournal::open(folder / "fresh.db", {"center", "md5"}).error().code,
            ErrorCode::InvalidArgument);
  EXPECT_FALSE(fs::exists(folder / "fresh.db"));
}

TEST(SqliteJournal, ReadingOnlyRefusesToAppendAndSeesWhatIsAppended) {
  ScratchFolder const folder;
  auto const writer = opened(folder / "journal.db");
  std::vector<JournalRow> rows{note_row(1, "a")};
  ASSERT_EQ(writer->append(rows).outcome, AppendOutcome::Written);
  auto const reader = std::move(SqliteJournal::open_read_only(folder / "journal.db")).value();
  std::vector<JournalRow> more{note_row(2, "b")};
  EXPECT_EQ(reader->append(more).outcome, AppendOutcome::NotWritten);
  EXPECT_EQ(all_rows(*writer).size(), 1U);
  ASSERT_EQ(writer->append(more).outcome, AppendOutcome::Written);
  EXPECT_EQ(all_rows(*reader).size(), 2U);
  EXPECT_EQ(reader->head().sequence, 1);
  EXPECT_EQ(broken_in(*reader), "");  // the head moved since it was opened: that is no damage
  EXPECT_EQ(*reader->check_store(), "");
}

TEST(SqliteJournal, RowsCannotBeChangedOrDeleted) {
  ScratchFolder const folder;
  auto const file = small_journal(folder);
  Stranger stranger{file};
  for (auto const* sql : {"UPDATE event SET payload = '{}'",
                          "UPDATE event SET hash = zeroblob(32) WHERE sequence = 3",
                          "DELETE FROM event", "DELETE FROM event WHERE sequence = 8"}) {
    EXPECT_NE(stranger.run(sql).find("append-only"), std::string::npos) << sql;
  }
  auto const journal = std::move(SqliteJournal::open_read_only(file)).value();
  EXPECT_EQ(broken_in(*journal), "");
}

TEST(SqliteJournal, WhatAStrangerDoesIsFound) {
  struct Case {
    char const* sql;
    char const* found;
  };
  std::string const no_triggers =
      "DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted;";
  std::string const triggers =
      "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN "
      "SELECT RAISE(ABORT, 'the journal is append-only'); END;"
      "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN "
      "SELECT RAISE(ABORT, 'the journal is append-only'); END";
  for (Case const& each : {
           Case{"UPDATE event SET payload = '{}' WHERE sequence = 4", "row 4 was changed"},
           Case{"UPDATE event SET actor = 'x' WHERE sequence = 1", "row 1 was changed"},
           Case{"UPDATE event SET version = version + 4294967296 WHERE sequence = 5", "row 5"},
           Case{"UPDATE event SET hash = x'00' WHERE sequence = 2", "row 2"},
           Case{"UPDATE event SET stream = 'x' WHERE sequence = 2", "row 2 is missing"},
           Case{"DELETE FROM event WHERE sequence = 3", "row 3 is missing"},
           Case{"DELETE FROM event WHERE sequence = 8", "ends at row 8"},
           Case{"INSERT INTO event SELECT 9, stream, epoch, recorded_at, occurred_at, 'new', 0, "
                "request_hash, actor, "
                "role, type, version, payload, hash FROM event WHERE sequence = 8",
                "row 9 was changed"},
           Case{"UPDATE head SET sequence = 7", "ends at row 7"},
           Case{"UPDATE head SET hash = zeroblob(32)", "ends at row 8"},
           Case{"UPDATE identity SET algorithm = 'sm3'", "row 1 was changed"},
       }) {
    ScratchFolder const folder;
    auto const file = small_journal(folder);
    ASSERT_EQ(Stranger{file}.run(no_triggers + each.sql + ";" + triggers), "") << each.sql;
    auto const journal = std::move(SqliteJournal::open_read_only(file)).value();
    EXPECT_EQ(*journal->check_store(), "") << each.sql;
    EXPECT_NE(broken_in(*journal).find(each.found), std::string::npos)
        << each.sql << ": " << broken_in(*journal);
  }
}

TEST(SqliteJournal, AnotherSchemaIsFound) {
  for (auto const* sql :
       {"DROP TRIGGER event_is_never_changed", "DROP INDEX event_command", "CREATE TABLE more(a)",
        "CREATE VIEW v AS SELECT 1", "ALTER TABLE event ADD COLUMN extra TEXT"}) {
    ScratchFolder const folder;
    auto const file = small_journal(folder);
    ASSERT_EQ(Stranger{file}.run(sql), "");
    auto const journal = std::move(SqliteJournal::open_read_only(file)).value();
    EXPECT_NE(*journal->check_store(), "") << sql;
  }
}

TEST(SqliteJournal, ADeposedWriterCannotAppend) {
  ScratchFolder const folder;
  auto const journal = opened(folder / "journal.db");
  std::vector<JournalRow> rows{note_row(1, "a")};
  ASSERT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
  EXPECT_EQ(Stranger{folder / "journal.db"}.run("UPDATE head SET epoch = epoch + 1"), "");
  std::vector<JournalRow> more{note_row(2, "b")};
  auto const result = journal->append(more);
  EXPECT_EQ(result.outcome, AppendOutcome::NotWritten);
  EXPECT_NE(result.message.find("another writer"), std::string::npos);
  // Reading the head again does not make it the writer.
  ASSERT_TRUE(journal->reread_head());
  EXPECT_EQ(journal->append(more).outcome, AppendOutcome::NotWritten);
  EXPECT_EQ(all_rows(*journal).size(), 1U);
  EXPECT_EQ(broken_in(*journal), "");
}

TEST(SqliteJournal, ALockedFileWritesNothing) {
  ScratchFolder const folder;
  auto const journal = opened(folder / "journal.db");
  {
    Stranger stranger{folder / "journal.db"};
    ASSERT_EQ(stranger.run("BEGIN IMMEDIATE"), "");
    std::vector<JournalRow> rows{note_row(1, "a")};
    std::thread later{[&] {
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
      EXPECT_EQ(stranger.run("ROLLBACK"), "");
    }};
    EXPECT_EQ(journal->append(rows).outcome, AppendOutcome::Written);  // it waited
    later.join();
  }
  EXPECT_EQ(broken_in(*journal), "");
}

TEST(SqliteJournal, SettingsAreThoseOfADurableFile) {
  ScratchFolder const folder;
  auto const file = small_journal(folder);
  EXPECT_FALSE(fs::exists(file.string() + "-wal")) << "a closed journal is one file";
  auto db = Database::open(file, OpenMode::ReadWrite);
  ASSERT_TRUE(db);
  EXPECT_EQ(*db->value("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(*db->value("PRAGMA synchronous"), "2");
  EXPECT_EQ(*db->value("PRAGMA mmap_size"), "0");
  EXPECT_EQ(*db->value("PRAGMA page_size"), "4096");
  EXPECT_EQ(*db->value("PRAGMA foreign_keys"), "1");
  EXPECT_EQ(*db->value("PRAGMA trusted_schema"), "0");
  EXPECT_EQ(*db->value("PRAGMA encoding"), "UTF-8");
}

/// All that a reader can learn from a journal, as text; the error where it cannot be read.
std::string content_text(fs::path const& file) {
  auto const journal = SqliteJournal::open_read_only(file);
  if (!journal) {
    return "error: " + journal.error().message;
  }
  auto const rows = (*journal)->read(0, 1'000);
  if (!rows) {
    return "error: " + rows.error().message;
  }
  std::string out = (*journal)->identity().stream + " " + (*journal)->identity().algorithm + " " +
                    std::to_string((*journal)->head().sequence) + " " +
                    hex((*journal)->head().hash) + "\n";
  for (auto const& row : *rows) {
    auto const found = (*journal)->find_command(row.command_id);
    out += tests::row_text(row) + (found && found->size() == 1 ? "\n" : " not found\n");
  }
  return out;
}

/// What verify says; empty if all is well.
std::string verdict_on(fs::path const& file) {
  auto const journal = SqliteJournal::open_read_only(file);
  if (!journal) {
    return journal.error().message;
  }
  auto const store = (*journal)->check_store();
  if (!store) {
    return store.error().message;
  }
  return store->empty() ? broken_in(**journal) : *store;
}

TEST(SqliteJournal, EveryChangedByteIsFoundOrLiesOutsideTheContent) {
  ScratchFolder const folder;
  auto const file = small_journal(folder, 3);
  std::string const bytes = tests::content_of(file);
  std::string const expected = content_text(file);
  ASSERT_EQ(verdict_on(file), "");
  std::atomic<std::size_t> found{0};
  std::atomic<std::size_t> outside{0};
  std::atomic<std::size_t> next{0};
  auto const work = [&] {
    ScratchFolder const own;
    auto const changed = own / "journal.db";
    for (std::size_t at = next++; at < bytes.size(); at = next++) {
      std::string other = bytes;
      other[at] = static_cast<char>(other[at] ^ (1 << (at % 8)));
      tests::write_file(changed, other);
      if (!verdict_on(changed).empty()) {
        ++found;
        continue;
      }
      ++outside;
      EXPECT_EQ(content_text(changed), expected) << "byte " << at;
    }
  };
  std::thread second{work};
  work();
  second.join();
  EXPECT_EQ(found + outside, bytes.size());
  EXPECT_GT(found, 1'500U);
  RecordProperty("found", std::to_string(found));
  RecordProperty("outside", std::to_string(outside));
}

TEST(SqliteJournal, ATailThatIsCutOffIsFound) {
  ScratchFolder const folder;
  auto const file = small_journal(folder, 60);
  std::string const bytes = tests::content_of(file);
  for (std::size_t size = 0; size < bytes.size(); size += 512) {
    tests::write_file(file, bytes.substr(0, size));
    EXPECT_NE(verdict_on(file), "") << size;
  }
}

TEST(SqliteJournal, ABackupOfAJournalInUseVerifiesAndCanBeRestored) {
  ScratchFolder const folder;
  auto const journal = opened(folder / "journal.db");
  std::atomic<bool> done{false};
  std::atomic<bool> failed{false};
  std::thread writer{[&] {
    for (Sequence i = 1; i <= 2'000 && !failed; ++i) {
      std::vector<JournalRow> rows{note_row(i, "c" + std::to_string(i))};
      failed = journal->append(rows).outcome != AppendOutcome::Written;
    }
    done = true;
  }};
  int copies = 0;
  Sequence before = 0;
  do {
    auto const to = folder / ("backup-" + std::to_string(copies++) + ".db");
    auto const check = backup_journal(folder / "journal.db", to);
    ASSERT_TRUE(check) << check.error().message;
    EXPECT_EQ(check->broken, "");
    EXPECT_GE(check->rows, before);
    before = check->rows;
  } while (!done);
  writer.join();
  ASSERT_FALSE(failed);

  auto const last = folder / ("backup-" + std::to_string(copies) + ".db");
  ASSERT_TRUE(backup_journal(folder / "journal.db", last));
  EXPECT_EQ(content_text(last), content_text(folder / "journal.db"));
  ASSERT_TRUE(restore_journal(last, folder / "restored.db"));
  auto const restored = opened(folder / "restored.db");
  EXPECT_EQ(rows_text(all_rows(*restored)), rows_text(all_rows(*journal)));
  std::vector<JournalRow> more{note_row(2'001, "more")};
  EXPECT_EQ(restored->append(more).outcome, AppendOutcome::Written);
  EXPECT_EQ(broken_in(*restored), "");
}

TEST(SqliteJournal, CopiesNeverOverwriteAndADamagedOneIsRefused) {
  ScratchFolder const folder;
  auto const file = small_journal(folder);
  auto const to = folder / "there.db";
  tests::write_file(to, "something");
  EXPECT_EQ(backup_journal(file, to).error().code, ErrorCode::Conflict);
  EXPECT_EQ(restore_journal(file, to).error().code, ErrorCode::Conflict);
  EXPECT_EQ(tests::content_of(to), "something");
  tests::write_file(folder / "fresh.db-wal", "left over");
  EXPECT_EQ(restore_journal(file, folder / "fresh.db").error().code, ErrorCode::Conflict);
  EXPECT_EQ(backup_journal(folder / "nowhere.db", folder / "x.db").error().code,
            ErrorCode::NotFound);

  ASSERT_EQ(
      Stranger{file}.run("DROP TRIGGER event_is_never_changed; UPDATE event SET payload = '{}'"),
      "");
  auto const names = folder.names();
  EXPECT_EQ(restore_journal(file, folder / "y.db").error().code, ErrorCode::DataLoss);
  EXPECT_EQ(backup_journal(file, folder / "y.db").error().code, ErrorCode::DataLoss);
  EXPECT_FALSE(fs::exists(folder / "y.db"));
  for (auto const& name : folder.names()) {
    EXPECT_EQ(name.find("y.db"), std::string::npos) << name << " was left behind";
  }
}

TEST(SqliteJournal, ACrashLeavesWhatWasWritten) {
  ScratchFolder const folder;
  auto const file = folder / "journal.db";
  auto const copy = folder / "copy";
  fs::create_directories(copy);
  auto const journal = opened(file);
  for (Sequence i = 1; i <= 50; ++i) {
    std::vector<JournalRow> rows{note_row(i, "c" + std::to_string(i))};
    ASSERT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
    if (i % 10 != 0) {
      continue;
    }
    // The files as they lie there at this moment are what a killed process leaves.
    for (char const* suffix : {"", "-wal"}) {
      fs::copy_file(file.string() + suffix, (copy / "journal.db").string() + suffix,
                    fs::copy_options::overwrite_existing);
    }
    fs::remove(copy / "journal.db-shm");
    auto const after = opened(copy / "journal.db");
    EXPECT_EQ(after->head().sequence, i);
    EXPECT_EQ(broken_in(*after), "");
  }
}

TEST(SqliteJournal, AHalfWrittenLastBatchIsNotThere) {
  ScratchFolder const folder;
  auto const file = folder / "journal.db";
  std::string wal;
  {
    auto const journal = opened(file);
    for (Sequence i = 1; i <= 5; ++i) {
      std::vector<JournalRow> rows{note_row(3 * i - 2, "c" + std::to_string(i), 0),
                                   note_row(3 * i - 1, "c" + std::to_string(i), 1),
                                   note_row(3 * i, "c" + std::to_string(i), 2)};
      ASSERT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
    }
    fs::copy_file(file, folder / "crashed.db");
    wal = tests::content_of(file.string() + "-wal");
  }
  std::set<Sequence> ends;
  for (std::size_t size = wal.size();; size -= std::min<std::size_t>(size, 1'033)) {
    fs::copy_file(folder / "crashed.db", folder / "again.db", fs::copy_options::overwrite_existing);
    tests::write_file(folder / "again.db-wal", wal.substr(0, size));
    fs::remove(folder / "again.db-shm");
    {
      auto const after = opened(folder / "again.db");
      EXPECT_EQ(after->head().sequence % 3, 0);
      EXPECT_EQ(broken_in(*after), "");
      ends.insert(after->head().sequence);
    }
    if (size == 0) {
      break;
    }
  }
  EXPECT_EQ(ends, (std::set<Sequence>{0, 3, 6, 9, 12, 15}));
}

TEST(SqliteJournal, DoesNotTakeTheLogOfAnotherForItsOwn) {
  for (char const* log : {"journal.db-wal", "journal.db-wal.kept"}) {
    ScratchFolder const folder;
    ASSERT_TRUE(system_disk().write(folder / log, "what is left of a journal"));
    auto const refused = SqliteJournal::open(folder / "journal.db");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::DataLoss);
    EXPECT_NE(refused.error().message.find("put the journal back"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder / "journal.db"));
    EXPECT_EQ(restore_journal(folder / "any.db", folder / "journal.db").error().code,
              ErrorCode::Conflict);
  }
}

TEST(SqliteJournal, AReaderCanNeitherWriteNorCheckpoint) {
  ScratchFolder const folder;
  auto const file = folder / "journal.db";
  auto const journal = opened(file);
  std::vector<JournalRow> rows{note_row(1, "a"), note_row(2, "b")};
  ASSERT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
  auto const log = file.string() + "-wal";
  auto const content = tests::content_of(file);
  auto const logged = tests::content_of(log);
  ASSERT_FALSE(logged.empty());
  {
    auto reader = std::move(Database::open(file, OpenMode::ReadOnly)).value();
    EXPECT_FALSE(reader.run("UPDATE head SET sequence = 0"));
    EXPECT_FALSE(reader.run("CREATE TABLE x(a)"));
    for (auto const how : {Checkpoint::Passive, Checkpoint::Truncate}) {
      EXPECT_FALSE(reader.checkpoint(how, 0));
    }
    ASSERT_TRUE(reader.run("PRAGMA query_only=OFF"));  // not even then
    EXPECT_FALSE(reader.run("UPDATE head SET sequence = 0"));
    EXPECT_FALSE(reader.checkpoint(Checkpoint::Truncate, 0));
  }
  EXPECT_TRUE(tests::content_of(file) == content);
  EXPECT_TRUE(tests::content_of(log) == logged);
}

TEST(SqliteJournal, ALogThatOutgrewItsLimitIsCutOnceNobodyReadsIt) {
  ScratchFolder const folder;
  auto const file = folder / "journal.db";
  auto const log = file.string() + "-wal";
  constexpr LogUpkeep kUpkeep{.checkpoint_pages = 10, .truncate_bytes = 400'000};
  auto const journal = std::move(SqliteJournal::open(file, {}, system_disk(), kUpkeep)).value();
  auto const append = [&](int rows) {
    for (int i = 0; i < rows; ++i) {
      Sequence const next = journal->head().sequence + 1;
      std::vector<JournalRow> one{note_row(next, "c" + std::to_string(next))};
      ASSERT_EQ(journal->append(one).outcome, AppendOutcome::Written);
    }
  };
  append(200);
  EXPECT_LT(fs::file_size(log), 200'000U);  // moved now and then, and begun again
  {
    auto reader = std::move(Database::open(file, OpenMode::ReadOnly)).value();
    ASSERT_TRUE(reader.run("BEGIN"));
    ASSERT_TRUE(reader.value("SELECT count(*) FROM event"));
    append(200);
    EXPECT_GT(fs::file_size(log), 800'000U);  // a reader is in the way
    ASSERT_TRUE(reader.run("COMMIT"));
  }
  append(1);
  EXPECT_EQ(fs::file_size(log), 0U);
  append(5);
  EXPECT_EQ(broken_in(*journal), "");
}

}  // namespace
}  // namespace fenghuo::messaging
