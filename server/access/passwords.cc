#include "server/access/passwords.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <vector>

#include "server/access/random_text.h"

namespace fenghuo::server {

namespace {

using messaging::Statement;

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

Passwords::Passwords(SecretsFile& file, SecurityProfile const& profile, HashCost cost)
    : file_{file}, profile_{profile}, cost_{cost} {
  // One that no password fits, so that asking for an unknown account costs the same time.
  if (auto nobodys = hash(random_text(24))) {
    nobodys_hash_ = std::move(nobodys).value();
  }
}

std::optional<Passwords::Known> Passwords::known(std::string_view account) {
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare("SELECT hash, changed_at FROM password WHERE account = ?");
  if (!select || select->bind(1, account).step() != Statement::Step::Row) {
    return std::nullopt;
  }
  return Known{std::string{select->text(0)}, Time{select->integer(1)}};
}

bool Passwords::exists(std::string_view account) { return known(account).has_value(); }

bool Passwords::verify(std::string const& hash, std::string_view password) {
  Held const held{hashing_};
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

Result<std::string> Passwords::hash(std::string_view password) {
  Held const held{hashing_};
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost_.passes,
                            cost_.bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{ErrorCode::Unavailable, "no memory to hash a password (64 MiB are needed)"};
  }
  return std::string{text.data()};
}

Result<bool> Passwords::used_lately(std::string_view account, std::string_view password) {
  std::vector<std::string> hashes;
  if (auto const present = known(account); present && profile_.not_again > 0) {
    hashes.push_back(present->hash);
  }
  {
    std::scoped_lock const lock{file_.mutex};
    auto select = file_.db.prepare(
        "SELECT hash FROM past_password WHERE account = ?1 ORDER BY ended_at DESC, rowid DESC "
        "LIMIT ?2");
    if (!select) {
      return select.error();
    }
    select->bind(1, account).bind(2, std::max<std::int64_t>(0, profile_.not_again - 1));
    while (select->step() == Statement::Step::Row) {
      hashes.emplace_back(select->text(0));
    }
  }
  for (auto const& hash : hashes) {
    if (verify(hash, password)) {
      return true;
    }
  }
  return false;
}

Result<void> Passwords::set(std::string_view account, std::string_view password, Time now) {
  auto const used = used_lately(account, password);
  if (!used) {
    return used.error();
  }
  if (*used) {
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format("this is one of the last {} passwords; take another", profile_.not_again)};
  }
  auto const hashed = hash(password);
  if (!hashed) {
    return hashed.error();
  }
  std::scoped_lock const lock{file_.mutex};
  auto keep = file_.db.prepare(
      "INSERT INTO past_password SELECT account, hash, ?2 FROM password WHERE account = ?1 AND ?3 "
      "> 1");
  auto trim = file_.db.prepare(
      "DELETE FROM past_password WHERE account = ?1 AND rowid NOT IN (SELECT rowid FROM "
      "past_password WHERE account = ?1 ORDER BY ended_at DESC, rowid DESC LIMIT ?2)");
  auto put = file_.db.prepare("INSERT OR REPLACE INTO password VALUES (?, ?, ?)");
  bool const done =
      file_.db.run("BEGIN IMMEDIATE") && keep && trim && put &&
      keep->bind(1, account).bind(2, now.us).bind(3, profile_.not_again).run() &&
      trim->bind(1, account).bind(2, std::max<std::int64_t>(0, profile_.not_again - 1)).run() &&
      put->bind(1, account).bind(2, *hashed).bind(3, now.us).run() && file_.db.run("COMMIT");
  if (!done) {
    Error error = file_.db.error("storing a password in");
    (void)file_.db.run("ROLLBACK");
    return error;
  }
  return {};
}

Result<Passwords::Fit> Passwords::check(std::string_view account, std::string_view password,
                                        Time now) {
  auto const present = known(account);
  std::string const& hash = present ? present->hash : nobodys_hash_;
  if (hash.empty()) {
    return Error{ErrorCode::Unavailable, "no memory to hash a password (64 MiB are needed)"};
  }
  bool const fits = verify(hash, password) && present.has_value();
  if (!fits) {
    return Fit{};
  }
  if (crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.bytes) != 0) {
    renew_hash(account, hash, password);
  }
  return Fit{true, profile_.change_after > Duration{} &&
                       now - present->changed_at > profile_.change_after};
}

/// The same password under today's costs. Where it cannot be stored now the next login tries again.
void Passwords::renew_hash(std::string_view account, std::string const& old,
                           std::string_view password) {
  auto const renewed = hash(password);
  if (!renewed) {
    return;
  }
  std::scoped_lock const lock{file_.mutex};
  if (auto put = file_.db.prepare("UPDATE password SET hash = ? WHERE account = ? AND hash = ?")) {
    put->bind(1, *renewed).bind(2, account).bind(3, old).run();
  }
}

}  // namespace fenghuo::server
