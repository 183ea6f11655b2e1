#include "server/access/sessions.h"

#include <algorithm>

#include "server/access/random_text.h"

namespace fenghuo::server {

namespace {

using messaging::Statement;

constexpr char const* kColumns = "id, account, scope, peer, created_at, used_at";

SessionInfo read(Statement const& row) {
  return {std::string{row.text(0)},
          std::string{row.text(1)},
          enum_named<SessionScope>(row.text(2)).value_or(SessionScope::NewPassword),
          std::string{row.text(3)},
          Time{row.integer(4)},
          Time{row.integer(5)}};
}

}  // namespace

Sessions::Sessions(SecretsFile& file, SecurityProfile const& profile, std::int64_t most)
    : file_{file}, profile_{profile}, most_{most} {}

Time Sessions::used_at(std::string const& id, Time stored) const {
  auto const it = used_.find(id);
  return it == used_.end() ? stored : std::max(stored, it->second);
}

bool Sessions::ended(SessionInfo const& session, Time now) const {
  return now - session.created_at > profile_.life || now - session.used_at > profile_.idle;
}

Result<std::string> Sessions::begin(std::string_view account, std::string_view peer,
                                    SessionScope scope, Time now) {
  std::string secret = random_text(32);
  std::string const hash = digest_of_secret(secret);
  std::scoped_lock const lock{file_.mutex};
  auto surplus = file_.db.prepare(
      "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE account = ?1 ORDER BY "
      "created_at DESC, rowid DESC LIMIT -1 OFFSET ?2)");
  auto put = file_.db.prepare("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!put || !surplus || !surplus->bind(1, account).bind(2, most_ - 1).run()) {
    return file_.db.error("storing a session in");
  }
  if (file_.db.changes() > 0) {
    ++file_.endings;
  }
  bool const stored = put->bind(1, random_text(9))
                          .bind_blob(2, hash.data(), hash.size())
                          .bind(3, account)
                          .bind(4, name_of(scope))
                          .bind(5, peer)
                          .bind(6, now.us)
                          .bind(7, now.us)
                          .run();
  if (!stored) {
    return file_.db.error("storing a session in");
  }
  return secret;
}

std::optional<SessionInfo> Sessions::find(std::string_view secret, Time now) {
  std::string const hash = digest_of_secret(secret);
  std::scoped_lock const lock{file_.mutex};
  auto select =
      file_.db.prepare(std::string{"SELECT "} + kColumns + " FROM session WHERE digest = ?");
  if (!select || select->bind_blob(1, hash.data(), hash.size()).step() != Statement::Step::Row) {
    return std::nullopt;
  }
  SessionInfo session = read(*select);
  select->reset();
  Time const stored = session.used_at;
  session.used_at = used_at(session.id, stored);
  if (ended(session, now)) {
    return std::nullopt;
  }
  session.used_at = std::max(session.used_at, now);
  used_[session.id] = session.used_at;
  if (now - stored > minutes(1)) {
    if (auto touch = file_.db.prepare("UPDATE session SET used_at = ? WHERE id = ?")) {
      touch->bind(1, now.us).bind(2, session.id).run();
    }
  }
  return session;
}

bool Sessions::lives(std::string_view id, Time now) {
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare(std::string{"SELECT "} + kColumns + " FROM session WHERE id = ?");
  if (!select || select->bind(1, id).step() != Statement::Step::Row) {
    return false;
  }
  SessionInfo session = read(*select);
  session.used_at = used_at(session.id, session.used_at);
  return !ended(session, now);
}

Result<std::vector<SessionInfo>> Sessions::list(std::optional<std::string> const& account,
                                                Time now) {
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare(std::string{"SELECT "} + kColumns +
                                 " FROM session WHERE ?1 = '' OR account = ?1 ORDER BY created_at, "
                                 "id");
  if (!select) {
    return select.error();
  }
  select->bind(1, account.value_or(""));
  std::vector<SessionInfo> out;
  while (select->step() == Statement::Step::Row) {
    SessionInfo session = read(*select);
    session.used_at = used_at(session.id, session.used_at);
    if (!ended(session, now)) {
      out.push_back(std::move(session));
    }
  }
  return out;
}

Result<void> Sessions::widen(std::string_view id) {
  std::scoped_lock const lock{file_.mutex};
  auto change = file_.db.prepare("UPDATE session SET scope = 'full' WHERE id = ?");
  if (!change || !change->bind(1, id).run()) {
    return file_.db.error("changing a session in");
  }
  return {};
}

Result<bool> Sessions::end(std::string_view id) {
  std::scoped_lock const lock{file_.mutex};
  auto remove = file_.db.prepare("DELETE FROM session WHERE id = ?");
  if (!remove || !remove->bind(1, id).run()) {
    return file_.db.error("ending a session in");
  }
  if (auto const it = used_.find(id); it != used_.end()) {
    used_.erase(it);
  }
  ++file_.endings;
  return file_.db.changes() > 0;
}

Result<void> Sessions::end_all(std::string_view account) {
  std::scoped_lock const lock{file_.mutex};
  auto remove = file_.db.prepare("DELETE FROM session WHERE account = ?");
  if (!remove || !remove->bind(1, account).run()) {
    return file_.db.error("ending sessions in");
  }
  ++file_.endings;
  return {};
}

Result<bool> Sessions::remove_ended(Time now, std::size_t most) {
  auto const here = list(std::nullopt, now);
  if (!here) {
    return here.error();
  }
  std::scoped_lock const lock{file_.mutex};
  std::erase_if(used_, [&](auto const& use) {
    return std::none_of(here->begin(), here->end(),
                        [&](SessionInfo const& session) { return session.id == use.first; });
  });
  auto const limit = static_cast<std::int64_t>(most);
  // Of those used within the last minute only memory knows: they are not removed before the file says so too.
  auto remove = file_.db.prepare(
      "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE created_at < ?1 OR used_at < "
      "?2 LIMIT ?3)");
  if (!remove || !remove->bind(1, (now - profile_.life).us)
                      .bind(2, (now - profile_.idle - minutes(1)).us)
                      .bind(3, limit)
                      .run()) {
    return file_.db.error("removing what has ended from");
  }
  return file_.db.changes() == limit;
}

}  // namespace fenghuo::server
