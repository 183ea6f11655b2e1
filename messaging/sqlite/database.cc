#include "messaging/sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace fenghuo::messaging {

namespace {
constexpr int kPatienceMs = 5'000;  // with another connection that holds a lock
}

Statement::~Statement() { sqlite3_finalize(raw_); }
Statement::Statement(Statement&& other) noexcept : raw_{std::exchange(other.raw_, nullptr)} {}
Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(raw_, other.raw_);
  return *this;
}

Statement& Statement::bind(int at, std::int64_t value) {
  sqlite3_bind_int64(raw_, at, value);
  return *this;
}
Statement& Statement::bind(int at, std::string_view text) {
  // A null pointer would bind NULL; the empty text is a text.
  char const* data = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(raw_, at, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind_blob(int at, void const* bytes, std::size_t size) {
  sqlite3_bind_blob64(raw_, at, bytes, size, SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind_kept(int at, std::string_view text) {
  char const* data = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(raw_, at, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind_kept_blob(int at, void const* bytes, std::size_t size) {
  sqlite3_bind_blob64(raw_, at, bytes, size, SQLITE_STATIC);
  return *this;
}
Statement& Statement::bind_null(int at) {
  sqlite3_bind_null(raw_, at);
  return *this;
}

Statement::Step Statement::step() {
  switch (sqlite3_step(raw_)) {
    case SQLITE_ROW:
      return Step::Row;
    case SQLITE_DONE:
      return Step::Done;
    default:
      return Step::Failed;
  }
}
bool Statement::run() {
  bool const done = step() == Step::Done;
  reset();
  return done;
}
void Statement::reset() {
  sqlite3_reset(raw_);
  sqlite3_clear_bindings(raw_);
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(raw_, column); }
double Statement::real(int column) const { return sqlite3_column_double(raw_, column); }
std::string_view Statement::text(int column) const { return blob(column); }
std::string_view Statement::blob(int column) const {
  auto const* data = static_cast<char const*>(sqlite3_column_blob(raw_, column));
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(raw_, column));
  return data == nullptr ? std::string_view{} : std::string_view{data, size};
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(raw_, column) == SQLITE_NULL;
}

Result<Database> Database::open(std::filesystem::path const& file, OpenMode mode, Disk& disk) {
  if (mode != OpenMode::Create && !disk.exists(file)) {
    return Error{ErrorCode::NotFound, fmt::format("there is no file {}", file.string())};
  }
  // SQLite's count of its memory costs a lock at each allocation, and nobody reads it.
  static bool const kUncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
  (void)
      kUncounted;  // too late once another part of the process uses SQLite; then it only stays slower
  Database database;
  database.file_ = file.string();
  int const flags = mode == OpenMode::ReadOnly    ? SQLITE_OPEN_READONLY
                    : mode == OpenMode::ReadWrite ? SQLITE_OPEN_READWRITE
                                                  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(file.c_str(), &database.raw_, flags | SQLITE_OPEN_NOMUTEX, disk.vfs()) !=
      SQLITE_OK) {
    return database.error("opening");
  }
  sqlite3_extended_result_codes(database.raw_, 1);
  sqlite3_busy_timeout(database.raw_, kPatienceMs);
  sqlite3_db_config(database.raw_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  auto const set = database.run(
      "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
      "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA synchronous=FULL;");
  if (!set) {
    return set.error();
  }
  if (mode == OpenMode::ReadOnly) {
    if (auto const only = database.run("PRAGMA query_only=ON"); !only) {
      return only.error();
    }
  }
  return database;
}

Database::~Database() { sqlite3_close_v2(raw_); }
Database::Database(Database&& other) noexcept
    : raw_{std::exchange(other.raw_, nullptr)}, file_{std::move(other.file_)} {}
Database& Database::operator=(Database&& other) noexcept {
  std::swap(raw_, other.raw_);
  std::swap(file_, other.file_);
  return *this;
}

Result<void> Database::run(std::string const& sql) {
  if (sqlite3_exec(raw_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error("writing");
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  int const length = static_cast<int>(sql.size());
  char const* const text = sql.data();  // not terminated: its length goes with it
  if (sqlite3_prepare_v3(raw_, text, length, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK) {
    return error("reading");
  }
  return Statement{statement};
}

Result<std::string> Database::value(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) {
    return statement.error();
  }
  switch (statement->step()) {
    case Statement::Step::Row: {
      auto const* text = reinterpret_cast<char const*>(sqlite3_column_text(statement->raw_, 0));
      return std::string{text == nullptr ? "" : text};
    }
    case Statement::Step::Done:
      return Error{ErrorCode::NotFound, fmt::format("no row in {} for: {}", file_, sql)};
    case Statement::Step::Failed:
      break;
  }
  return error("reading");
}

void Database::watch_log(std::int64_t& pages) {
  auto const note = [](void* out, sqlite3* /*raw*/, char const* /*name*/, int length) {
    *static_cast<std::int64_t*>(out) = length;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(raw_, note, &pages);
}

Result<bool> Database::checkpoint(Checkpoint how, int patience_ms) {
  int const mode =
      how == Checkpoint::Passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
  int log = 0;
  int moved = 0;
  sqlite3_busy_timeout(raw_, patience_ms);
  int const code = sqlite3_wal_checkpoint_v2(raw_, "main", mode, &log, &moved);
  sqlite3_busy_timeout(raw_, kPatienceMs);
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) {
    return error("checkpointing");
  }
  return code == SQLITE_OK && log == moved;
}

int Database::changes() const { return sqlite3_changes(raw_); }
std::string Database::message() const { return sqlite3_errmsg(raw_); }

bool Database::is_sync_failure() const {
  int const code = sqlite3_extended_errcode(raw_);
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}
bool Database::is_constraint() const { return sqlite3_errcode(raw_) == SQLITE_CONSTRAINT; }

Error Database::error(std::string_view doing) const {
  int const code = sqlite3_errcode(raw_) & 0xFF;
  std::string const what = fmt::format("{} {}: {}", doing, file_, sqlite3_errmsg(raw_));
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    return {ErrorCode::DataLoss, what + "; restore it from a backup"};
  }
  if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_PERM) {
    return {ErrorCode::Unavailable, what + "; the folder must exist and be writable for this user"};
  }
  return {ErrorCode::Unavailable, what};
}

Result<void> copy_database(std::filesystem::path const& from, std::filesystem::path const& to,
                           Disk& disk) {
  auto source = Database::open(from, OpenMode::ReadOnly, disk);
  if (!source) {
    return source.error();
  }
  {
    auto target = Database::open(to, OpenMode::Create, disk);
    if (!target) {
      return target.error();
    }
    sqlite3_backup* backup = sqlite3_backup_init(target->raw(), "main", source->raw(), "main");
    if (backup == nullptr) {
      return target->error("copying to");
    }
    // finish() forgives a step that found the source locked: only the step says that all was copied.
    int const copied = sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup) != SQLITE_OK) {
      return target->error("copying to");
    }
    if (copied != SQLITE_DONE) {
      return Error{
          ErrorCode::Unavailable,
          fmt::format("copying {}: it is locked by another process; try again", from.string())};
    }
  }
  if (auto const synced = disk.sync_file(to); !synced) {
    return synced;
  }
  return disk.sync_folder(folder_of(to));
}

}  // namespace fenghuo::messaging
