#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "messaging/journal/journal.h"
#include "messaging/sqlite/database.h"

/// The file of an embedded journal: how it is made, and how it is known again.
namespace fenghuo::messaging {

/// What sqlite_master of a journal holds, to the letter.
std::span<std::string_view const> journal_schema();

/// Makes a whole empty journal under another name, syncs it and renames it: a crash in between leaves
/// nothing that opens. Errors: Unavailable.
Result<void> create_journal_file(std::filesystem::path const& file, JournalIdentity const& identity,
                                 Disk& disk);

/// Makes a durable copy of the log that an earlier process left, until forget_kept_log(); a copy that lies
/// there already takes the log's place. A process may have ended because a sync failed, and then its log may
/// read well and yet be nowhere but in the system's memory, which takes it for written: moving such a log
/// into the journal would, with a power cut in the middle, leave half of it and no log.
/// For a journal that nobody has open. Errors: Unavailable.
Result<void> keep_log_aside(Disk& disk, std::filesystem::path const& file);
/// Once the log is in the file; before anything is written to it.
Result<void> forget_kept_log(Disk& disk, std::filesystem::path const& file);
/// Whether a log lies there, or a copy of one.
bool has_log(Disk& disk, std::filesystem::path const& file);

/// Whether this is a journal of ours and of a version we know. Errors: InvalidArgument.
Result<void> check_journal_file(Database& db, std::filesystem::path const& file);

Result<JournalIdentity> read_journal_identity(Database& db);

}  // namespace fenghuo::messaging
