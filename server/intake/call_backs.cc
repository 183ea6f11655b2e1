#include "server/intake/call_backs.h"

#include "messaging/codec/json.h"

namespace fenghuo::server {

namespace {

using messaging::Database;
using messaging::Statement;

constexpr char kTable[] =
    "PRAGMA journal_mode=WAL;"  // one sync for an entry
    "CREATE TABLE IF NOT EXISTS call_backs(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT "
    "NULL,"
    " peer TEXT NOT NULL, account TEXT NOT NULL, area TEXT NOT NULL, status INTEGER NOT NULL,"
    " channel TEXT NOT NULL, caller TEXT NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL,"
    " done_by TEXT NOT NULL DEFAULT '', done_at INTEGER)";
constexpr char kColumns[] =
    "SELECT id,at,peer,account,area,status,channel,caller,text,reason,done_by,done_at FROM "
    "call_backs ";

CallBack row_of(Statement const& row) {
  CallBack out;
  out.id = row.integer(0);
  out.at = Time{row.integer(1)};
  out.peer = row.text(2);
  out.account = row.text(3);
  out.area = row.text(4);
  out.status = static_cast<int>(row.integer(5));
  out.channel = row.text(6);
  out.caller = row.text(7);
  out.text = row.text(8);
  out.reason = row.text(9);
  out.done_by = row.text(10);
  if (!row.is_null(11)) {
    out.done_at = Time{row.integer(11)};
  }
  return out;
}

/// Length of the UTF-8 sequence at the front; 0 where there is none.
std::size_t sequence_length(std::string_view bytes) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  unsigned char const first = byte(0);
  std::size_t const length = first < 0x80                     ? 1
                             : first >= 0xc2 && first <= 0xdf ? 2
                             : first >= 0xe0 && first <= 0xef ? 3
                             : first >= 0xf0 && first <= 0xf4 ? 4
                                                              : 0;
  if (length == 0 || bytes.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) {
      return 0;
    }
  }
  bool const overlong_or_half =
      (first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f);
  return overlong_or_half ? 0 : length;
}

std::string member(messaging::Json const& json, char const* name) {
  messaging::Json const* found = json.find(name);
  return found != nullptr && found->string() != nullptr
             ? readable(*found->string(), CallBacks::kReadable)
             : "";
}

}  // namespace

std::string readable(std::string_view bytes, std::size_t most) {
  std::string out;
  for (std::size_t count = 0; !bytes.empty() && count < most; ++count) {
    std::size_t const length = sequence_length(bytes);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      bytes.remove_prefix(1);
      continue;
    }
    auto const first = static_cast<unsigned char>(bytes[0]);
    out += first < 0x20 || first == 0x7f ? " " : bytes.substr(0, length);
    bytes.remove_prefix(length);
  }
  return out;
}

Result<std::unique_ptr<CallBacks>> CallBacks::open(std::filesystem::path const& file,
                                                   std::int64_t kept) {
  auto db = Database::open(file, messaging::OpenMode::Create);
  if (!db) {
    return db.error();
  }
  if (auto const made = db->run(kTable); !made) {
    return made.error();
  }
  std::error_code error;
  std::filesystem::permissions(
      file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  if (error) {
    return Error{ErrorCode::Unavailable,
                 "cannot keep " + file.string() + " to its owner: " + error.message()};
  }
  return std::unique_ptr<CallBacks>{new CallBacks{std::move(db).value(), kept}};
}

Result<std::int64_t> CallBacks::leave(RefusedIntake const& refused) {
  auto const json = messaging::parse_json(refused.body);
  bool const split = json && json->object() != nullptr;
  std::string text = split ? member(*json, "text") : "";
  if (text.empty()) {
    text = readable(refused.body, kReadable);
  }
  std::scoped_lock const lock{mutex_};
  auto insert = db_.prepare(
      "INSERT INTO call_backs(at,peer,account,area,status,channel,caller,text,reason) "
      "VALUES(?,?,?,?,?,?,?,?,?) RETURNING id");
  auto drop = db_.prepare("DELETE FROM call_backs WHERE id<=?");
  if (!insert || !drop) {
    return insert ? drop.error() : insert.error();
  }
  insert->bind(1, refused.at.us)
      .bind(2, refused.peer)
      .bind(3, refused.account)
      .bind(4, refused.area)
      .bind(5, std::int64_t{refused.status})
      .bind(6, split ? member(*json, "channel") : "")
      .bind(7, split ? member(*json, "caller") : "")
      .bind(8, text)
      .bind(9, readable(refused.reason, kReadable));
  if (insert->step() != Statement::Step::Row) {
    return db_.error("note a refused report");
  }
  std::int64_t const id = insert->integer(0);
  if (insert->step() != Statement::Step::Done) {
    return db_.error("note a refused report");
  }
  if (!drop->bind(1, id - kept_).run()) {
    return db_.error("drop old entries of the call-back list");
  }
  return id;
}

Result<std::vector<CallBack>> CallBacks::list(std::int64_t after, std::size_t limit,
                                              std::optional<bool> done) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(std::string{kColumns} +
                            (!done   ? "WHERE id>? ORDER BY id LIMIT ?"
                             : *done ? "WHERE id>? AND done_at IS NOT NULL ORDER BY id LIMIT ?"
                                     : "WHERE id>? AND done_at IS NULL ORDER BY id LIMIT ?"));
  if (!select) {
    return select.error();
  }
  select->bind(1, after).bind(2, static_cast<std::int64_t>(limit));
  std::vector<CallBack> out;
  Statement::Step step{};
  while ((step = select->step()) == Statement::Step::Row) {
    out.push_back(row_of(*select));
  }
  return step == Statement::Step::Done ? Result<std::vector<CallBack>>{std::move(out)}
                                       : db_.error("read the call-back list");
}

Result<std::optional<CallBack>> CallBacks::find(std::int64_t id) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(std::string{kColumns} + "WHERE id=?");
  if (!select) {
    return select.error();
  }
  select->bind(1, id);
  switch (select->step()) {
    case Statement::Step::Row:
      return std::optional{row_of(*select)};
    case Statement::Step::Done:
      return std::optional<CallBack>{};
    case Statement::Step::Failed:
      break;
  }
  return db_.error("read the call-back list");
}

Result<bool> CallBacks::done(std::int64_t id, std::string_view account, Time now) {
  std::scoped_lock const lock{mutex_};
  auto update = db_.prepare(
      "UPDATE call_backs SET done_by=iif(done_at IS NULL,?,done_by),"
      " done_at=ifnull(done_at,?) WHERE id=?");
  if (!update) {
    return update.error();
  }
  if (!update->bind(1, account).bind(2, now.us).bind(3, id).run()) {
    return db_.error("tick off a call-back");
  }
  return db_.changes() > 0;
}

}  // namespace fenghuo::server
