#include "tests/load/disk_folder.h"

#include <unistd.h>

#include <atomic>
#include <string>

namespace fenghuo::tests {

DiskFolder::DiskFolder() {
  static std::atomic<int> counter{0};
  path_ = std::filesystem::temp_directory_path() /
          ("fenghuo-load-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
  std::filesystem::create_directories(path_);
}

DiskFolder::~DiskFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace fenghuo::tests
