#pragma once

#include <filesystem>

#include "messaging/journal/journal.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// Copies a journal, also one in use, and verifies the copy before it takes its name.
/// Errors: Conflict when `to` exists, DataLoss when the copy does not verify, NotFound, Unavailable.
/// Checked: tests/messaging/sqlite_journal_test.cc.
Result<JournalCheck> backup_journal(std::filesystem::path const& from,
                                    std::filesystem::path const& to, Disk& disk = system_disk());

/// Verifies a backup and puts it in place as a journal. Errors: as above; Conflict also where the log of
/// another journal lies in the way.
Result<JournalCheck> restore_journal(std::filesystem::path const& from,
                                     std::filesystem::path const& to, Disk& disk = system_disk());

}  // namespace fenghuo::messaging
