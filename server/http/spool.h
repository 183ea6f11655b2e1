#pragma once

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
  SpooledBody(int file, std::filesystem::path path) : file_{file}, path_{std::move(path)} {}
  ~SpooledBody();
  SpooledBody(SpooledBody const&) = delete;
  SpooledBody& operator=(SpooledBody const&) = delete;

  Result<void> write(std::string_view bytes);
  std::filesystem::path const& path() const { return path_; }

 private:
  int file_;
  std::filesystem::path path_;
};

/// The folder where bodies lie that are too large for memory: its owner's alone, and empty at the start,
/// whatever a crash left there.
/// Checked: tests/server/porch_test.cc.
class Spool {
 public:
  static Result<Spool> open(std::filesystem::path folder);
  Result<std::shared_ptr<SpooledBody>> begin() const;

 private:
  explicit Spool(std::filesystem::path folder) : folder_{std::move(folder)} {}
  std::filesystem::path folder_;
};

}  // namespace fenghuo::server
