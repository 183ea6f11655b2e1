#include "messaging/attachments/attachment_check.h"

#include <fmt/format.h>

#include "messaging/journal/journal_copy.h"
#include "messaging/journal/sqlite_journal.h"
#include "messaging/personal/personal_keys.h"

namespace fenghuo::messaging {

namespace fs = std::filesystem;

namespace {

std::string described(domain::FileAttached const& event) {
  std::string const object = event.incident ? to_text(*event.incident)
                             : event.report ? to_text(*event.report)
                                            : "";
  return event.file.name + " of " + object;
}

std::string sentence(std::string const& digest, std::string const& whose, std::string const& what) {
  return whose + ": " + digest + " is " + what;
}

/// A folder that is not left behind half written.
struct PartFolder {
  fs::path folder;
  ~PartFolder() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
};

/// What SQLite leaves beside a file that is only read, taken away again where it was not there before.
class ReadersFiles {
 public:
  explicit ReadersFiles(fs::path const& database) {
    std::error_code error;
    for (char const* suffix : {"-wal", "-shm"}) {
      fs::path file{database.string() + suffix};
      if (!fs::exists(file, error)) {
        files_.push_back(std::move(file));
      }
    }
  }
  ~ReadersFiles() {
    std::error_code ignored;
    for (auto const& file : files_) {
      fs::remove(file, ignored);
    }
  }
  ReadersFiles(ReadersFiles const&) = delete;
  ReadersFiles& operator=(ReadersFiles const&) = delete;

 private:
  std::vector<fs::path> files_;
};

/// Copies every named file from one store to another that nobody serves yet.
Result<AttachmentCheck> copy_named(std::map<std::string, std::string> const& named,
                                   AttachmentStore const& from, AttachmentStore& to) {
  AttachmentCheck check;
  if (named.empty()) {
    return check;
  }
  if (auto const ready = to.prepare(); !ready) {
    return ready.error();
  }
  for (auto const& [digest, whose] : named) {
    ++check.files;
    if (std::string const what = from.check(digest); !what.empty()) {
      check.broken.push_back(sentence(digest, whose, what));
      continue;
    }
    fs::path const copy = to.incoming_file();
    std::error_code error;
    fs::copy_file(*from.path_of(digest), copy, error);
    if (error) {
      return Error{ErrorCode::Unavailable,
                   fmt::format("cannot copy {} to {}: {}", digest, copy.string(), error.message())};
    }
    auto const touched = fs::last_write_time(*from.path_of(digest), error);
    auto const put =
        to.put(copy, Time{std::chrono::duration_cast<std::chrono::microseconds>(
                              std::chrono::file_clock::to_sys(touched).time_since_epoch())
                              .count()});
    if (!put) {
      return put.error();
    }
    if (put->digest != digest) {  // changed between the check and the copy
      check.broken.push_back(sentence(digest, whose, "changed"));
    }
  }
  return check;
}

Result<std::map<std::string, std::string>> named_in(fs::path const& journal_file,
                                                    std::optional<Sequence> until) {
  auto const journal = SqliteJournal::open_read_only(journal_file);
  if (!journal) {
    return journal.error();
  }
  return named_files(**journal, until);
}

}  // namespace

Result<std::map<std::string, std::string>> named_files(Journal& journal,
                                                       std::optional<Sequence> until) {
  std::map<std::string, std::string> named;
  Sequence after = 0;
  while (true) {
    auto const rows = journal.read(after, 1'000);
    if (!rows) {
      return rows.error();
    }
    if (rows->empty()) {
      return named;
    }
    after = rows->back().sequence;
    for (auto const& row : *rows) {
      if (until && row.sequence > *until) {
        return named;
      }
      if (row.type != domain::FileAttached::kName) {
        continue;
      }
      auto const recorded = decode_row(row);
      if (!recorded) {
        return recorded.error();
      }
      auto const& event = std::get<domain::FileAttached>(recorded->event);
      named.emplace(event.file.digest, described(event));
    }
  }
}

Result<AttachmentCheck> check_attachments(Journal& journal, AttachmentStore const& store) {
  auto const named = named_files(journal);
  if (!named) {
    return named.error();
  }
  AttachmentCheck check;
  for (auto const& [digest, whose] : *named) {
    ++check.files;
    if (std::string const what = store.check(digest); !what.empty()) {
      check.broken.push_back(sentence(digest, whose, what));
    }
  }
  return check;
}

namespace {

/// Whether there were any.
Result<bool> copy_keys(fs::path const& from, fs::path const& to) {
  std::error_code error;
  if (!fs::exists(from, error)) {
    return false;
  }
  auto const copied = copy_personal_keys(from, to);
  return copied ? Result<bool>{true} : Result<bool>{copied.error()};
}

}  // namespace

Result<FolderCopy> backup_folder(fs::path const& journal, AttachmentStore const& store,
                                 fs::path const& keys, fs::path const& to) {
  std::error_code error;
  if (fs::exists(to, error)) {
    return Error{ErrorCode::Conflict, to.string() + " exists already; name another folder"};
  }
  fs::path const part{to.string() + ".part"};
  fs::remove_all(part, error);
  fs::create_directories(part, error);
  if (error) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot make the folder {}: {}", part.string(), error.message())};
  }
  PartFolder const unfinished{part};
  fs::permissions(part, fs::perms::owner_all, error);
  auto copied = backup_journal(journal, part / kJournalName);
  if (!copied) {
    return copied.error();
  }
  // The files of the copy's rows, each durable before its event; but asked of the journal itself, since a reader
  // leaves files of its own beside what it reads.
  auto const named = named_in(journal, copied->rows);
  if (!named) {
    return named.error();
  }
  AttachmentStore files{part / kAttachmentsName};
  auto attached = copy_named(*named, store, files);
  if (!attached) {
    return attached.error();
  }
  // After the journal: each key is on the disk before the command that needs it goes in.
  auto const has_keys = copy_keys(keys, part / kKeysName);
  if (!has_keys) {
    return has_keys.error();
  }
  fs::rename(part, to, error);
  if (error) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot write {}: {}", to.string(), error.message())};
  }
  if (auto const synced = sync_path(fs::absolute(to).parent_path()); !synced) {
    return synced.error();
  }
  return FolderCopy{std::move(copied).value(), std::move(attached).value(), *has_keys};
}

Result<FolderCopy> restore_folder(fs::path const& from, fs::path const& journal,
                                  AttachmentStore& store, fs::path const& keys) {
  std::error_code error;
  if (fs::exists(journal, error)) {
    return Error{ErrorCode::Conflict,
                 journal.string() + " exists already; choose an empty data folder"};
  }
  ReadersFiles const left_by_the_reader{from / kJournalName};
  auto const named = named_in(from / kJournalName, std::nullopt);
  if (!named) {
    return named.error();
  }
  auto attached = copy_named(*named, AttachmentStore{from / kAttachmentsName}, store);
  if (!attached) {
    return attached.error();
  }
  if (fs::exists(keys, error)) {
    return Error{ErrorCode::Conflict,
                 keys.string() + " exists already; choose an empty data folder"};
  }
  ReadersFiles const left_by_the_copy{from / kKeysName};
  auto const has_keys = copy_keys(from / kKeysName, keys);
  if (!has_keys) {
    return has_keys.error();
  }
  auto restored = restore_journal(from / kJournalName, journal);
  if (!restored) {
    return restored.error();
  }
  return FolderCopy{std::move(restored).value(), std::move(attached).value(), *has_keys};
}

}  // namespace fenghuo::messaging
