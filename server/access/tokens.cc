#include "server/access/tokens.h"

#include "server/access/random_text.h"

namespace fenghuo::server {

namespace {
using messaging::Statement;
constexpr std::string_view kPrefix = "fht_";
}  // namespace

Result<Tokens::Issued> Tokens::issue(std::string_view account, std::string_view label, Time now,
                                     std::optional<Time> expires_at) {
  Issued issued{random_text(6), std::string{kPrefix} + random_text(32)};
  std::scoped_lock const lock{file_.mutex};
  auto count = file_.db.prepare(
      "SELECT COUNT(*) FROM token WHERE account = ? AND (expires_at IS NULL OR expires_at > ?)");
  auto put = file_.db.prepare("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?)");
  if (!count || !put || count->bind(1, account).bind(2, now.us).step() != Statement::Step::Row) {
    return file_.db.error("storing a token in");
  }
  if (count->integer(0) >= kMost) {
    return Error{ErrorCode::Conflict, "the account " + std::string{account} + " has " +
                                          std::to_string(kMost) +
                                          " tokens; revoke one that is not used any more"};
  }
  count->reset();
  std::string const hash = digest_of_secret(issued.secret);
  put->bind(1, issued.id)
      .bind(2, account)
      .bind(3, label)
      .bind_blob(4, hash.data(), hash.size())
      .bind(5, now.us);
  expires_at ? put->bind(6, expires_at->us) : put->bind_null(6);
  if (!put->run()) {
    return file_.db.error("storing a token in");
  }
  return issued;
}

Result<bool> Tokens::revoke(std::string_view id) {
  std::scoped_lock const lock{file_.mutex};
  auto remove = file_.db.prepare("DELETE FROM token WHERE id = ?");
  if (!remove || !remove->bind(1, id).run()) {
    return file_.db.error("revoking a token in");
  }
  ++file_.endings;
  return file_.db.changes() > 0;
}

Result<std::vector<TokenInfo>> Tokens::list(std::optional<std::string> const& account) {
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare(
      "SELECT id, account, label, created_at, expires_at FROM token WHERE ?1 = '' OR account = ?1 "
      "ORDER BY created_at, id");
  if (!select) {
    return select.error();
  }
  select->bind(1, account.value_or(""));
  std::vector<TokenInfo> out;
  while (select->step() == Statement::Step::Row) {
    std::optional<Time> const expires =
        select->is_null(4) ? std::nullopt : std::optional{Time{select->integer(4)}};
    out.push_back({std::string{select->text(0)}, std::string{select->text(1)},
                   std::string{select->text(2)}, Time{select->integer(3)}, expires});
  }
  return out;
}

std::optional<Tokens::Owner> Tokens::find(std::string_view secret, Time now) {
  if (!secret.starts_with(kPrefix)) {
    return std::nullopt;
  }
  std::string const hash = digest_of_secret(secret);
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare("SELECT id, account, expires_at FROM token WHERE digest = ?");
  if (!select || select->bind_blob(1, hash.data(), hash.size()).step() != Statement::Step::Row) {
    return std::nullopt;
  }
  if (!select->is_null(2) && select->integer(2) <= now.us) {
    return std::nullopt;
  }
  return Owner{std::string{select->text(0)}, std::string{select->text(1)}};
}

bool Tokens::lives(std::string_view id, Time now) {
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare(
      "SELECT 1 FROM token WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)");
  return select && select->bind(1, id).bind(2, now.us).step() == Statement::Step::Row;
}

Result<bool> Tokens::remove_ended(Time now, std::size_t most) {
  std::scoped_lock const lock{file_.mutex};
  auto const limit = static_cast<std::int64_t>(most);
  auto remove = file_.db.prepare(
      "DELETE FROM token WHERE id IN (SELECT id FROM token WHERE expires_at <= ?1 LIMIT ?2)");
  if (!remove || !remove->bind(1, now.us).bind(2, limit).run()) {
    return file_.db.error("removing what has ended from");
  }
  return file_.db.changes() == limit;
}

}  // namespace fenghuo::server
