#include "messaging/sqlite/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace fenghuo::messaging {

FileLock::~FileLock() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Result<FileLock> FileLock::take(std::filesystem::path const& file) {
  FileLock lock;
  lock.fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.fd_ < 0) {
    return Error{
        ErrorCode::Unavailable,
        fmt::format("cannot write {}: {}; the data folder must exist and be writable for this user",
                    file.string(), std::strerror(errno))};
  }
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    char pid[32] = {};
    ssize_t const length = ::pread(lock.fd_, pid, sizeof pid - 1, 0);
    return Error{ErrorCode::Conflict,
                 fmt::format("another process ({}) serves the journal beside {}; stop it first",
                             length > 0 ? pid : "pid unknown", file.string())};
  }
  std::string const pid = std::to_string(::getpid());
  bool const told =
      ::ftruncate(lock.fd_, 0) == 0 && ::pwrite(lock.fd_, pid.data(), pid.size(), 0) > 0;
  if (!told) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot write {}: {}", file.string(), std::strerror(errno))};
  }
  return lock;
}

}  // namespace fenghuo::messaging
