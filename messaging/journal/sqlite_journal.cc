#include "messaging/journal/sqlite_journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

namespace fenghuo::messaging {

namespace {

constexpr int kSchemaVersion = 1;
constexpr int kApplicationId = 0x46484A31;  // "FHJ1"

// The text that sqlite_master must hold to the letter; check_store compares it.
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

constexpr std::string_view kColumns =
    "SELECT sequence, epoch, recorded_at, occurred_at, command_id, command_index, request_hash, "
    "actor, "
    "role, type, version, payload, hash FROM event ";

bool set_digest(Digest& out, std::string_view bytes) {
  if (bytes.size() != out.size()) {
    return false;
  }
  std::memcpy(out.data(), bytes.data(), out.size());
  return true;
}

bool is_int(std::int64_t value) {
  return value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max();
}

Result<JournalRow> row_of(Statement const& from) {
  JournalRow row;
  row.sequence = from.integer(0);
  row.epoch = from.integer(1);
  row.recorded_at = {from.integer(2)};
  row.occurred_at = {from.integer(3)};
  row.command_id = from.text(4);
  row.index = static_cast<int>(from.integer(5));
  row.actor = {std::string{from.text(7)}, std::string{from.text(8)}};
  row.type = from.text(9);
  row.version = static_cast<int>(from.integer(10));
  row.payload = from.text(11);
  if (!is_int(from.integer(5)) ||
      !is_int(from.integer(10))) {  // cut to an int they would look right
    return Error{ErrorCode::DataLoss,
                 fmt::format("journal row {}: index or version out of range", row.sequence)};
  }
  if (!set_digest(row.request_hash, from.blob(6)) || !set_digest(row.hash, from.blob(12))) {
    return Error{ErrorCode::DataLoss,
                 fmt::format("journal row {}: a hash has the wrong length", row.sequence)};
  }
  return row;
}

/// A lock file that one process can hold; released by the system when the process ends.
class FileLock {
 public:
  FileLock() = default;
  ~FileLock() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  FileLock(FileLock&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  static Result<FileLock> take(std::filesystem::path const& file) {
    FileLock lock;
    lock.fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.fd_ < 0) {
      return Error{
          ErrorCode::Unavailable,
          fmt::format(
              "cannot write {}: {}; the data folder must exist and be writable for this user",
              file.string(), std::strerror(errno))};
    }
    if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
      char pid[32] = {};
      ssize_t const length = ::pread(lock.fd_, pid, sizeof pid - 1, 0);
      return Error{ErrorCode::Conflict,
                   fmt::format("another process ({}) serves the journal beside {}; stop it first",
                               length > 0 ? pid : "pid unknown", file.string())};
    }
    std::string const pid = std::to_string(::getpid());
    bool const told =
        ::ftruncate(lock.fd_, 0) == 0 && ::pwrite(lock.fd_, pid.data(), pid.size(), 0) > 0;
    if (!told) {
      return Error{ErrorCode::Unavailable,
                   fmt::format("cannot write {}: {}", file.string(), std::strerror(errno))};
    }
    return lock;
  }

 private:
  int fd_ = -1;
};

/// Makes a whole empty journal under another name, syncs it and renames it: a crash in between leaves
/// nothing that opens.
Result<void> create(std::filesystem::path const& file, JournalIdentity const& identity) {
  std::filesystem::path const fresh = file.string() + ".new";
  std::error_code ignored;
  for (char const* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(fresh.string() + suffix, ignored);
  }
  {
    auto db = Database::open(fresh, OpenMode::Create);
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
  if (auto const synced = sync_file(fresh); !synced) {
    return synced;
  }
  std::error_code error;
  std::filesystem::rename(fresh, file, error);
  if (error) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot create {}: {}", file.string(), error.message())};
  }
  return sync_folder(std::filesystem::absolute(file).parent_path());
}

Result<void> check_kind(Database& db, std::filesystem::path const& file) {
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

Result<JournalIdentity> read_identity(Database& db) {
  auto const stream = db.value("SELECT stream FROM identity");
  auto const algorithm = db.value("SELECT algorithm FROM identity");
  if (!stream || !algorithm) {
    return stream ? algorithm.error() : stream.error();
  }
  return JournalIdentity{*stream, *algorithm};
}

Result<Head> read_head_of(Database& db, std::string_view stream) {
  auto select = db.prepare("SELECT epoch, sequence, hash FROM head WHERE stream = ?");
  if (!select) {
    return select.error();
  }
  select->bind(1, stream);
  if (select->step() != Statement::Step::Row) {
    return Error{ErrorCode::DataLoss, "the journal has no head row; restore it from a backup"};
  }
  Head head{select->integer(1), select->integer(0), {}};
  if (!set_digest(head.hash, select->blob(2))) {
    return Error{ErrorCode::DataLoss,
                 "the head of the journal is damaged; restore it from a backup"};
  }
  return head;
}

}  // namespace

struct SqliteJournal::Writer {
  FileLock lock;
  Database db;
  Statement begin, begin_reading, insert, move_head, commit, rollback, has_command;

