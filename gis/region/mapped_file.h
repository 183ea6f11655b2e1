#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "core/base/result.h"

namespace fenghuo::gis {

/// A file's content in memory, read only, for as long as this lives. The address is a multiple of the
/// page size. A file that shrinks while it is mapped kills the process; region files are replaced by
/// rename and never written in place.
class MappedFile {
 public:
  /// Errors: NotFound, Unavailable; DataLoss for an empty file.
  static Result<MappedFile> open(std::filesystem::path const& file);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(MappedFile const&) = delete;
  MappedFile& operator=(MappedFile const&) = delete;

  std::span<std::byte const> bytes() const { return {first_, size_}; }

 private:
  MappedFile(std::byte const* first, std::size_t size) : first_{first}, size_{size} {}
  std::byte const* first_ = nullptr;
  std::size_t size_ = 0;
};

/// Writes a file under a temporary name beside it, syncs, and renames it into place, so that nobody
/// ever sees half of it.
class ReplacedFile {
 public:
  explicit ReplacedFile(std::filesystem::path target);
  ~ReplacedFile();  ///< removes the temporary file unless put_in_place succeeded
  ReplacedFile(ReplacedFile const&) = delete;
  ReplacedFile& operator=(ReplacedFile const&) = delete;
  /// Errors of both: Unavailable, with the reason the system gave.
  Result<void> write(std::span<std::byte const> bytes);
  Result<void> put_in_place();

 private:
  std::filesystem::path target_, temporary_;
  int fd_ = -1;
};

}  // namespace fenghuo::gis
