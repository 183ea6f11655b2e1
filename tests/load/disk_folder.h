#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace fenghuo::tests {

/// A folder on a disk (not in memory) for files of hundreds of megabytes; removed at the end.
class DiskFolder {
 public:
  DiskFolder();
  ~DiskFolder();
  DiskFolder(DiskFolder const&) = delete;
  DiskFolder& operator=(DiskFolder const&) = delete;
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Whether a test should run in its full length (FENGHUO_FULL=1), as ./test --full does.
bool is_full_run();

}  // namespace fenghuo::tests
