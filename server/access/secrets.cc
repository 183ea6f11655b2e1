#include "server/access/secrets.h"

#include <sodium.h>
#include <sys/stat.h>

#include <array>

namespace fenghuo::server {

namespace {

using messaging::Database;
using messaging::OpenMode;
using messaging::Statement;

constexpr unsigned long long kOps = 2;
constexpr std::size_t kMemory = 64U << 20U;
constexpr Duration kSessionLife = hours(12);
constexpr Duration kSessionIdle = hours(1);
constexpr std::string_view kTokenPrefix = "fht_";

std::string digest(std::string_view secret) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> out{};
  crypto_hash_sha256(out.data(), reinterpret_cast<unsigned char const*>(secret.data()),
                     secret.size());
  return {reinterpret_cast<char const*>(out.data()), out.size()};
}

bool hash_password(std::string_view password, std::string& out) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), kOps, kMemory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return false;
  }
  out = text.data();
  return true;
}

/// A hash that no password fits, so that asking for an unknown account costs the same time.
std::string const& nobodys_hash() {
  static std::string const kHash = [] {
    std::string hash;
    (void)hash_password(random_text(24), hash);
    return hash;
  }();
  return kHash;
}

class Held {
 public:
  explicit Held(std::counting_semaphore<2>& semaphore) : semaphore_{semaphore} {
    semaphore_.acquire();
  }
  ~Held() { semaphore_.release(); }
  Held(Held const&) = delete;
  Held& operator=(Held const&) = delete;

 private:
  std::counting_semaphore<2>& semaphore_;
};

}  // namespace

Result<void> check_password(std::string_view password) {
  if (password.size() < 10 || password.size() > 200) {
    return Error{ErrorCode::InvalidArgument, "a password has 10 to 200 characters"};
  }
  return {};
}

