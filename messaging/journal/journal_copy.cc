#include "messaging/journal/journal_copy.h"

#include <fmt/format.h>

#include "messaging/journal/sqlite_journal.h"
#include "messaging/sqlite/database.h"

namespace fenghuo::messaging {

namespace {

/// A file that is not left behind, nor what SQLite keeps beside it.
struct TemporaryDatabase {
  std::filesystem::path file;

  explicit TemporaryDatabase(std::filesystem::path path) : file{std::move(path)} { remove(); }
  ~TemporaryDatabase() { remove(); }
  TemporaryDatabase(TemporaryDatabase const&) = delete;
  TemporaryDatabase& operator=(TemporaryDatabase const&) = delete;

 private:
  void remove() const {
    std::error_code ignored;
    for (char const* suffix : {"", "-wal", "-shm", "-journal"}) {
      std::filesystem::remove(file.string() + suffix, ignored);
    }
  }
};

Result<JournalCheck> copy_verified(std::filesystem::path const& from,
                                   std::filesystem::path const& to) {
  if (std::filesystem::exists(to)) {
    return Error{ErrorCode::Conflict, to.string() + " exists already; name another file"};
  }
  TemporaryDatabase const temporary{to.string() + ".part"};
  std::filesystem::path const& part = temporary.file;
  if (auto const copied = copy_database(from, part); !copied) {
    return copied.error();
  }
  auto journal = SqliteJournal::open_read_only(part);
  if (!journal) {
    return journal.error();
  }
  auto const store = (*journal)->check_store();
  auto check = check_journal(**journal);
  if (!store || !check) {
    return store ? check.error() : store.error();
  }
  if (!store->empty() || !check->broken.empty()) {
    return Error{ErrorCode::DataLoss,
                 "the copy does not verify: " + (store->empty() ? check->broken : *store)};
  }
  journal->reset();
  std::error_code error;
  std::filesystem::rename(part, to, error);
  if (error) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot write {}: {}", to.string(), error.message())};
  }
  if (auto const synced = sync_folder(std::filesystem::absolute(to).parent_path()); !synced) {
    return synced.error();
  }
  return check;
}

}  // namespace

Result<JournalCheck> backup_journal(std::filesystem::path const& from,
                                    std::filesystem::path const& to) {
  return copy_verified(from, to);
}

Result<JournalCheck> restore_journal(std::filesystem::path const& from,
                                     std::filesystem::path const& to) {
  if (std::filesystem::exists(to.string() + "-wal")) {
    return Error{ErrorCode::Conflict,
                 to.string() + "-wal lies in the way; choose an empty data folder"};
  }
  return copy_verified(from, to);
}

}  // namespace fenghuo::messaging
