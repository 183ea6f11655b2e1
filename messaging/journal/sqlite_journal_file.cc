#include "messaging/journal/sqlite_journal_file.h"

#include <fmt/format.h>

#include <string>

namespace fenghuo::messaging {

namespace {

constexpr int kSchemaVersion = 1;
constexpr int kApplicationId = 0x46484A31;  // "FHJ1"

// The text that sqlite_master must hold to the letter; check_store compares it.
// NOLINTBEGIN(bugprone-suspicious-missing-comma): statements are longer than a line.
constexpr std::string_view kSchema[] = {
    "CREATE TABLE identity(stream TEXT NOT NULL, algorithm TEXT NOT NULL) STRICT",
    "CREATE TABLE head(stream TEXT PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, "
    "hash BLOB NOT NULL) STRICT",
    "CREATE TABLE event(sequence INTEGER PRIMARY KEY, stream TEXT NOT NULL, epoch INTEGER NOT "
    "NULL, "
    "recorded_at INTEGER NOT NULL, occurred_at INTEGER NOT NULL, command_id TEXT NOT NULL, "
    "command_index INTEGER NOT NULL, request_hash BLOB NOT NULL, actor TEXT NOT NULL, role TEXT "
    "NOT NULL, "
    "type TEXT NOT NULL, version INTEGER NOT NULL, payload TEXT NOT NULL, hash BLOB NOT NULL) "
    "STRICT",
    "CREATE UNIQUE INDEX event_command ON event(stream, command_id, command_index)",
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN "
    "SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN "
    "SELECT RAISE(ABORT, 'the journal is append-only'); END"};
// NOLINTEND(bugprone-suspicious-missing-comma)

}  // namespace

std::span<std::string_view const> journal_schema() { return kSchema; }

Result<void> create_journal_file(std::filesystem::path const& file, JournalIdentity const& identity,
                                 Disk& disk) {
  std::filesystem::path const fresh = file.string() + ".new";
  if (auto const removed = remove_database(disk, fresh); !removed) {
    return removed;
  }
  {
    auto db = Database::open(fresh, OpenMode::Create, disk);
    if (!db) {
      return db.error();
    }
    std::string sql = fmt::format(
        "PRAGMA page_size=4096; PRAGMA auto_vacuum=NONE; PRAGMA application_id={}; PRAGMA "
        "user_version={}; "
        "PRAGMA journal_mode=WAL; BEGIN IMMEDIATE;",
        kApplicationId, kSchemaVersion);
    for (auto const statement : kSchema) {
      sql.append(statement).append(";");
    }
    if (auto const made = db->run(sql); !made) {
      return made;
    }
    auto insert = db->prepare("INSERT INTO identity VALUES (?, ?)");
    if (!insert || !insert->bind(1, identity.stream).bind(2, identity.algorithm).run()) {
      return db->error("creating");
    }
    auto head = db->prepare("INSERT INTO head VALUES (?, 0, 0, zeroblob(32))");
    if (!head || !head->bind(1, identity.stream).run()) {
      return db->error("creating");
    }
    if (auto const done = db->run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)"); !done) {
      return done;
    }
    auto const mode = db->value("PRAGMA journal_mode");
    if (!mode || *mode != "wal") {
      return Error{ErrorCode::Unavailable, "this file system cannot keep a write-ahead log (" +
                                               fresh.string() +
                                               "): choose a local disk for --data"};
    }
  }
  if (auto const synced = disk.sync_file(fresh); !synced) {
    return synced;
  }
  return disk.rename(fresh, file);
}

namespace {
std::string log_of(std::filesystem::path const& file) { return file.string() + "-wal"; }
std::string kept_log_of(std::filesystem::path const& file) { return file.string() + "-wal.kept"; }
}  // namespace

Result<void> keep_log_aside(Disk& disk, std::filesystem::path const& file) {
  if (disk.exists(kept_log_of(file))) {
    return disk.rename(kept_log_of(file), log_of(file));
  }
  if (!disk.exists(log_of(file))) {
    return {};
  }
  auto const log = disk.read(log_of(file));
  if (!log) {
    return log.error();
  }
  return log->empty() ? Result<void>{} : disk.write(kept_log_of(file), *log);
}

Result<void> forget_kept_log(Disk& disk, std::filesystem::path const& file) {
  if (!disk.exists(kept_log_of(file))) {
    return {};
  }
  // That the log is empty must be durable first: what of it did reach the disk may be its older part, and
  // that part moved into the file again would take the file back.
  if (auto const synced = disk.sync_file(log_of(file)); !synced) {
    return synced;
  }
  auto const removed = disk.remove(kept_log_of(file));
  return removed ? disk.sync_folder(folder_of(file)) : removed;
}

bool has_log(Disk& disk, std::filesystem::path const& file) {
  return disk.exists(log_of(file)) || disk.exists(kept_log_of(file));
}

Result<void> check_journal_file(Database& db, std::filesystem::path const& file) {
  auto const kind = db.value("PRAGMA application_id");
  auto const version = db.value("PRAGMA user_version");
  if (!kind || !version) {
    return kind ? version.error() : kind.error();
  }
  if (*kind != std::to_string(kApplicationId)) {
    return Error{ErrorCode::InvalidArgument, file.string() + " is not a journal of fenghuo"};
  }
  if (std::stoi(*version) > kSchemaVersion) {
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format(
            "{} was written by a newer fenghuo (journal version {}, this program knows {}); "
            "use that program",
            file.string(), *version, kSchemaVersion)};
  }
  return {};
}

Result<JournalIdentity> read_journal_identity(Database& db) {
  auto const stream = db.value("SELECT stream FROM identity");
  auto const algorithm = db.value("SELECT algorithm FROM identity");
  if (!stream || !algorithm) {
    return stream ? algorithm.error() : stream.error();
  }
  return JournalIdentity{*stream, *algorithm};
}

}  // namespace fenghuo::messaging
