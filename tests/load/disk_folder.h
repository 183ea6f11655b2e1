#pragma once

#include <filesystem>

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

}  // namespace fenghuo::tests
