#include "messaging/journal/sqlite_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "messaging/journal/sqlite_journal_file.h"

namespace fenghuo::messaging {

namespace {
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
  std::unique_ptr<HeldLock> lock;
  Database db;
  LogUpkeep upkeep;
  std::int64_t log_pages = 0;
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

  /// False: what was to be synced could not be.
  bool tidy_log() {
    constexpr std::int64_t kFrame = 4'096 + 24;
    if (log_pages < upkeep.checkpoint_pages) {
      return true;
    }
    bool const long_log = log_pages * kFrame > upkeep.truncate_bytes;
    // Without patience: the centre waits meanwhile, and the next group tries again. Whatever else goes wrong
    // leaves the log as it is.
    auto const moved = db.checkpoint(long_log ? Checkpoint::Truncate : Checkpoint::Passive, 0);
    return moved || !db.is_sync_failure();
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

SqliteJournal::SqliteJournal(Disk& disk, std::filesystem::path file, JournalIdentity identity,
                             Chain chain, Head head, std::unique_ptr<Writer> writer)
    : Journal{std::move(identity), std::move(chain), head},
      disk_{disk},
      file_{std::move(file)},
      writer_{std::move(writer)} {}

SqliteJournal::~SqliteJournal() = default;

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(std::filesystem::path const& file,
                                                           JournalIdentity const& wanted,
                                                           Disk& disk, LogUpkeep upkeep) {
  auto lock = disk.lock(file.string() + ".lock");
  if (!lock) {
    return lock.error();
  }
  if (auto chain = Chain::make(wanted.algorithm, wanted.stream); !chain) {
    return chain.error();
  }
  if (!disk.exists(file)) {
    if (has_log(disk, file)) {  // it would be taken for the new journal's
      return Error{
          ErrorCode::DataLoss,
          fmt::format("{0} is gone, but its log {0}-wal is there; put the journal back, or "
                      "move the log away and restore a backup",
                      file.string())};
    }
    if (auto const made = create_journal_file(file, wanted, disk); !made) {
      return made.error();
    }
  } else if (auto const named = disk.sync_folder(folder_of(std::filesystem::absolute(file)));
             !named) {
    // The process before may have failed to make the file's name durable: a log made beside it must not
    // outlive it.
    return named.error();
  }
  if (auto const kept = keep_log_aside(disk, file); !kept) {
    return kept.error();
  }
  auto db = Database::open(file, OpenMode::ReadWrite, disk);
  if (!db) {
    return db.error();
  }
  auto writer = std::make_unique<Writer>(Writer{
      std::move(lock).value(), std::move(db).value(), upkeep, 0, {}, {}, {}, {}, {}, {}, {}});
  if (auto const kind = check_journal_file(writer->db, file); !kind) {
    return kind.error();
  }
  auto const set =
      writer->db.run(fmt::format("PRAGMA journal_size_limit={}", upkeep.truncate_bytes));
  if (!set) {
    return set.error();
  }
  writer->db.watch_log(writer->log_pages);
  // A reader that stays in the way for longer than this does not keep a centre from starting.
  constexpr int kPatienceMs = 5'000;
  auto const moved = writer->db.checkpoint(Checkpoint::Truncate, kPatienceMs);
  auto const forgotten = moved ? forget_kept_log(disk, file) : Result<void>{moved.error()};
  if (!forgotten) {
    return forgotten.error();
  }
  auto identity = read_journal_identity(writer->db);
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
      new SqliteJournal{disk, file, *identity, std::move(chain).value(), *head, std::move(writer)}};
}

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open_read_only(
    std::filesystem::path const& file, Disk& disk) {
  auto db = Database::open(file, OpenMode::ReadOnly, disk);
  if (!db) {
    return db.error();
  }
  if (auto const kind = check_journal_file(*db, file); !kind) {
    return kind.error();
  }
  auto identity = read_journal_identity(*db);
  if (!identity) {
    return identity.error();
  }
  auto const head = read_head_of(*db, identity->stream);
  auto chain = Chain::make(identity->algorithm, identity->stream);
  if (!head || !chain) {
    return head ? chain.error() : head.error();
  }
  return std::unique_ptr<SqliteJournal>{
      new SqliteJournal{disk, file, *identity, std::move(chain).value(), *head, nullptr}};
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
  if (!w.tidy_log()) {
    // The rows are durable, and whoever asks again finds them. But the store is not to be used on.
    return {AppendOutcome::StoreFailed, w.db.message()};
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
  return Database::open(file_, OpenMode::ReadOnly, disk_);
}

void SqliteJournal::give_back(Database reader) {
  constexpr std::size_t kIdle = 8;
  std::scoped_lock const lock{readers_mutex_};
  if (readers_.size() < kIdle) {
    readers_.push_back(std::move(reader));
  }
}

Result<std::vector<JournalRow>> SqliteJournal::rows_by(Database& reader, std::string const& sql,
                                                       std::int64_t number,
                                                       std::string_view command_id) {
  auto select = reader.prepare(sql);
  if (!select) {
    return select.error();
  }
  std::vector<JournalRow> rows;
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
    return reader.error("reading");
  }
  return rows;
}

Result<std::vector<JournalRow>> SqliteJournal::rows_of(std::string const& sql, std::int64_t number,
                                                       std::string_view command_id) {
  auto reader = take_reader();
  if (!reader) {
    return reader.error();
  }
  auto rows = rows_by(*reader, sql, number, command_id);
  if (rows) {  // a connection that failed once is not used again
    give_back(std::move(reader).value());
  }
  return rows;
}

namespace {
std::string select_after(std::size_t most) {
  // The plus keeps the store from the index of command ids, all of whose rows are of this stream: every read
  // would walk and sort the whole journal.
  return fmt::format("{}WHERE +stream = ?1 AND sequence > ?2 ORDER BY sequence LIMIT {}", kColumns,
                     most);
}
}  // namespace

Result<std::vector<JournalRow>> SqliteJournal::read(Sequence after, std::size_t most) {
  return rows_of(select_after(most), after, {});
}

Result<std::vector<JournalRow>> SqliteJournal::read_afresh(Sequence after, std::size_t most) {
  auto reader = Database::open(file_, OpenMode::ReadOnly, disk_);  // its pages come from the file
  if (!reader) {
    return reader.error();
  }
  return rows_by(*reader, select_after(most), after, {});
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
  auto db = Database::open(file_, OpenMode::ReadOnly, disk_);
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
  for (auto const wanted : journal_schema()) {
    if (select->step() != Statement::Step::Row || select->text(0) != wanted) {
      return std::string{"the schema of the journal was changed; it should say: "}.append(wanted);
    }
  }
  if (select->step() != Statement::Step::Done) {
    return "the journal holds something besides its own tables: " + std::string{select->text(0)};
  }
  return std::string{};
}

}  // namespace fenghuo::messaging
