#pragma once

#include <filesystem>
#include <memory>

#include "core/base/result.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// A lock file that one process can hold; the system releases it when the process ends, however it ends.
///
/// Errors:  Conflict     another process holds it (named by the pid it wrote there)
///          Unavailable  the file cannot be written
/// Checked: tests/messaging/sqlite_journal_test.cc.
class FileLock final : public HeldLock {
 public:
  static Result<std::unique_ptr<FileLock>> take(std::filesystem::path const& file);
  ~FileLock() override;

 private:
  explicit FileLock(int fd) : fd_{fd} {}
  int fd_;
};

}  // namespace fenghuo::messaging
