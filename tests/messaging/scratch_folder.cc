#include "tests/messaging/scratch_folder.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>

namespace fenghuo::tests {

ScratchFolder::ScratchFolder() {
  static std::atomic<int> counter{0};
  // In memory where the machine offers it: each append is synced.
  std::error_code error;
  bool const memory = std::filesystem::is_directory("/dev/shm", error);
  path_ = (memory ? std::filesystem::path{"/dev/shm"} : std::filesystem::temp_directory_path()) /
          ("fenghuo-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
  std::filesystem::create_directories(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> ScratchFolder::names() const {
  std::vector<std::string> out;
  for (auto const& entry : std::filesystem::directory_iterator{path_}) {
    out.push_back(entry.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string content_of(std::filesystem::path const& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(std::filesystem::path const& file, std::string const& bytes) {
  std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
}

}  // namespace fenghuo::tests
