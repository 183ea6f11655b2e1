#include "server/access/secrets_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace fenghuo::server {

namespace {

using messaging::Database;
using messaging::OpenMode;

constexpr char const* kBegin =
    "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;"
    "CREATE TABLE IF NOT EXISTS password(account TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS token(id TEXT PRIMARY KEY, account TEXT NOT NULL, label TEXT NOT "
    "NULL,"
    " digest BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL, expires_at INTEGER) STRICT;";

/// The first edition knew no age of passwords and nothing of a session but its account.
std::string second_edition(Time now) {
  return fmt::format(
      "BEGIN IMMEDIATE;"
      "ALTER TABLE password ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;"
      "UPDATE password SET changed_at = {};"
      "CREATE TABLE past_password(account TEXT NOT NULL, hash TEXT NOT NULL, ended_at INTEGER NOT "
      "NULL)"
      " STRICT;"
      "DROP TABLE IF EXISTS session;"
      "CREATE TABLE session(id TEXT PRIMARY KEY, digest BLOB NOT NULL UNIQUE, account TEXT NOT "
      "NULL,"
      " scope TEXT NOT NULL, peer TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER NOT "
      "NULL)"
      " STRICT;"
      "CREATE INDEX session_of_account ON session(account);"
      "CREATE TABLE second_factor(account TEXT PRIMARY KEY, sealed BLOB NOT NULL,"
      " confirmed_at INTEGER, last_step INTEGER NOT NULL) STRICT;"
      "CREATE TABLE recovery_code(account TEXT NOT NULL, digest BLOB NOT NULL,"
      " PRIMARY KEY(account, digest)) STRICT;"
      "PRAGMA user_version = 2;"
      "COMMIT;",
      now.us);
}

Result<void> bring_up_to_date(Database& db, Time now) {
  if (auto const begun = db.run(kBegin); !begun) {
    return begun;
  }
  auto const edition = db.value("PRAGMA user_version");
  if (!edition) {
    return edition.error();
  }
  if (*edition == "0") {
    return db.run(second_edition(now));
  }
  if (*edition != "2") {
    return Error{ErrorCode::Unavailable,
                 "secrets.sqlite was written by a newer fenghuo: start that one, or put back the "
                 "copy from before"};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<SecretsFile>> open_secrets_file(std::filesystem::path const& file,
                                                       Time now) {
  mode_t const before = ::umask(0077);
  auto db = Database::open(file, OpenMode::Create);
  auto const ready = db ? bring_up_to_date(*db, now) : Result<void>{db.error()};
  ::umask(before);
  if (!ready) {
    return ready.error();
  }
  auto out = std::make_unique<SecretsFile>();
  out->db = std::move(db).value();
  return out;
}

}  // namespace fenghuo::server
