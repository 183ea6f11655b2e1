#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "messaging/journal/journal.h"
#include "messaging/sqlite/database.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// When a journal moves its write-ahead log into the file. Only the writer does, and only after a commit.
struct LogUpkeep {
  std::int64_t checkpoint_pages = 1'000;
  /// A log that outgrew this (a reader stood in the way for long) is cut to nothing once it was moved.
  std::int64_t truncate_bytes = 64LL << 20U;
};

/// The embedded journal: one SQLite file in WAL mode with full sync, so that an answer after append() means
/// the rows survive kill -9, a crash of the system and a power cut, if the disk honours a flush.
///
/// Exactly one connection writes and checkpoints, one process holds the file (a lock beside it);
/// everything else reads through read-only connections. That also keeps clear of the WAL-reset race of
/// SQLite before 3.51.3, which needs a second connection that checkpoints.
/// Errors of open: Conflict         another process serves this journal (named by its pid)
///                 InvalidArgument  a journal of a newer version; not a journal of ours
///                 Unavailable      the folder is not writable
///                 DataLoss         damaged
/// Checked: tests/messaging/journal_suite_test.cc, sqlite_journal_test.cc.
class SqliteJournal final : public Journal {
 public:
  /// Opens for writing; makes the journal if there is none. Takes the next epoch.
  ///
  /// The log that an earlier process left is moved into the file first, kept aside meanwhile
  /// (keep_log_aside).
  static Result<std::unique_ptr<SqliteJournal>> open(std::filesystem::path const& file,
                                                     JournalIdentity const& identity = {},
                                                     Disk& disk = system_disk(),
                                                     LogUpkeep upkeep = {});
  /// Opens for reading only, also while another process writes; append is refused.
  static Result<std::unique_ptr<SqliteJournal>> open_read_only(std::filesystem::path const& file,
                                                               Disk& disk = system_disk());
  ~SqliteJournal() override;

  Result<std::vector<JournalRow>> read(Sequence after, std::size_t most) override;
  Result<std::vector<JournalRow>> read_afresh(Sequence after, std::size_t most) override;
  Result<std::vector<JournalRow>> find_command(std::string_view command_id) override;
  Result<std::vector<bool>> known_commands(std::span<std::string_view const> ids) override;

  /// The store's own checks beside the chain: pages, indexes, and that the schema is the one we made.
  /// Out: empty if all is well, else what is wrong.
  Result<std::string> check_store();

 private:
  struct Writer;
  SqliteJournal(Disk& disk, std::filesystem::path file, JournalIdentity identity, Chain chain,
                Head head, std::unique_ptr<Writer> writer);
  AppendResult write(std::span<JournalRow const> rows, Head const& before) override;
  Result<Head> read_head() override;
  Result<Database> take_reader();
  void give_back(Database reader);
  Result<std::vector<JournalRow>> rows_of(std::string const& sql, std::int64_t number,
                                          std::string_view command_id);
  Result<std::vector<JournalRow>> rows_by(Database& reader, std::string const& sql,
                                          std::int64_t number, std::string_view command_id);

  Disk& disk_;
  std::filesystem::path file_;
  std::unique_ptr<Writer> writer_;  ///< none when read-only
  std::mutex readers_mutex_;
  std::vector<Database> readers_;  ///< idle ones
};

}  // namespace fenghuo::messaging
