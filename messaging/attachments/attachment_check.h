#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messaging/attachments/attachment_store.h"
#include "messaging/journal/journal.h"

namespace fenghuo::messaging {

/// The files that a journal names, up to a row where `until` says so: digest -> who names it first, for people:
/// "现场.jpg of I-2026-000042".
/// Errors: Unavailable, DataLoss. Cost: the journal read once.
Result<std::map<std::string, std::string>> named_files(
    Journal& journal, std::optional<Sequence> until = std::nullopt);

struct AttachmentCheck {
  std::size_t files = 0;            ///< that the journal names
  std::vector<std::string> broken;  ///< a sentence for each that is missing or changed
};

/// Reads every file that a journal names and holds it against its digest.
///
/// Errors:  as named_files
/// Cost:    the journal and all files read once.
/// Checked: tests/messaging/attachment_check_test.cc.
Result<AttachmentCheck> check_attachments(Journal& journal, AttachmentStore const& store);

/// Copies a journal, also one in use, every file it names, and the keys of personal data (where there are any; without
/// them no name could be read again) into a new folder that looks like a data folder;
/// the copy is proved before the folder takes its name. A file that is missing or changed is left out and told:
/// a copy of the rest is better than none.
///
/// Errors:  Conflict when `to` exists; DataLoss when the journal's copy does not verify; NotFound, Unavailable
/// Checked: tests/messaging/attachment_check_test.cc, tests/outside/test_attachments.py.
struct FolderCopy {
  JournalCheck journal;
  AttachmentCheck attachments;
  bool keys = false;  ///< the keys of personal data are along
};
Result<FolderCopy> backup_folder(std::filesystem::path const& journal, AttachmentStore const& store,
                                 std::filesystem::path const& keys,
                                 std::filesystem::path const& to);

/// Puts such a folder in place: the files first, the journal last, since it is the journal that makes a centre.
/// Errors: as above; Conflict where a journal lies in the way.
Result<FolderCopy> restore_folder(std::filesystem::path const& from,
                                  std::filesystem::path const& journal, AttachmentStore& store,
                                  std::filesystem::path const& keys);

/// Names in such a folder, as in a data folder.
inline constexpr char const* kJournalName = "journal.sqlite";
inline constexpr char const* kAttachmentsName = "attachments";
inline constexpr char const* kKeysName = "personal.sqlite";

}  // namespace fenghuo::messaging
