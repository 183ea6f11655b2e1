#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "core/base/result.h"

namespace fenghuo::server {

/// A body on its way into a file. The file goes with its last owner unless somebody has moved it elsewhere.
/// Errors:  Unavailable (no room, no folder); the message names the folder.
/// Threads: one at a time.
class SpooledBody {
 public:
  /// What all bodies of a folder take, and may take.
  struct Room {
    std::atomic<std::uint64_t> taken{0};
    std::uint64_t most = 0;
  };
  SpooledBody(int file, std::filesystem::path path, std::shared_ptr<Room> room)
      : file_{file}, path_{std::move(path)}, room_{std::move(room)} {}
  ~SpooledBody();
  SpooledBody(SpooledBody const&) = delete;
  SpooledBody& operator=(SpooledBody const&) = delete;

  Result<void> write(std::string_view bytes);
  std::filesystem::path const& path() const { return path_; }

 private:
  int file_;
  std::filesystem::path path_;
  std::shared_ptr<Room> room_;
  std::uint64_t size_ = 0;
};

/// The folder where bodies lie that are too large for memory: its owner's alone, and empty at the start,
/// whatever a crash left there. All bodies together are bounded, for they come in before anybody knows the caller, and
/// the journal may lie on the same disk.
/// Checked: tests/server/porch_test.cc.
class Spool {
 public:
  static Result<Spool> open(std::filesystem::path folder, std::uint64_t most);
  Result<std::shared_ptr<SpooledBody>> begin() const;

 private:
  explicit Spool(std::filesystem::path folder) : folder_{std::move(folder)} {}
  std::filesystem::path folder_;
  std::shared_ptr<SpooledBody::Room> room_ = std::make_shared<SpooledBody::Room>();
};

}  // namespace fenghuo::server
