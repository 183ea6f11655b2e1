#include "messaging/projection/projection.h"

namespace fenghuo::messaging {

namespace {

Result<Database> open_fresh(std::filesystem::path const& file, Disk& disk, int version,
                            std::vector<std::string_view> const& tables,
                            std::vector<std::string_view> const& creation) {
  auto db = Database::open(file, OpenMode::Create, disk);
  if (!db) {
    return db.error();
  }
  // Disposable: losing the last transactions in a power cut only means following the journal again.
  auto const set = db->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
  if (!set) {
    return set.error();
  }
  auto const found = db->value("PRAGMA user_version");
  if (!found) {
    return found.error();
  }
  if (*found == std::to_string(version)) {
    return db;
  }
  std::string sql = "BEGIN IMMEDIATE; DROP TABLE IF EXISTS position;";
  for (auto const table : tables) {
    sql.append("DROP TABLE IF EXISTS ").append(table).append(";");
  }
  for (auto const statement : creation) {
    sql.append(statement).append(";");
  }
  sql +=
      "CREATE TABLE position(sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;"
      "INSERT INTO position VALUES (0, ''); PRAGMA user_version=" +
      std::to_string(version) + "; COMMIT";
  if (auto const made = db->run(sql); !made) {
    return made.error();
  }
  return db;
}

}  // namespace

Result<Database> Projection::open_file(std::filesystem::path const& file, Disk& disk,
                                       Form const& form) {
  auto db = open_fresh(file, disk, form.version, form.tables, form.creation);
  if (!db && db.error().code == ErrorCode::DataLoss) {
    (void)remove_database(disk, file);  // what stays is damaged, and is said below
    db = open_fresh(file, disk, form.version, form.tables, form.creation);
  }
  return db;
}

Result<Sequence> Projection::position() {
  std::scoped_lock const lock{mutex_};
  auto const value = db_.value("SELECT sequence FROM position");
  if (!value) {
    return value.error();
  }
  return Sequence{std::stoll(*value)};
}

/// Hash of a row as text; empty for the beginning, and where the journal has no such row.
Result<std::string> Projection::hash_at(Sequence sequence) {
  if (journal_ == nullptr || sequence == 0) {
    return std::string{};
  }
  auto const rows = journal_->read(sequence - 1, 1);
  if (!rows) {
    return rows.error();
  }
  bool const there = !rows->empty() && rows->front().sequence == sequence;
  return there ? hex(rows->front().hash) : std::string{};
}

Result<void> Projection::stand_on(Journal& journal) {
  journal_ = &journal;
  auto const at = position();
  auto const hash = at ? hash_at(*at) : Result<std::string>{at.error()};
  if (!hash) {
    return hash.error();
  }
  Result<std::string> const kept = [this] {
    std::scoped_lock const lock{mutex_};
    return db_.value("SELECT hash FROM position");
  }();
  if (!kept) {
    return kept.error();
  }
  bool const same = *at == 0 || (!kept->empty() && *kept == *hash);
  return same ? Result<void>{} : forget();
}

Result<void> Projection::store_all(std::span<kernel::RecordedEvent const> events,
                                   std::string const& hash) {
  if (auto stored = store(events); !stored) {
    return stored;
  }
  auto move = db_.prepare("UPDATE position SET sequence = ?, hash = ?");
  if (!move) {
    return move.error();
  }
  if (!move->bind(1, events.back().sequence).bind(2, hash).run()) {
    return db_.error("writing");
  }
  return db_.run("COMMIT");
}

Result<void> Projection::handle(std::span<kernel::RecordedEvent const> events) {
  if (events.empty()) {
    return {};
  }
  auto const hash = hash_at(events.back().sequence);
  if (!hash) {
    return hash.error();
  }
  if (auto const ready = prepare(events); !ready) {
    return ready;
  }
  std::scoped_lock const lock{mutex_};
  if (auto const begun = db_.run("BEGIN IMMEDIATE"); !begun) {
    return begun;
  }
  auto stored = store_all(events, *hash);
  if (!stored) {
    undone();
    (void)db_.run("ROLLBACK");  // else the next transaction could not begin
  }
  return stored;
}

Result<void> Projection::forget() {
  std::scoped_lock const lock{mutex_};
  undone();
  std::string sql = "BEGIN IMMEDIATE; UPDATE position SET sequence = 0, hash = '';";
  for (auto const table : form_.tables) {
    sql.append("DELETE FROM ").append(table).append(";");
  }
  auto forgotten = db_.run(sql + "COMMIT");
  if (!forgotten) {
    (void)db_.run("ROLLBACK");
  }
  return forgotten;
}

}  // namespace fenghuo::messaging
