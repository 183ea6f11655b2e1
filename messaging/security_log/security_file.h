#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "messaging/security_log/security_row.h"
#include "messaging/sqlite/database.h"
#include "messaging/storage/disk.h"

/// The file of a security log: how it is made, known again and read.
namespace fenghuo::messaging {

/// What sqlite_master of a security log holds, to the letter.
std::span<std::string_view const> security_schema();

/// Makes a whole empty log under another name, mode 0600, syncs it and renames it. Errors: Unavailable.
Result<void> create_security_file(Disk& disk, std::filesystem::path const& file,
                                  std::string_view algorithm);

/// Whether this is a log of ours and of a version we know. Errors: InvalidArgument.
Result<void> check_security_file(Database& db, std::filesystem::path const& file);

Result<std::string> security_algorithm(Database& db);
/// `table`: "head" or "begins_at". Errors: DataLoss.
Result<LogPosition> read_position(Database& db, std::string_view table);

inline constexpr std::string_view kSecurityColumns =
    "SELECT sequence, time, kind, account, role, peer, request_id, subject, outcome, detail, hash "
    "FROM "
    "entry ";
/// The row of a SELECT of kSecurityColumns. Errors: DataLoss.
Result<SecurityRow> security_row_of(Statement const& from);

}  // namespace fenghuo::messaging
