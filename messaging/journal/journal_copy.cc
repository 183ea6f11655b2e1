#include "messaging/journal/journal_copy.h"

#include "messaging/journal/sqlite_journal.h"
#include "messaging/journal/sqlite_journal_file.h"
#include "messaging/sqlite/database.h"

namespace fenghuo::messaging {

namespace {

/// A file that is not left behind, nor what SQLite keeps beside it.
struct TemporaryDatabase {
  Disk& disk;
  std::filesystem::path file;

  TemporaryDatabase(Disk& on, std::filesystem::path path) : disk{on}, file{std::move(path)} {
    remove();
  }
  ~TemporaryDatabase() { remove(); }
  TemporaryDatabase(TemporaryDatabase const&) = delete;
  TemporaryDatabase& operator=(TemporaryDatabase const&) = delete;

 private:
  void remove() const { (void)remove_database(disk, file); }
};

Result<JournalCheck> copy_verified(std::filesystem::path const& from,
                                   std::filesystem::path const& to, Disk& disk) {
  if (disk.exists(to)) {
    return Error{ErrorCode::Conflict, to.string() + " exists already; name another file"};
  }
  TemporaryDatabase const temporary{disk, to.string() + ".part"};
  std::filesystem::path const& part = temporary.file;
  if (auto const copied = copy_database(from, part, disk); !copied) {
    return copied.error();
  }
  auto journal = SqliteJournal::open_read_only(part, disk);
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
  if (auto const renamed = disk.rename(part, to); !renamed) {
    return renamed.error();
  }
  return check;
}

}  // namespace

Result<JournalCheck> backup_journal(std::filesystem::path const& from,
                                    std::filesystem::path const& to, Disk& disk) {
  return copy_verified(from, to, disk);
}

Result<JournalCheck> restore_journal(std::filesystem::path const& from,
                                     std::filesystem::path const& to, Disk& disk) {
  if (has_log(disk, to)) {
    return Error{ErrorCode::Conflict,
                 to.string() + "-wal lies in the way; choose an empty data folder"};
  }
  return copy_verified(from, to, disk);
}

}  // namespace fenghuo::messaging
