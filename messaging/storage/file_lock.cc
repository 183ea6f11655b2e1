#include "messaging/storage/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace fenghuo::messaging {

FileLock::~FileLock() { ::close(fd_); }

Result<std::unique_ptr<FileLock>> FileLock::take(std::filesystem::path const& file) {
  int const fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Error{
        ErrorCode::Unavailable,
        fmt::format("cannot write {}: {}; the data folder must exist and be writable for this user",
                    file.string(), std::strerror(errno))};
  }
  std::unique_ptr<FileLock> lock{new FileLock{fd}};
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char pid[32] = {};
    ssize_t const length = ::pread(fd, pid, sizeof pid - 1, 0);
    return Error{ErrorCode::Conflict,
                 fmt::format("another process ({}) serves the journal beside {}; stop it first",
                             length > 0 ? pid : "pid unknown", file.string())};
  }
  std::string const pid = std::to_string(::getpid());
  bool const told = ::ftruncate(fd, 0) == 0 && ::pwrite(fd, pid.data(), pid.size(), 0) > 0;
  if (!told) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot write {}: {}", file.string(), std::strerror(errno))};
  }
  return lock;
}

}  // namespace fenghuo::messaging