  Result<void> prepare() {
    std::pair<Statement*, std::string_view> const all[] = {
        {&begin, "BEGIN IMMEDIATE"},
        {&begin_reading, "BEGIN"},
        {&insert, "INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&move_head,
         "UPDATE head SET sequence = ?, hash = ? WHERE stream = ? AND epoch = ? AND sequence = ?"},
        {&commit, "COMMIT"},
        {&rollback, "ROLLBACK"},
        {&has_command,
         "SELECT 1 FROM event WHERE stream = ? AND command_id = ? AND command_index = 0"}};
    for (auto const& [statement, sql] : all) {
      auto prepared = db.prepare(sql);
      if (!prepared) {
        return prepared.error();
      }
      *statement = std::move(prepared).value();
    }
    return {};
  }

  bool insert_row(JournalRow const& row, std::string_view stream) {
    return insert.bind(1, row.sequence)
        .bind_kept(2, stream)
        .bind(3, row.epoch)
        .bind(4, row.recorded_at.us)
        .bind(5, row.occurred_at.us)
        .bind_kept(6, row.command_id)
        .bind(7, std::int64_t{row.index})
        .bind_kept_blob(8, row.request_hash.data(), row.request_hash.size())
        .bind_kept(9, row.actor.name)
        .bind_kept(10, row.actor.role)
        .bind_kept(11, row.type)
        .bind(12, std::int64_t{row.version})
        .bind_kept(13, row.payload)
        .bind_kept_blob(14, row.hash.data(), row.hash.size())
        .run();
  }
};

SqliteJournal::SqliteJournal(std::filesystem::path file, JournalIdentity identity, Chain chain,
                             Head head, std::unique_ptr<Writer> writer)
    : Journal{std::move(identity), std::move(chain), head},
      file_{std::move(file)},
      writer_{std::move(writer)} {}

SqliteJournal::~SqliteJournal() = default;

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(std::filesystem::path const& file,
                                                           JournalIdentity const& wanted) {
  auto lock = FileLock::take(file.string() + ".lock");
  if (!lock) {
    return lock.error();
  }
  if (auto chain = Chain::make(wanted.algorithm, wanted.stream); !chain) {
    return chain.error();
  }
  if (!std::filesystem::exists(file)) {
    if (auto const made = create(file, wanted); !made) {
      return made.error();
    }
  }
  auto db = Database::open(file, OpenMode::ReadWrite);
  if (!db) {
    return db.error();
  }
  auto writer = std::make_unique<Writer>(
      Writer{std::move(lock).value(), std::move(db).value(), {}, {}, {}, {}, {}, {}, {}});
  if (auto const kind = check_kind(writer->db, file); !kind) {
    return kind.error();
  }
  if (auto const set =
          writer->db.run("PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864");
      !set) {
    return set.error();
  }
  auto identity = read_identity(writer->db);
  if (!identity) {
    return identity.error();
  }
  // A new epoch for a new writer: what an older one still tries to append is refused by the head row.
  auto raise = writer->db.prepare("UPDATE head SET epoch = epoch + 1 WHERE stream = ?");
  if (!raise || !raise->bind(1, identity->stream).run()) {
    return writer->db.error("opening");
  }
  auto const head = read_head_of(writer->db, identity->stream);
  auto chain = Chain::make(identity->algorithm, identity->stream);
  auto const prepared = writer->prepare();
  if (!head || !chain || !prepared) {
    return !head ? head.error() : !chain ? chain.error() : prepared.error();
  }
  return std::unique_ptr<SqliteJournal>{
      new SqliteJournal{file, *identity, std::move(chain).value(), *head, std::move(writer)}};
}

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open_read_only(
    std::filesystem::path const& file) {
  auto db = Database::open(file, OpenMode::ReadOnly);
  if (!db) {
    return db.error();
  }
  if (auto const kind = check_kind(*db, file); !kind) {
    return kind.error();
  }
  auto identity = read_identity(*db);
  if (!identity) {
    return identity.error();
  }
  auto const head = read_head_of(*db, identity->stream);
  auto chain = Chain::make(identity->algorithm, identity->stream);
  if (!head || !chain) {
    return head ? chain.error() : head.error();
  }
  return std::unique_ptr<SqliteJournal>{
      new SqliteJournal{file, *identity, std::move(chain).value(), *head, nullptr}};
}

AppendResult SqliteJournal::write(std::span<JournalRow const> rows, Head const& before) {
  if (writer_ == nullptr) {
    return {AppendOutcome::NotWritten, "this journal is open for reading only"};
  }
  Writer& w = *writer_;
  auto const give_up = [&](AppendOutcome outcome) {
    std::string const message = w.db.message();
    bool const sync_failed = w.db.is_sync_failure();
    w.rollback.run();
    return AppendResult{sync_failed ? AppendOutcome::StoreFailed : outcome, message};
  };
  if (!w.begin.run()) {
    return give_up(AppendOutcome::NotWritten);
  }
  for (auto const& row : rows) {
    if (!w.insert_row(row, identity().stream)) {
      return give_up(AppendOutcome::NotWritten);
    }
  }
  JournalRow const& last = rows.back();
  bool const moved = w.move_head.bind(1, last.sequence)
                         .bind_blob(2, last.hash.data(), last.hash.size())
                         .bind(3, identity().stream)
                         .bind(4, before.epoch)
                         .bind(5, before.sequence)
                         .run();
  if (!moved || w.db.changes() != 1) {
    AppendResult result = give_up(AppendOutcome::NotWritten);
    result.message = moved ? "another writer has taken this journal over" : result.message;
    return result;
  }
  if (!w.commit.run()) {
    return give_up(AppendOutcome::Unknown);
  }
  return {};
}

Result<Head> SqliteJournal::read_head() {
  auto reader = take_reader();
  if (!reader) {
    return reader.error();
  }
  auto head = read_head_of(*reader, identity().stream);
  give_back(std::move(reader).value());
  return head;
}

Result<Database> SqliteJournal::take_reader() {
  {
    std::scoped_lock const lock{readers_mutex_};
    if (!readers_.empty()) {
      Database reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
  }
  return Database::open(file_, OpenMode::ReadOnly);
}

void SqliteJournal::give_back(Database reader) {
  constexpr std::size_t kIdle = 8;
  std::scoped_lock const lock{readers_mutex_};
  if (readers_.size() < kIdle) {
    readers_.push_back(std::move(reader));
  }
}

Result<std::vector<JournalRow>> SqliteJournal::rows_of(std::string const& sql, std::int64_t number,
                                                       std::string_view command_id) {
  auto reader = take_reader();
  if (!reader) {
    return reader.error();
  }
  std::vector<JournalRow> rows;
  {
    auto select = reader->prepare(sql);
    if (!select) {
      return select.error();
    }
    select->bind(1, identity().stream).bind(2, number).bind(3, command_id);
    Statement::Step step = Statement::Step::Done;
    while ((step = select->step()) == Statement::Step::Row) {
      auto row = row_of(*select);
      if (!row) {
        return row.error();
      }
      rows.push_back(std::move(row).value());
    }
    if (step == Statement::Step::Failed) {
      return reader->error("reading");
    }
  }
  give_back(std::move(reader).value());
  return rows;
}

Result<std::vector<JournalRow>> SqliteJournal::read(Sequence after, std::size_t most) {
  std::string const sql = fmt::format(
      "{}WHERE stream = ?1 AND sequence > ?2 ORDER BY sequence LIMIT {}", kColumns, most);
  return rows_of(sql, after, {});
}

Result<std::vector<JournalRow>> SqliteJournal::find_command(std::string_view command_id) {
  std::string const sql = fmt::format(
      "{}WHERE stream = ?1 AND command_id = ?3 AND command_index >= ?2 ORDER BY command_index",
      kColumns);
  return rows_of(sql, 0, command_id);
}

Result<std::vector<bool>> SqliteJournal::known_commands(std::span<std::string_view const> ids) {
  if (writer_ == nullptr) {
    return Error{ErrorCode::Unavailable, "this journal is open for reading only"};
  }
  Writer& w = *writer_;
  std::vector<bool> known;
  // One read transaction for all: outside one, every look takes and gives up the file's locks.
  if (ids.size() > 1 && !w.begin_reading.run()) {
    return w.db.error("reading");
  }
  bool failed = false;
  for (auto const id : ids) {
    w.has_command.bind_kept(1, identity().stream).bind_kept(2, id);
    Statement::Step const step = w.has_command.step();
    w.has_command.reset();
    known.push_back(step == Statement::Step::Row);
    failed = failed || step == Statement::Step::Failed;
  }
  std::optional<Error> const error = failed ? std::optional{w.db.error("reading")} : std::nullopt;
  if (ids.size() > 1 && !w.commit.run()) {
    return w.db.error("reading");
  }
  if (error) {
    return *error;
  }
  return known;
}

Result<std::string> SqliteJournal::check_store() {
  auto db = Database::open(file_, OpenMode::ReadOnly);
  if (!db) {
    return db.error();
  }
  auto const pages = db->value("PRAGMA integrity_check");
  if (!pages) {
    return pages.error();
  }
  if (*pages != "ok") {
    return "the store is damaged: " + *pages;
  }
  auto select = db->prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid");
  if (!select) {
    return select.error();
  }
  for (auto const wanted : kSchema) {
    if (select->step() != Statement::Step::Row || select->text(0) != wanted) {
      return std::string{"the schema of the journal was changed; it should say: "}.append(wanted);
    }
  }
  if (select->step() != Statement::Step::Done) {
    return "the journal holds something besides its own tables: " + std::string{select->text(0)};
  }
  return std::string{};
}

namespace {

/// A file that is not left behind, nor what SQLite keeps beside it.
struct TemporaryDatabase {
  std::filesystem::path file;

  explicit TemporaryDatabase(std::filesystem::path path) : file{std::move(path)} { remove(); }
  ~TemporaryDatabase() { remove(); }
  TemporaryDatabase(TemporaryDatabase const&) = delete;
  TemporaryDatabase& operator=(TemporaryDatabase const&) = delete;

 private:
  void remove() const {
    std::error_code ignored;
    for (char const* suffix : {"", "-wal", "-shm", "-journal"}) {
      std::filesystem::remove(file.string() + suffix, ignored);
    }
  }
};

Result<JournalCheck> copy_verified(std::filesystem::path const& from,
                                   std::filesystem::path const& to) {
  if (std::filesystem::exists(to)) {
    return Error{ErrorCode::Conflict, to.string() + " exists already; name another file"};
  }
  TemporaryDatabase const temporary{to.string() + ".part"};
  std::filesystem::path const& part = temporary.file;
  if (auto const copied = copy_database(from, part); !copied) {
    return copied.error();
  }
  auto journal = SqliteJournal::open_read_only(part);
  if (!journal) {
    return journal.error();
  }
  auto const store = (*journal)->check_store();
  auto check = check_journal(**journal);
  if (!store || !check) {
    return store ? check.error() : store.error();
  }
  if (!store->empty() || !check->broken.empty()) {
    return Error{ErrorCode::DataLoss,
                 "the copy does not verify: " + (store->empty() ? check->broken : *store)};
  }
  journal->reset();
  std::error_code error;
  std::filesystem::rename(part, to, error);
  if (error) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot write {}: {}", to.string(), error.message())};
  }
  if (auto const synced = sync_folder(std::filesystem::absolute(to).parent_path()); !synced) {
    return synced.error();
  }
  return check;
}

}  // namespace

Result<JournalCheck> backup_journal(std::filesystem::path const& from,
                                    std::filesystem::path const& to) {
  return copy_verified(from, to);
}

Result<JournalCheck> restore_journal(std::filesystem::path const& from,
                                     std::filesystem::path const& to) {
  if (std::filesystem::exists(to.string() + "-wal")) {
    return Error{ErrorCode::Conflict,
                 to.string() + "-wal lies in the way; choose an empty data folder"};
  }
  return copy_verified(from, to);
}

}  // namespace fenghuo::messaging
