#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fenghuo::tests {

/// A folder of its own for a test, removed with all it holds at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(ScratchFolder const&) = delete;
  ScratchFolder& operator=(ScratchFolder const&) = delete;
  std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
  std::filesystem::path const& path() const { return path_; }
  /// Names of the files in it, sorted.
  std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

std::string content_of(std::filesystem::path const& file);
void write_file(std::filesystem::path const& file, std::string const& bytes);

}  // namespace fenghuo::tests
