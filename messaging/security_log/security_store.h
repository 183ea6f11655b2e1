#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messaging/security_log/security_row.h"
#include "messaging/sqlite/database.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// Which rows to show.
struct SecurityQuery {
  std::optional<SecurityKind> kind;
  std::string account;  ///< empty: everybody's
  std::optional<Time> from, until;
  std::optional<Sequence> before;  ///< only rows older than this one
};

/// The security log's file: append-only, hash-chained, one writer, in WAL mode with full sync.
///
/// append():  rows made by chained(), one after another from head(); all durable together, or none.
/// trim():    removes the rows before a time from the beginning, at most `most` of them, and says so in a
///            row; the chain then begins at the last one removed. Out: how many.
/// newest():  newest first, by the query. read(): after a sequence, in order.
/// Errors:    Unavailable, DataLoss; open also Conflict (another process writes it) and InvalidArgument.
///            After a failed append head() is what the file holds.
/// Threads:   writing from one thread, reading from any.
/// Checked:   tests/messaging/security_store_test.cc.
class SecurityStore {
 public:
  /// Makes the file where there is none.
  static Result<std::unique_ptr<SecurityStore>> open(std::filesystem::path const& file,
                                                     std::string_view algorithm = "sha256",
                                                     Disk& disk = system_disk());
  static Result<std::unique_ptr<SecurityStore>> open_read_only(std::filesystem::path const& file,
                                                               Disk& disk = system_disk());

  LogPosition const& head() const { return head_; }
  /// Whether open() made the file.
  bool is_new() const { return is_new_; }
  SecurityRow chained(SecurityEntry entry, LogPosition const& before) const;
  Result<void> append(std::span<SecurityRow const> rows);
  Result<std::size_t> trim(Time before, std::size_t most, Time now);

  Result<std::vector<SecurityRow>> newest(SecurityQuery const& query, std::size_t most);
  Result<std::vector<SecurityRow>> read(Sequence after, std::size_t most);

 private:
  SecurityStore(std::filesystem::path file, Chain chain, Disk& disk)
      : file_{std::move(file)}, chain_{std::move(chain)}, disk_{&disk} {}
  Result<void> insert(std::span<SecurityRow const> rows);
  Result<void> settle(Result<void> written, LogPosition const& wanted);
  Result<Database*> reader();
  Result<std::vector<SecurityRow>> rows_of(Statement& select, Database const& db);

  std::filesystem::path file_;
  Chain chain_;
  bool is_new_ = false;
  Disk* disk_;
  std::unique_ptr<HeldLock> lock_;
  std::optional<Database> writer_;
  LogPosition head_;
  std::mutex reader_mutex_;
  std::optional<Database> reader_;
};

/// Copies a log, also one in use, and checks the copy before it takes its name. Out: rows copied.
/// Errors: Conflict when `to` exists, DataLoss when the copy does not verify, NotFound, Unavailable.
Result<Sequence> backup_security_log(std::filesystem::path const& from,
                                     std::filesystem::path const& to);

}  // namespace fenghuo::messaging
