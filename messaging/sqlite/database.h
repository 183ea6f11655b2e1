#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "messaging/storage/disk.h"

struct sqlite3;
struct sqlite3_stmt;

namespace fenghuo::messaging {

/// A prepared statement. Bind from 1, columns from 0, as SQLite counts.
/// Threads: those of its connection.
class Statement {
 public:
  Statement() = default;
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;

  Statement& bind(int at, std::int64_t value);
  Statement& bind(int at, std::string_view text);
  Statement& bind_blob(int at, void const* bytes, std::size_t size);
  Statement& bind_null(int at);
  /// Bind without a copy: the bytes must stay until the statement was run.
  Statement& bind_kept(int at, std::string_view text);
  Statement& bind_kept_blob(int at, void const* bytes, std::size_t size);

  enum class Step { Row, Done, Failed };
  Step step();
  /// Runs a statement that gives no rows, then resets it.
  bool run();
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* raw) : raw_{raw} {}
  sqlite3_stmt* raw_ = nullptr;
};

enum class OpenMode { ReadOnly, ReadWrite, Create };

/// How a write-ahead log is moved into its database: as far as it goes without waiting for readers, or all
/// of it, and the log's file is cut to nothing.
enum class Checkpoint { Passive, Truncate };

/// One connection to an SQLite file, with the settings that every file of ours has: foreign keys, untrusted
/// schema, cell checks, full sync, no memory map.
class Database {
 public:
  /// Errors: NotFound, Unavailable (the message names the file and the reason).
  static Result<Database> open(std::filesystem::path const& file, OpenMode mode,
                               Disk& disk = system_disk());
  Database() = default;
  ~Database();
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;

  /// One or several statements without rows.
  Result<void> run(std::string const& sql);
  Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row as text.
  Result<std::string> value(std::string_view sql);

  /// From now on nothing is checkpointed by itself, and `pages` says how long the log is after each commit.
  /// `pages` must stay where it is as long as the connection.
  void watch_log(std::int64_t& pages);
  /// Waits for readers, with Truncate, for `patience_ms` at most. Out: whether all of the log was moved.
  Result<bool> checkpoint(Checkpoint how, int patience_ms);

  int changes() const;
  std::string message() const;  ///< of the last error
  bool is_sync_failure() const;
  bool is_constraint() const;
  Error error(std::string_view doing) const;  ///< Unavailable, or DataLoss for a damaged file
  sqlite3* raw() { return raw_; }

 private:
  sqlite3* raw_ = nullptr;
  std::string file_;
};

/// Copies a whole database, also one in use, page by page into a new file, synced. Errors: Unavailable.
Result<void> copy_database(std::filesystem::path const& from, std::filesystem::path const& to,
                           Disk& disk = system_disk());

}  // namespace fenghuo::messaging
