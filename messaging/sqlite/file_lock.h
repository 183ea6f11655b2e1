#pragma once

#include <filesystem>
#include <utility>

#include "core/base/result.h"

namespace fenghuo::messaging {

/// A lock file that one process can hold; the system releases it when the process ends, however it ends.
///
/// Errors:  Conflict     another process holds it (named by the pid it wrote there)
///          Unavailable  the file cannot be written
/// Checked: tests/messaging/sqlite_journal_test.cc.
class FileLock {
 public:
  static Result<FileLock> take(std::filesystem::path const& file);
  FileLock() = default;
  ~FileLock();
  FileLock(FileLock&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

 private:
  int fd_ = -1;
};

}  // namespace fenghuo::messaging
