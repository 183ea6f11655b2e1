#include "gis/region/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace fenghuo::gis {

namespace {

std::string reason() { return std::generic_category().message(errno); }

Error cannot_write(std::filesystem::path const& file) {
  return Error{ErrorCode::Unavailable, "cannot write " + file.string() + ": " + reason()};
}

}  // namespace

Result<MappedFile> MappedFile::open(std::filesystem::path const& file) {
  int const fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    bool const missing = errno == ENOENT || errno == ENOTDIR;
    return Error{missing ? ErrorCode::NotFound : ErrorCode::Unavailable,
                 "cannot open " + file.string() + ": " + reason()};
  }
  struct stat facts {};
  bool const known = ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  auto const size = known ? static_cast<std::size_t>(facts.st_size) : 0;
  void* const at = size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  std::string const why = reason();
  ::close(fd);
  if (known && size == 0) {
    return Error{ErrorCode::DataLoss,
                 file.string() + " is empty; build it again with `fenghuo region build`"};
  }
  if (at == MAP_FAILED) {  // NOLINT: a macro of the system
    return Error{ErrorCode::Unavailable, "cannot map " + file.string() + ": " + why};
  }
  return MappedFile{static_cast<std::byte const*>(at), size};
}

MappedFile::~MappedFile() {
  if (first_ != nullptr) {
    ::munmap(const_cast<std::byte*>(first_), size_);  // NOLINT: munmap takes no const
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : first_{std::exchange(other.first_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

ReplacedFile::ReplacedFile(std::filesystem::path target)
    : target_{std::move(target)},
      temporary_{target_.string() + ".part-" + std::to_string(::getpid())},
      fd_{::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)} {}

ReplacedFile::~ReplacedFile() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
  std::error_code ignored;
  if (!temporary_.empty()) {
    std::filesystem::remove(temporary_, ignored);
  }
}

Result<void> ReplacedFile::write(std::span<std::byte const> bytes) {
  while (fd_ >= 0 && !bytes.empty()) {
    ssize_t const written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return cannot_write(target_);
    }
    bytes = bytes.subspan(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return fd_ >= 0 ? Result<void>{} : Result<void>{cannot_write(target_)};
}

Result<void> ReplacedFile::put_in_place() {
  if (fd_ < 0 || ::fsync(fd_) != 0 || ::rename(temporary_.c_str(), target_.c_str()) != 0) {
    return cannot_write(target_);
  }
  temporary_.clear();
  // The rename itself is durable only when the folder is.
  int const folder = ::open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool const synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) {
    ::close(folder);
  }
  return synced ? Result<void>{} : Result<void>{cannot_write(target_)};
}

}  // namespace fenghuo::gis
