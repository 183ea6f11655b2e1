#include "messaging/personal/personal_keys.h"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <span>

#include "core/domain/event.h"

namespace fenghuo::messaging {

namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

unsigned char const* bytes(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

std::string base64(std::string_view in) {
  std::string out(sodium_base64_encoded_len(in.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes(in), in.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the terminator
  return out;
}

std::optional<std::string> from_base64(std::string_view in) {
  std::string out(in.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), in.data(),
                        in.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

std::string hex(std::span<unsigned char const> in) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(in.size() * 2);
  for (unsigned char const byte : in) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

std::string new_key_id() {
  std::array<unsigned char, 12> random{};
  randombytes_buf(random.data(), random.size());
  return "k" + hex(random);
}

Result<void> exec(Database& db, std::string_view sql, std::string_view first,
                  std::string_view second = {}) {
  auto statement = db.prepare(sql);
  if (!statement) {
    return statement.error();
  }
  statement->bind(1, first);
  if (!second.empty()) {
    statement->bind(2, second);
  }
  return statement->run() ? Result<void>{} : db.error("keys of personal data");
}

}  // namespace

Result<std::unique_ptr<PersonalKeys>> PersonalKeys::open(std::filesystem::path const& file) {
  if (sodium_init() < 0) {
    return Error{ErrorCode::Unavailable, "libsodium cannot be used on this machine"};
  }
  ::mode_t const mask = ::umask(0077);
  auto db = Database::open(file, OpenMode::Create);
  ::umask(mask);
  if (!db) {
    return db.error();
  }
  ::chmod(file.c_str(), 0600);
  // secure_delete: a destroyed key is overwritten in its page, not only unlinked from it.
  auto made = db->run(
      "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;"
      "CREATE TABLE IF NOT EXISTS personal_key(id TEXT PRIMARY KEY, subject TEXT, secret BLOB) "
      "STRICT;"
      "CREATE UNIQUE INDEX IF NOT EXISTS subject_of_key ON personal_key(subject) WHERE subject IS "
      "NOT NULL;"
      "CREATE TABLE IF NOT EXISTS kept(name TEXT PRIMARY KEY, value BLOB) STRICT;"
      "CREATE TABLE IF NOT EXISTS stands(at INTEGER PRIMARY KEY CHECK(at = 0), sequence INTEGER) "
      "STRICT;"
      "INSERT OR IGNORE INTO stands VALUES (0, 0);");
  if (!made) {
    return made.error();
  }
  Secret blinding{};
  randombytes_buf(blinding.data(), blinding.size());
  auto insert = db->prepare("INSERT OR IGNORE INTO kept VALUES ('blinding', ?)");
  if (!insert || !insert->bind_blob(1, blinding.data(), blinding.size()).run()) {
    return db->error("keys of personal data");
  }
  {
    auto select = db->prepare("SELECT value FROM kept WHERE name = 'blinding'");
    if (!select || select->step() != Statement::Step::Row ||
        select->blob(0).size() != blinding.size()) {
      return Error{ErrorCode::DataLoss, file.string() + " is damaged: restore a backup of it"};
    }
    auto const stored = select->blob(0);
    std::copy(stored.begin(), stored.end(), blinding.begin());
  }
  return std::unique_ptr<PersonalKeys>{new PersonalKeys{std::move(db).value(), blinding}};
}

Result<std::optional<PersonalKeys::Key>> PersonalKeys::known_key(std::string_view subject) {
  if (auto const id = ids_.find(subject); id != ids_.end()) {
    if (auto const secret = secret_of(id->second)) {
      return std::optional{Key{id->second, *secret}};
    }
  }
  auto select = db_.prepare("SELECT id, secret FROM personal_key WHERE subject = ?");
  if (!select) {
    return select.error();
  }
  select->bind(1, subject);
  auto const step = select->step();
  if (step == Statement::Step::Failed) {
    return db_.error("keys of personal data");
  }
  if (step != Statement::Step::Row || select->blob(1).size() != Secret{}.size()) {
    return std::optional<Key>{};
  }
  Key key{std::string{select->text(0)}, {}};
  auto const stored = select->blob(1);
  std::copy(stored.begin(), stored.end(), key.secret.begin());
  forget_cache();
  secrets_[key.id] = key.secret;
  ids_[std::string{subject}] = key.id;
  return std::optional{key};
}

Result<PersonalKeys::Key> PersonalKeys::key_of(std::string_view subject) {
  auto known = known_key(subject);
  if (!known) {
    return known.error();
  }
  if (*known) {
    return **known;
  }
  Key key{new_key_id(), {}};
  randombytes_buf(key.secret.data(), key.secret.size());
  auto insert = db_.prepare("INSERT INTO personal_key VALUES (?, ?, ?)");
  if (!insert) {
    return insert.error();
  }
  if (!insert->bind(1, key.id)
           .bind(2, subject)
           .bind_blob(3, key.secret.data(), key.secret.size())
           .run()) {
    return db_.error("keys of personal data");
  }
  forget_cache();
  secrets_[key.id] = key.secret;
  ids_[std::string{subject}] = key.id;
  return key;
}

void PersonalKeys::forget_cache() {
  if (secrets_.size() >= kCached || ids_.size() >= kCached) {
    secrets_.clear();
    ids_.clear();
  }
}

std::optional<PersonalKeys::Secret> PersonalKeys::secret_of(std::string const& id) {
  if (auto const known = secrets_.find(id); known != secrets_.end()) {
    return known->second;
  }
  auto select = db_.prepare("SELECT secret FROM personal_key WHERE id = ?");
  if (!select) {
    return std::nullopt;
  }
  select->bind(1, id);
  Secret secret{};
  if (select->step() != Statement::Step::Row || select->is_null(0) ||
      select->blob(0).size() != secret.size()) {
    return std::nullopt;
  }
  auto const stored = select->blob(0);
  std::copy(stored.begin(), stored.end(), secret.begin());
  forget_cache();
  secrets_[id] = secret;
  return secret;
}

Result<domain::Sealed> PersonalKeys::seal(std::string_view subject, std::string_view text) {
  if (text.empty()) {
    return domain::Sealed{};
  }
  std::scoped_lock const lock{mutex_};
  auto key = key_of(subject);
  if (!key) {
    return key.error();
  }
  return sealed_under(*key, text);
}

Result<std::optional<domain::Sealed>> PersonalKeys::seal_known(std::string_view subject,
                                                               std::string_view text) {
  std::scoped_lock const lock{mutex_};
  auto known = known_key(subject);
  if (!known) {
    return known.error();
  }
  return *known ? std::optional{sealed_under(**known, text)} : std::nullopt;
}

domain::Sealed PersonalKeys::sealed_under(Key const& key, std::string_view text) {
  std::string box(kNonce + text.size() + kTag, '\0');
  auto* out = reinterpret_cast<unsigned char*>(box.data());
  crypto_generichash(out, kNonce, bytes(text), text.size(), key.secret.data(), key.secret.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kNonce, nullptr, bytes(text), text.size(),
                                             bytes(key.id), key.id.size(), nullptr, out,
                                             key.secret.data());
  return {key.id, base64(box)};
}

std::optional<std::string> PersonalKeys::open(domain::Sealed const& sealed) {
  if (sealed.key.empty()) {
    return sealed.box;
  }
  auto const box = from_base64(sealed.box);
  if (!box || box->size() < kNonce + kTag) {
    return std::nullopt;
  }
  std::scoped_lock const lock{mutex_};
  auto const secret = secret_of(sealed.key);
  if (!secret) {
    return std::nullopt;
  }
  std::string text(box->size() - kNonce - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, bytes(*box) + kNonce,
          box->size() - kNonce, bytes(sealed.key), sealed.key.size(), bytes(*box),
          secret->data()) != 0) {
    return std::nullopt;
  }
  return text;
}

std::string PersonalKeys::blind(std::string_view text) const {
  std::array<unsigned char, 32> out{};
  crypto_generichash(out.data(), out.size(), bytes(text), text.size(), blinding_.data(),
                     blinding_.size());
  return hex(out);
}

/// The row stays, without secret and subject: the id is never given again, and nothing tells whose it was.
Result<void> PersonalKeys::destroy(std::vector<std::string> const& keys) {
  for (auto const& id : keys) {
    if (auto done =
            exec(db_, "UPDATE personal_key SET secret = NULL, subject = NULL WHERE id = ?", id);
        !done) {
      return done;
    }
    if (auto const known = secrets_.find(id); known != secrets_.end()) {
      sodium_memzero(known->second.data(), known->second.size());
      secrets_.erase(known);
    }
  }
  std::erase_if(ids_, [&](auto const& entry) {
    return std::find(keys.begin(), keys.end(), entry.second) != keys.end();
  });
  return {};
}

Result<void> PersonalKeys::erase(std::vector<std::string> const& keys) {
  std::scoped_lock const lock{mutex_};
  if (auto done = destroy(keys); !done) {
    return done;
  }
  // The write-ahead log still holds pages from before: it is emptied too.
  auto const moved = db_.checkpoint(Checkpoint::Truncate, 2'000);
  if (!moved) {
    return moved.error();
  }
  return *moved ? Result<void>{}
                : Error{ErrorCode::Unavailable, "the log of the keys is being read; try again"};
}

Result<std::vector<std::string>> PersonalKeys::keys_under(std::string_view prefix) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(
      "SELECT id FROM personal_key WHERE substr(subject, 1, length(?1)) = ?1 ORDER BY id");
  if (!select) {
    return select.error();
  }
  select->bind(1, prefix);
  std::vector<std::string> out;
  Statement::Step step = Statement::Step::Done;
  while ((step = select->step()) == Statement::Step::Row) {
    out.emplace_back(select->text(0));
  }
  if (step == Statement::Step::Failed) {
    return db_.error("keys of personal data");
  }
  return out;
}

Result<void> PersonalKeys::begin_batch() {
  std::scoped_lock const lock{mutex_};
  return db_.run("BEGIN IMMEDIATE");
}

Result<void> PersonalKeys::end_batch() {
  std::scoped_lock const lock{mutex_};
  return db_.run("COMMIT");
}

Result<PersonalKeys::Figures> PersonalKeys::figures() {
  std::scoped_lock const lock{mutex_};
  auto const keys = db_.value("SELECT COUNT(secret) FROM personal_key");
  auto const all = db_.value("SELECT COUNT(*) FROM personal_key");
  if (!keys || !all) {
    return keys ? all.error() : keys.error();
  }
  return Figures{std::stoll(*keys), std::stoll(*all) - std::stoll(*keys)};
}

Result<Sequence> PersonalKeys::position() {
  std::scoped_lock const lock{mutex_};
  auto const value = db_.value("SELECT sequence FROM stands");
  if (!value) {
    return value.error();
  }
  return Sequence{std::stoll(*value)};
}

Result<void> PersonalKeys::handle(std::span<kernel::RecordedEvent const> events) {
  std::vector<std::string> gone;
  for (auto const& event : events) {
    if (auto const* erased = std::get_if<domain::PersonalDataErased>(&event.event)) {
      gone.insert(gone.end(), erased->keys.begin(), erased->keys.end());
    }
  }
  if (!gone.empty()) {
    if (auto done = erase(gone); !done) {
      return done;
    }
  }
  std::scoped_lock const lock{mutex_};
  auto update = db_.prepare("UPDATE stands SET sequence = ?");
  if (!update || !update->bind(1, events.back().sequence).run()) {
    return db_.error("keys of personal data");
  }
  return {};
}

Result<void> copy_personal_keys(std::filesystem::path const& from,
                                std::filesystem::path const& to) {
  ::mode_t const mask = ::umask(0077);
  auto copied = copy_database(from, to);
  ::umask(mask);
  if (!copied) {
    return copied;
  }
  ::chmod(to.c_str(), 0600);
  auto db = Database::open(to, OpenMode::Create);
  return db ? db->run("PRAGMA secure_delete=ON; UPDATE stands SET sequence = 0;")
            : Result<void>{db.error()};
}

std::string masked(std::string_view text) {
  auto const digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits >= 5) {
    std::string out{text};
    std::int64_t const head = digits >= 11 ? 3 : 0;
    std::int64_t const tail = digits >= 8 ? 4 : 2;
    std::int64_t at = 0;
    for (char& c : out) {
      if (c >= '0' && c <= '9') {
        c = at >= head && at < digits - tail ? '*' : c;
        ++at;
      }
    }
    return out;
  }
  std::size_t first = 1;  // bytes of the first character
  while (first < text.size() && (static_cast<unsigned char>(text[first]) & 0xC0U) == 0x80U) {
    ++first;
  }
  std::string out{text.substr(0, std::min(first, text.size()))};
  for (std::size_t at = first; at < text.size(); ++at) {
    out += (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U ? "" : "*";
  }
  return out;
}

}  // namespace fenghuo::messaging
