#include "messaging/projection/subject_index.h"

#include <algorithm>

namespace fenghuo::messaging {

namespace {

constexpr std::string_view kVersion = "2";

struct SubjectCollector {
  std::vector<std::string>& out;

  template <class Tag>
  void operator()(std::string_view /*name*/, Id<Tag> const& id) {
    out.push_back(to_text(id));
  }
  template <class Tag>
  void operator()(std::string_view name, std::optional<Id<Tag>> const& id) {
    if (id) {
      (*this)(name, *id);
    }
  }
  template <class Tag>
  void operator()(std::string_view name, std::vector<Id<Tag>> const& ids) {
    for (auto const id : ids) {
      (*this)(name, id);
    }
  }
  // Only ids make an object a subject; other members of any shape say nothing here.
  void operator()(std::string_view /*name*/, auto const& /*member*/) {}
};

Result<Database> open_fresh(std::filesystem::path const& file, Disk& disk) {
  auto db = Database::open(file, OpenMode::Create, disk);
  if (!db) {
    return db.error();
  }
  // Disposable: losing the last transactions in a power cut only means indexing them again.
  auto const set = db->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
  if (!set) {
    return set.error();
  }
  auto const version = db->value("PRAGMA user_version");
  if (!version) {
    return version.error();
  }
  if (*version != kVersion) {
    auto const made = db->run(
        "BEGIN IMMEDIATE; DROP TABLE IF EXISTS subject_event; DROP TABLE IF EXISTS position;"
        "CREATE TABLE subject_event(subject TEXT NOT NULL, sequence INTEGER NOT NULL, "
        "PRIMARY KEY(subject, sequence)) STRICT, WITHOUT ROWID;"
        "CREATE TABLE position(sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT; "
        "INSERT INTO position VALUES (0, ''); PRAGMA user_version=2; COMMIT");
    if (!made) {
      return made.error();
    }
  }
  return db;
}

}  // namespace

std::vector<std::string> subjects_of(domain::Event const& event) {
  std::vector<std::string> out;
  SubjectCollector collector{out};
  std::visit([&](auto const& e) { std::decay_t<decltype(e)>::fields(collector, e); }, event);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<std::unique_ptr<SubjectIndex>> SubjectIndex::open(std::filesystem::path const& file,
                                                         Disk& disk) {
  auto db = open_fresh(file, disk);
  if (!db && db.error().code == ErrorCode::DataLoss) {
    (void)remove_database(disk, file);  // what stays is damaged, and is said below
    db = open_fresh(file, disk);
  }
  if (!db) {
    return db.error();
  }
  return std::unique_ptr<SubjectIndex>{new SubjectIndex{std::move(db).value()}};
}

Result<Sequence> SubjectIndex::position() {
  std::scoped_lock const lock{mutex_};
  auto const value = db_.value("SELECT sequence FROM position");
  if (!value) {
    return value.error();
  }
  return Sequence{std::stoll(*value)};
}

/// Hash of a row as text; empty for the beginning, and where the journal has no such row.
Result<std::string> SubjectIndex::hash_at(Sequence sequence) {
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

Result<void> SubjectIndex::stand_on(Journal& journal) {
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

Result<void> SubjectIndex::handle(std::span<kernel::RecordedEvent const> events) {
  if (events.empty()) {
    return {};
  }
  auto const hash = hash_at(events.back().sequence);
  if (!hash) {
    return hash.error();
  }
  std::scoped_lock const lock{mutex_};
  auto insert = db_.prepare("INSERT OR IGNORE INTO subject_event VALUES (?, ?)");
  auto move = db_.prepare("UPDATE position SET sequence = ?, hash = ?");
  if (!insert || !move) {
    return insert ? move.error() : insert.error();
  }
  if (auto const begun = db_.run("BEGIN IMMEDIATE"); !begun) {
    return begun;
  }
  bool good = true;
  for (auto const& event : events) {
    for (auto const& subject : subjects_of(event.event)) {
      good = good && insert->bind(1, subject).bind(2, event.sequence).run();
    }
  }
  good = good && move->bind(1, events.back().sequence).bind(2, *hash).run();
  if (!good) {
    Error const error = db_.error("indexing");
    (void)db_.run("ROLLBACK");
    return error;
  }
  auto committed = db_.run("COMMIT");
  if (!committed) {
    (void)db_.run("ROLLBACK");  // else the next transaction could not begin
  }
  return committed;
}

Result<void> SubjectIndex::forget() {
  std::scoped_lock const lock{mutex_};
  auto forgotten = db_.run(
      "BEGIN IMMEDIATE; DELETE FROM subject_event; UPDATE position SET sequence = 0, hash = ''; "
      "COMMIT");
  if (!forgotten) {
    (void)db_.run("ROLLBACK");
  }
  return forgotten;
}

Result<std::vector<Sequence>> SubjectIndex::sequences(std::string_view subject, Sequence after,
                                                      std::size_t most) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(
      "SELECT sequence FROM subject_event WHERE subject = ? AND sequence > ? ORDER BY sequence "
      "LIMIT ?");
  if (!select) {
    return select.error();
  }
  select->bind(1, subject).bind(2, after).bind(3, static_cast<std::int64_t>(most));
  std::vector<Sequence> out;
  Statement::Step step = Statement::Step::Done;
  while ((step = select->step()) == Statement::Step::Row) {
    out.push_back(select->integer(0));
  }
  if (step == Statement::Step::Failed) {
    return db_.error("reading");
  }
  return out;
}

}  // namespace fenghuo::messaging
