#include "messaging/security_log/security_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "messaging/security_log/security_check.h"
#include "messaging/security_log/security_file.h"

namespace fenghuo::messaging {

Result<std::unique_ptr<SecurityStore>> SecurityStore::open(std::filesystem::path const& file,
                                                           std::string_view algorithm, Disk& disk) {
  auto lock = disk.lock(file.string() + ".lock");
  if (!lock) {
    return lock.error();
  }
  bool const fresh = !disk.exists(file);
  if (auto const chain = Chain::make(algorithm, kSecurityStream); fresh && !chain) {
    return chain.error();
  }
  if (fresh) {
    if (auto const made = create_security_file(disk, file, algorithm); !made) {
      return made.error();
    }
  }
  auto db = Database::open(file, OpenMode::ReadWrite, disk);
  if (!db) {
    return db.error();
  }
  if (auto const ours = check_security_file(*db, file); !ours) {
    return ours.error();
  }
  if (auto const set =
          db->run("PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864");
      !set) {
    return set.error();
  }
  auto const named = security_algorithm(*db);
  auto const head = read_position(*db, "head");
  if (!named || !head) {
    return named ? head.error() : named.error();
  }
  auto chain = Chain::make(*named, kSecurityStream);
  if (!chain) {
    return chain.error();
  }
  std::unique_ptr<SecurityStore> store{new SecurityStore{file, std::move(chain).value(), disk}};
  store->is_new_ = fresh;
  store->lock_ = std::move(lock).value();
  store->writer_ = std::move(db).value();
  store->head_ = *head;
  return store;
}

Result<std::unique_ptr<SecurityStore>> SecurityStore::open_read_only(
    std::filesystem::path const& file, Disk& disk) {
  auto db = Database::open(file, OpenMode::ReadOnly, disk);
  if (!db) {
    return db.error();
  }
  if (auto const ours = check_security_file(*db, file); !ours) {
    return ours.error();
  }
  auto const named = security_algorithm(*db);
  auto const head = read_position(*db, "head");
  if (!named || !head) {
    return named ? head.error() : named.error();
  }
  auto chain = Chain::make(*named, kSecurityStream);
  if (!chain) {
    return chain.error();
  }
  std::unique_ptr<SecurityStore> store{new SecurityStore{file, std::move(chain).value(), disk}};
  store->head_ = *head;
  store->reader_ = std::move(db).value();
  return store;
}

SecurityRow SecurityStore::chained(SecurityEntry entry, LogPosition const& before) const {
  SecurityRow row{before.sequence + 1, bounded(std::move(entry)), {}};
  row.hash = hash_of(chain_, row, before.hash);
  return row;
}

Result<void> SecurityStore::insert(std::span<SecurityRow const> rows) {
  auto statement = writer_->prepare("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?,?)");
  auto move = writer_->prepare("UPDATE head SET sequence = ?, hash = ? WHERE sequence = ?");
  if (!statement || !move) {
    return writer_->error("writing");
  }
  for (auto const& row : rows) {
    SecurityEntry const& e = row.entry;
    bool const done = statement->bind(1, row.sequence)
                          .bind(2, e.time.us)
                          .bind(3, name_of(e.kind))
                          .bind_kept(4, e.account)
                          .bind_kept(5, e.role)
                          .bind_kept(6, e.peer)
                          .bind_kept(7, e.request_id)
                          .bind_kept(8, e.subject)
                          .bind_kept(9, e.outcome)
                          .bind_kept(10, e.detail)
                          .bind_kept_blob(11, row.hash.data(), row.hash.size())
                          .run();
    if (!done) {
      return writer_->error("writing");
    }
  }
  SecurityRow const& last = rows.back();
  bool const moved = move->bind(1, last.sequence)
                         .bind_blob(2, last.hash.data(), last.hash.size())
                         .bind(3, rows.front().sequence - 1)
                         .run();
  if (!moved || writer_->changes() != 1) {
    return writer_->error("moving the head of");
  }
  return {};
}

/// Ends a transaction. An error of a commit is never taken for "not written": the file is asked.
Result<void> SecurityStore::settle(Result<void> written, LogPosition const& wanted) {
  if (written) {
    written = writer_->run("COMMIT");
  }
  if (written) {
    head_ = wanted;
    return {};
  }
  (void)writer_->run("ROLLBACK");  // there may be none any more
  if (auto const there = read_position(*writer_, "head")) {
    head_ = *there;
    if (there->sequence == wanted.sequence && there->hash == wanted.hash) {
      return {};
    }
  }
  return written;
}

Result<void> SecurityStore::append(std::span<SecurityRow const> rows) {
  if (rows.empty()) {
    return {};
  }
  ensure(writer_.has_value(), "only an opened log is written to");
  if (auto const begun = writer_->run("BEGIN IMMEDIATE"); !begun) {
    return begun;
  }
  return settle(insert(rows), {rows.back().sequence, rows.back().hash});
}

Result<std::size_t> SecurityStore::trim(Time before, std::size_t most, Time now) {
  auto const begins = read_position(*writer_, "begins_at");
  if (!begins) {
    return begins.error();
  }
  LogPosition last = *begins;
  std::size_t count = 0;
  {
    auto select = writer_->prepare(
        "SELECT sequence, time, hash FROM entry WHERE sequence > ? AND sequence < ? ORDER BY "
        "sequence "
        "LIMIT ?");
    if (!select) {
      return select.error();
    }
    select->bind(1, begins->sequence)
        .bind(2, head_.sequence)
        .bind(3, static_cast<std::int64_t>(most));
    // The clock may have gone back: only what is old from the beginning on goes.
    while (select->step() == Statement::Step::Row && select->integer(1) < before.us) {
      auto const hash = select->blob(2);
      last.sequence = select->integer(0);
      std::copy(hash.begin(),
                hash.begin() + static_cast<std::ptrdiff_t>(std::min(hash.size(), last.hash.size())),
                last.hash.begin());
      ++count;
    }
  }
  if (count == 0) {
    return count;
  }
  SecurityRow const row = chained({now, SecurityKind::Trimmed, "", "", "", "",
                                   std::to_string(last.sequence), "done", hex(last.hash)},
                                  head_);
  if (auto const begun = writer_->run("BEGIN IMMEDIATE"); !begun) {
    return begun.error();
  }
  auto const remove = [&]() -> Result<void> {
    if (auto const inserted = insert({&row, 1}); !inserted) {
      return inserted;
    }
    auto begin = writer_->prepare("UPDATE begins_at SET sequence = ?, hash = ?");
    auto erase = writer_->prepare("DELETE FROM entry WHERE sequence <= ?");
    if (!begin || !erase ||
        !begin->bind(1, last.sequence).bind_blob(2, last.hash.data(), last.hash.size()).run() ||
        !erase->bind(1, last.sequence).run()) {
      return writer_->error("removing old rows of");
    }
    return {};
  };
  auto const done = settle(remove(), {row.sequence, row.hash});
  if (!done) {
    return done.error();
  }
  return count;
}

Result<Database*> SecurityStore::reader() {
  if (!reader_) {
    auto db = Database::open(file_, OpenMode::ReadOnly, *disk_);
    if (!db) {
      return db.error();
    }
    reader_ = std::move(db).value();
  }
  return &*reader_;
}

Result<std::vector<SecurityRow>> SecurityStore::rows_of(Statement& select, Database const& db) {
  std::vector<SecurityRow> rows;
  Statement::Step step = Statement::Step::Done;
  while ((step = select.step()) == Statement::Step::Row) {
    auto row = security_row_of(select);
    if (!row) {
      return row.error();
    }
    rows.push_back(std::move(row).value());
  }
  if (step == Statement::Step::Failed) {
    return db.error("reading");
  }
  return rows;
}

Result<std::vector<SecurityRow>> SecurityStore::newest(SecurityQuery const& query,
                                                       std::size_t most) {
  std::scoped_lock const lock{reader_mutex_};
  auto const db = reader();
  if (!db) {
    return db.error();
  }
  std::string sql{kSecurityColumns};
  sql += "WHERE sequence < ?1";
  sql += query.kind ? " AND kind = ?2" : "";
  sql += query.account.empty() ? "" : " AND account = ?3";
  sql += query.from ? " AND time >= ?4" : "";
  sql += query.until ? " AND time < ?5" : "";
  sql += fmt::format(" ORDER BY sequence DESC LIMIT {}", most);
  auto select = (*db)->prepare(sql);
  if (!select) {
    return select.error();
  }
  select->bind(1, query.before.value_or(std::numeric_limits<Sequence>::max()));
  select->bind(2, query.kind ? name_of(*query.kind) : std::string_view{});
  select->bind(3, query.account).bind(4, query.from.value_or(Time{}).us);
  select->bind(5, query.until.value_or(Time{}).us);
  return rows_of(*select, **db);
}

Result<std::vector<SecurityRow>> SecurityStore::read(Sequence after, std::size_t most) {
  std::scoped_lock const lock{reader_mutex_};
  auto const db = reader();
  if (!db) {
    return db.error();
  }
  auto select = (*db)->prepare(std::string{kSecurityColumns}.append(
      fmt::format("WHERE sequence > ? ORDER BY sequence LIMIT {}", most)));
  if (!select) {
    return select.error();
  }
  select->bind(1, after);
  return rows_of(*select, **db);
}

Result<Sequence> backup_security_log(std::filesystem::path const& from,
                                     std::filesystem::path const& to) {
  Disk& disk = system_disk();
  if (disk.exists(to)) {
    return Error{ErrorCode::Conflict, to.string() + " exists already; name another file"};
  }
  std::filesystem::path const part = to.string() + ".part";
  (void)remove_database(disk, part);
  auto const copied = copy_database(from, part);
  auto check = copied ? check_security_log(part, {}) : Result<SecurityCheck>{copied.error()};
  if (check && !check->broken.empty()) {
    check = Error{ErrorCode::DataLoss, "the copy does not verify: " + check->broken};
  }
  auto moved = check ? disk.hide(part) : Result<void>{check.error()};
  if (moved) {
    moved = disk.rename(part, to);
  }
  (void)remove_database(disk, part);
  if (!moved) {
    return moved.error();
  }
  return check->rows;
}

}  // namespace fenghuo::messaging
