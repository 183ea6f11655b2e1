#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

std::filesystem::path folder_of(std::filesystem::path const& file) {
  auto const folder = file.parent_path();
  return folder.empty() ? std::filesystem::path{"."} : folder;
}

Result<void> remove_database(Disk& disk, std::filesystem::path const& file) {
  // The file itself goes first: a log without its database says nothing, a database without its log may.
  for (char const* suffix : {"", "-wal", "-shm", "-journal"}) {
    if (auto const removed = disk.remove(file.string() + suffix); !removed) {
      return removed;
    }
  }
  return {};
}

}  // namespace fenghuo::messaging
