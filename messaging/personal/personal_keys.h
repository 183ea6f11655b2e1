#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/domain/vocabulary.h"
#include "core/kernel/subscriber.h"
#include "messaging/codec/fields_json.h"
#include "messaging/sqlite/database.h"

namespace fenghuo::messaging {

/// The keys that open what the journal holds about persons; a file of its own, mode 0600. A key belongs to a
/// subject ("person:P001", "report:<command id>") and is made when something of it is first sealed; it is on the
/// disk before the command that needs it goes in. Destroying a key erases what it opened, wherever copies of the
/// journal, its projections or its snapshots lie; copies of this file made before still hold it.
///
/// seal():   the same text under the same key gives the same box: what did not change is seen not to have.
/// open():   nothing where the key was destroyed, or the box was changed.
/// blind():  a keyed digest: equal texts give equal digests, and nobody without this file finds the text by trying.
/// handle(): follows the journal: keys that an event says were erased are destroyed. Again is no harm.
/// Errors:   Unavailable, DataLoss.
/// Cost:     one write for a new subject; in a batch (begin_batch … end_batch) one for all of them.
/// Threads:  any.
/// Source:   XChaCha20-Poly1305 (libsodium), the nonce a keyed BLAKE2b of the text (a synthetic IV).
/// Checked:  tests/messaging/personal_keys_test.cc.
class PersonalKeys final : public kernel::DurableSubscriber {
 public:
  static Result<std::unique_ptr<PersonalKeys>> open(std::filesystem::path const& file);

  Result<domain::Sealed> seal(std::string_view subject, std::string_view text);
  /// The same, where the subject has a key already; makes none.
  Result<std::optional<domain::Sealed>> seal_known(std::string_view subject, std::string_view text);
  std::optional<std::string> open(domain::Sealed const& sealed);
  std::string blind(std::string_view text) const;
  Result<void> erase(std::vector<std::string> const& keys);
  /// The keys of the subjects that begin so.
  Result<std::vector<std::string>> keys_under(std::string_view prefix);
  Result<void> begin_batch();
  Result<void> end_batch();
  /// How many keys there are, and how many were destroyed.
  struct Figures {
    std::int64_t keys = 0, erased = 0;
  };
  Result<Figures> figures();

  std::string_view name() const override { return "personal_keys"; }
  Result<Sequence> position() override;
  Result<void> handle(std::span<kernel::RecordedEvent const> events) override;

 private:
  using Secret = std::array<unsigned char, 32>;
  struct Key {
    std::string id;
    Secret secret;
  };
  PersonalKeys(Database db, Secret blinding) : db_{std::move(db)}, blinding_{blinding} {}
  Result<std::optional<Key>> known_key(std::string_view subject);
  Result<Key> key_of(std::string_view subject);
  static domain::Sealed sealed_under(Key const& key, std::string_view text);
  std::optional<Secret> secret_of(std::string const& id);
  Result<void> destroy(std::vector<std::string> const& keys);
  void forget_cache();

  static constexpr std::size_t kCached = 50'000;
  std::mutex mutex_;
  Database db_;
  Secret blinding_{};
  std::map<std::string, Secret, std::less<>> secrets_;   ///< by id; a cache
  std::map<std::string, std::string, std::less<>> ids_;  ///< by subject; a cache
};

/// Copies the keys, also of a centre in use, into a new file with mode 0600, for a backup or out of one. The copy has
/// seen no event: whichever journal it is put beside, what that says was erased is destroyed at the first start.
/// Errors: Unavailable. Checked: tests/outside/test_personal_data.py.
Result<void> copy_personal_keys(std::filesystem::path const& from, std::filesystem::path const& to);

/// Seals under one subject.
class SubjectSealer final : public PersonalSealer {
 public:
  SubjectSealer(PersonalKeys& keys, std::string subject)
      : keys_{keys}, subject_{std::move(subject)} {}
  Result<domain::Sealed> seal(std::string const& text) override {
    return keys_.seal(subject_, text);
  }

 private:
  PersonalKeys& keys_;
  std::string subject_;
};

/// Seals each text under a subject of its own: one person of a list can be erased without the others, and the
/// order of the list does not matter.
class EachSealer final : public PersonalSealer {
 public:
  EachSealer(PersonalKeys& keys, std::string prefix) : keys_{keys}, prefix_{std::move(prefix)} {}
  Result<domain::Sealed> seal(std::string const& text) override {
    return keys_.seal(prefix_ + "/" + keys_.blind(text), text);
  }

 private:
  PersonalKeys& keys_;
  std::string prefix_;
};

/// How a text about a person looks to those who need not know it: a number keeps its first three and last four
/// digits (shorter ones the last two), a name its first character.
std::string masked(std::string_view text);

}  // namespace fenghuo::messaging
