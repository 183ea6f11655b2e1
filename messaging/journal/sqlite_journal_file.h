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

/// Whether this is a journal of ours and of a version we know. Errors: InvalidArgument.
Result<void> check_journal_file(Database& db, std::filesystem::path const& file);

Result<JournalIdentity> read_journal_identity(Database& db);

}  // namespace fenghuo::messaging
