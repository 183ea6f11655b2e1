#include "messaging/security_log/security_file.h"

#include <fmt/format.h>

#include <cstring>
#include <string>

namespace fenghuo::messaging {

namespace {

constexpr int kSchemaVersion = 1;
constexpr int kApplicationId = 0x46485331;  // "FHS1"

// The text that sqlite_master must hold to the letter; the check compares it.
// NOLINTBEGIN(bugprone-suspicious-missing-comma): statements are longer than a line.
constexpr std::string_view kSchema[] = {
    "CREATE TABLE identity(stream TEXT NOT NULL, algorithm TEXT NOT NULL) STRICT",
    "CREATE TABLE head(sequence INTEGER NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE TABLE begins_at(sequence INTEGER NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE TABLE entry(sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, "
    "account "
    "TEXT NOT NULL, role TEXT NOT NULL, peer TEXT NOT NULL, request_id TEXT NOT NULL, subject TEXT "
    "NOT "
    "NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE INDEX entry_kind ON entry(kind, sequence)",
    "CREATE INDEX entry_account ON entry(account, sequence)",
    "CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN "
    "SELECT RAISE(ABORT, 'the security log is append-only'); END",
    "CREATE TRIGGER entry_goes_by_age_alone BEFORE DELETE ON entry "
    "WHEN OLD.sequence > (SELECT sequence FROM begins_at) BEGIN "
    "SELECT RAISE(ABORT, 'the security log is append-only'); END"};
// NOLINTEND(bugprone-suspicious-missing-comma)

bool set_digest(Digest& out, std::string_view bytes) {
  if (bytes.size() != out.size()) {
    return false;
  }
  std::memcpy(out.data(), bytes.data(), out.size());
  return true;
}

Result<void> fill_new_file(Disk& disk, std::filesystem::path const& fresh,
                           std::string_view algorithm) {
  auto db = Database::open(fresh, OpenMode::Create, disk);
  if (!db) {
    return db.error();
  }
  std::string sql = fmt::format(
      "PRAGMA page_size=4096; PRAGMA auto_vacuum=NONE; PRAGMA application_id={}; PRAGMA "
      "user_version={}; PRAGMA journal_mode=WAL; BEGIN IMMEDIATE;",
      kApplicationId, kSchemaVersion);
  for (auto const statement : kSchema) {
    sql.append(statement).append(";");
  }
  sql +=
      "INSERT INTO head VALUES (0, zeroblob(32)); INSERT INTO begins_at VALUES (0, zeroblob(32));";
  if (auto const made = db->run(sql); !made) {
    return made;
  }
  {
    auto insert = db->prepare("INSERT INTO identity VALUES (?, ?)");
    if (!insert || !insert->bind(1, kSecurityStream).bind(2, algorithm).run()) {
      return db->error("creating");
    }
  }
  if (auto const done = db->run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)"); !done) {
    return done;
  }
  auto const mode = db->value("PRAGMA journal_mode");
  if (!mode || *mode != "wal") {
    return Error{ErrorCode::Unavailable, "this file system cannot keep a write-ahead log (" +
                                             fresh.string() + "): choose a local disk for --data"};
  }
  return {};
}

}  // namespace

std::span<std::string_view const> security_schema() { return kSchema; }

Result<void> create_security_file(Disk& disk, std::filesystem::path const& file,
                                  std::string_view algorithm) {
  std::filesystem::path const fresh = file.string() + ".new";
  if (auto const removed = remove_database(disk, fresh); !removed) {
    return removed;
  }
  if (auto const filled = fill_new_file(disk, fresh, algorithm); !filled) {
    return filled;
  }
  if (auto const hidden = disk.hide(fresh); !hidden) {
    return hidden;
  }
  if (auto const synced = disk.sync_file(fresh); !synced) {
    return synced;
  }
  return disk.rename(fresh, file);
}

Result<void> check_security_file(Database& db, std::filesystem::path const& file) {
  auto const kind = db.value("PRAGMA application_id");
  auto const version = db.value("PRAGMA user_version");
  if (!kind || !version) {
    return kind ? version.error() : kind.error();
  }
  if (*kind != std::to_string(kApplicationId)) {
    return Error{
        ErrorCode::InvalidArgument,
        file.string() + " is not a security log of fenghuo; move it away, or name another"};
  }
  if (std::stoi(*version) > kSchemaVersion) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("{} was written by a newer fenghuo (security log version {}, this "
                             "program knows {}); use that program",
                             file.string(), *version, kSchemaVersion)};
  }
  return {};
}

Result<std::string> security_algorithm(Database& db) {
  return db.value("SELECT algorithm FROM identity");
}

Result<LogPosition> read_position(Database& db, std::string_view table) {
  auto select = db.prepare(std::string{"SELECT sequence, hash FROM "}.append(table));
  if (!select) {
    return select.error();
  }
  LogPosition position;
  if (select->step() != Statement::Step::Row || !set_digest(position.hash, select->blob(1))) {
    return Error{ErrorCode::DataLoss,
                 std::string{"the security log's "}.append(table) +
                     " is damaged: move security.sqlite away and keep it; a new log then begins"};
  }
  position.sequence = select->integer(0);
  return position;
}

Result<SecurityRow> security_row_of(Statement const& from) {
  SecurityRow row;
  row.sequence = from.integer(0);
  auto const kind = enum_named<SecurityKind>(from.text(2));
  if (!kind || !set_digest(row.hash, from.blob(10))) {
    return Error{ErrorCode::DataLoss,
                 fmt::format("security log row {}: {}", row.sequence,
                             kind ? "its hash has the wrong length"
                                  : "unknown kind \"" + std::string{from.text(2)} + "\"")};
  }
  row.entry = {{from.integer(1)},         *kind,
               std::string{from.text(3)}, std::string{from.text(4)},
               std::string{from.text(5)}, std::string{from.text(6)},
               std::string{from.text(7)}, std::string{from.text(8)},
               std::string{from.text(9)}};
  return row;
}

}  // namespace fenghuo::messaging
