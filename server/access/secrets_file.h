#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "core/base/result.h"
#include "core/base/units.h"
#include "messaging/sqlite/database.h"

namespace fenghuo::server {

/// secrets.sqlite: one connection, used by one at a time. What is deleted in it is overwritten (secure_delete), and
/// its log is emptied by whoever keeps the house.
struct SecretsFile {
  std::mutex mutex;
  messaging::Database db;
  /// Grows whenever a session or token was ended before its time: whoever holds a connection open looks again.
  std::atomic<std::uint64_t> endings{0};
};

/// Opens the file, mode 0600, and brings an older one up to date: its passwords count as changed `now`, its sessions end.
/// Errors: Unavailable, DataLoss; the message names the file.
/// Checked: tests/server/secrets_test.cc.
Result<std::unique_ptr<SecretsFile>> open_secrets_file(std::filesystem::path const& file, Time now);

}  // namespace fenghuo::server
