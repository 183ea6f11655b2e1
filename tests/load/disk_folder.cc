#include "tests/load/disk_folder.h"

#include <unistd.h>

#include <atomic>
#include <string_view>

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

bool is_full_run() {
  char const* full = std::getenv("FENGHUO_FULL");
  return full != nullptr && std::string_view{full} == "1";
}

}  // namespace fenghuo::tests