std::string random_text(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string out(sodium_base64_encoded_len(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<unsigned char const*>(raw.data()),
                    raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.resize(out.size() - 1);  // the terminating NUL
  return out;
}

Result<std::unique_ptr<Secrets>> Secrets::open(std::filesystem::path const& file) {
  if (sodium_init() < 0) {
    return Error{ErrorCode::Unavailable, "libsodium cannot start on this machine"};
  }
  mode_t const before = ::umask(0077);
  auto db = Database::open(file, OpenMode::Create);
  auto const made =
      db ? db->run(
               "PRAGMA journal_mode=WAL;"
               "CREATE TABLE IF NOT EXISTS password(account TEXT PRIMARY KEY, hash TEXT NOT NULL) "
               "STRICT;"
               "CREATE TABLE IF NOT EXISTS token(id TEXT PRIMARY KEY, account TEXT NOT NULL, label "
               "TEXT "
               "NOT NULL, digest BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL, expires_at "
               "INTEGER) STRICT;"
               "CREATE TABLE IF NOT EXISTS session(digest BLOB PRIMARY KEY, account TEXT NOT NULL, "
               "created_at INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT;")
         : Result<void>{db.error()};
  ::umask(before);
  if (!made) {
    return made.error();
  }
  return std::unique_ptr<Secrets>{new Secrets{std::move(db).value()}};
}

std::optional<std::string> Secrets::hash_of(std::string_view account) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare("SELECT hash FROM password WHERE account = ?");
  if (!select || select->bind(1, account).step() != Statement::Step::Row) {
    return std::nullopt;
  }
  return std::string{select->text(0)};
}

bool Secrets::has_password(std::string_view account) { return hash_of(account).has_value(); }

Result<void> Secrets::set_password(std::string_view account, std::string_view password) {
  if (auto const fits = check_password(password); !fits) {
    return fits;
  }
  std::string hash;
  {
    Held const held{hashing_};
    if (!hash_password(password, hash)) {
      return Error{ErrorCode::Unavailable, "no memory to hash a password (64 MiB are needed)"};
    }
  }
  std::scoped_lock const lock{mutex_};
  auto put = db_.prepare("INSERT OR REPLACE INTO password VALUES (?, ?)");
  auto end = db_.prepare("DELETE FROM session WHERE account = ?");
  if (!put || !end || !put->bind(1, account).bind(2, hash).run() || !end->bind(1, account).run()) {
    return db_.error("storing a password in");
  }
  return {};
}

Result<bool> Secrets::password_fits(std::string_view account, std::string_view password) {
  std::optional<std::string> const known = hash_of(account);
  std::string const& hash = known ? *known : nobodys_hash();
  Held const held{hashing_};
  bool const fits = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  return known.has_value() && fits;
}

Result<Secrets::Issued> Secrets::new_token(std::string_view account, std::string_view label,
                                           Time now, std::optional<Time> expires_at) {
  Issued issued{random_text(6), std::string{kTokenPrefix} + random_text(32)};
  std::scoped_lock const lock{mutex_};
  auto count = db_.prepare(
      "SELECT COUNT(*) FROM token WHERE account = ? AND (expires_at IS NULL OR expires_at > ?)");
  auto put = db_.prepare("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?)");
  if (!count || !put || count->bind(1, account).bind(2, now.us).step() != Statement::Step::Row) {
    return db_.error("storing a token in");
  }
  if (count->integer(0) >= kTokens) {
    return Error{ErrorCode::Conflict, "the account " + std::string{account} + " has " +
                                          std::to_string(kTokens) +
                                          " tokens; revoke one that is not used any more"};
  }
  count->reset();
  std::string const hash = digest(issued.secret);
  put->bind(1, issued.id)
      .bind(2, account)
      .bind(3, label)
      .bind_blob(4, hash.data(), hash.size())
      .bind(5, now.us);
  expires_at ? put->bind(6, expires_at->us) : put->bind_null(6);
  if (!put->run()) {
    return db_.error("storing a token in");
  }
  return issued;
}

Result<bool> Secrets::revoke_token(std::string_view id) {
  std::scoped_lock const lock{mutex_};
  auto remove = db_.prepare("DELETE FROM token WHERE id = ?");
  if (!remove || !remove->bind(1, id).run()) {
    return db_.error("revoking a token in");
  }
  return db_.changes() > 0;
}

Result<std::vector<TokenInfo>> Secrets::tokens(std::optional<std::string> const& account) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(
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

std::optional<std::string> Secrets::account_of_token(std::string_view secret, Time now) {
  if (!secret.starts_with(kTokenPrefix)) {
    return std::nullopt;
  }
  std::string const hash = digest(secret);
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare("SELECT account, expires_at FROM token WHERE digest = ?");
  if (!select || select->bind_blob(1, hash.data(), hash.size()).step() != Statement::Step::Row) {
    return std::nullopt;
  }
  if (!select->is_null(1) && select->integer(1) <= now.us) {
    return std::nullopt;
  }
  return std::string{select->text(0)};
}

Result<std::string> Secrets::new_session(std::string_view account, Time now) {
  std::string secret = random_text(32);
  std::string const hash = digest(secret);
  std::scoped_lock const lock{mutex_};
  auto old = db_.prepare("DELETE FROM session WHERE created_at < ?1 OR used_at < ?2");
  auto surplus = db_.prepare(
      "DELETE FROM session WHERE digest IN (SELECT digest FROM session WHERE account = ?1 ORDER BY "
      "used_at DESC, created_at DESC LIMIT -1 OFFSET ?2)");
  auto put = db_.prepare("INSERT INTO session VALUES (?, ?, ?, ?)");
  bool const stored =
      old && put && surplus && surplus->bind(1, account).bind(2, kSessions - 1).run() &&
      old->bind(1, (now - kSessionLife).us).bind(2, (now - kSessionIdle).us).run() &&
      put->bind_blob(1, hash.data(), hash.size())
          .bind(2, account)
          .bind(3, now.us)
          .bind(4, now.us)
          .run();
  if (!stored) {
    return db_.error("storing a session in");
  }
  return secret;
}

Result<bool> Secrets::remove_ended(Time now, std::size_t most) {
  std::scoped_lock const lock{mutex_};
  auto const limit = static_cast<std::int64_t>(most);
  auto tokens = db_.prepare(
      "DELETE FROM token WHERE id IN (SELECT id FROM token WHERE expires_at <= ?1 LIMIT ?2)");
  auto sessions = db_.prepare(
      "DELETE FROM session WHERE digest IN (SELECT digest FROM session WHERE created_at < ?1 OR "
      "used_at < ?2 LIMIT ?3)");
  if (!tokens || !sessions || !tokens->bind(1, now.us).bind(2, limit).run()) {
    return db_.error("removing what has ended from");
  }
  bool const more = db_.changes() == limit;
  if (!sessions->bind(1, (now - kSessionLife).us)
           .bind(2, (now - kSessionIdle).us)
           .bind(3, limit)
           .run()) {
    return db_.error("removing what has ended from");
  }
  return more || db_.changes() == limit;
}

std::optional<std::string> Secrets::account_of_session(std::string_view secret, Time now) {
  std::string const hash = digest(secret);
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare("SELECT account, created_at, used_at FROM session WHERE digest = ?");
  if (!select || select->bind_blob(1, hash.data(), hash.size()).step() != Statement::Step::Row) {
    return std::nullopt;
  }
  Time const created{select->integer(1)};
  Time const used{select->integer(2)};
  if (now - created > kSessionLife || now - used > kSessionIdle) {
    return std::nullopt;
  }
  std::string account{select->text(0)};
  select->reset();
  if (now - used > minutes(1)) {  // once a minute is exact enough, and a read is no write
    if (auto touch = db_.prepare("UPDATE session SET used_at = ? WHERE digest = ?")) {
      touch->bind(1, now.us).bind_blob(2, hash.data(), hash.size()).run();
    }
  }
  return account;
}

Result<void> Secrets::end_session(std::string_view secret) {
  std::string const hash = digest(secret);
  std::scoped_lock const lock{mutex_};
  auto remove = db_.prepare("DELETE FROM session WHERE digest = ?");
  if (!remove || !remove->bind_blob(1, hash.data(), hash.size()).run()) {
    return db_.error("ending a session in");
  }
  return {};
}

}  // namespace fenghuo::server
