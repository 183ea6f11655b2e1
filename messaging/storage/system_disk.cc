#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "messaging/storage/disk.h"
#include "messaging/storage/file_lock.h"

namespace fenghuo::messaging {

namespace fs = std::filesystem;

namespace {

Error failed(std::string_view doing, fs::path const& at, std::string_view why) {
  return {ErrorCode::Unavailable, fmt::format("cannot {} {}: {}", doing, at.string(), why)};
}
Error failed(std::string_view doing, fs::path const& at, int number) {
  return failed(doing, at, std::strerror(number));
}

/// An open file that closes itself.
class Descriptor {
 public:
  Descriptor(fs::path const& file, int flags)
      : fd_{::open(file.c_str(), flags | O_CLOEXEC, 0666)} {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  bool good() const { return fd_ >= 0; }
  int number() const { return fd_; }

 private:
  int fd_;
};

Result<void> sync_path(fs::path const& path, int flags) {
  Descriptor const file{path, flags};
  if (!file.good() || ::fsync(file.number()) != 0) {
    return failed("sync", path, errno);
  }
  return {};
}

Result<void> write_synced(fs::path const& path, std::string_view bytes) {
  Descriptor const file{path, O_WRONLY | O_CREAT | O_TRUNC};
  if (!file.good()) {
    return failed("write", path, errno);
  }
  while (!bytes.empty()) {
    ssize_t const written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return failed("write", path, errno);
    }
    bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  if (::fsync(file.number()) != 0) {
    return failed("sync", path, errno);
  }
  return {};
}

class SystemDisk final : public Disk {
 public:
  bool exists(Path const& file) override {
    std::error_code error;
    return fs::exists(file, error);
  }

  Result<void> remove(Path const& file) override {
    std::error_code error;
    fs::remove(file, error);
    if (error) {
      return failed("remove", file, error.message());
    }
    return {};
  }

  Result<void> hide(Path const& file) override {
    std::error_code error;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);
    if (error) {
      return failed("hide from others", file, error.message());
    }
    return {};
  }

  Result<void> rename(Path const& from, Path const& to) override {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) {
      return failed("write", to, error.message());
    }
    return sync_folder(folder_of(to));
  }

  Result<void> sync_file(Path const& file) override { return sync_path(file, O_RDONLY); }
  Result<void> sync_folder(Path const& folder) override {
    return sync_path(folder, O_RDONLY | O_DIRECTORY);
  }

  Result<void> make_folder(Path const& folder) override {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
      return failed("make the folder", folder, error.message());
    }
    return {};
  }

  Result<std::vector<Path>> list(Path const& folder) override {
    std::vector<Path> files;
    std::error_code error;
    fs::directory_iterator entry{folder, error};
    if (error == std::errc::no_such_file_or_directory) {
      return Error{ErrorCode::NotFound, "there is no folder " + folder.string()};
    }
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
      files.push_back(entry->path());
    }
    if (error) {
      return failed("read the folder", folder, error.message());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  Result<std::string> read(Path const& path) override {
    Descriptor const file{path, O_RDONLY};
    if (!file.good() && errno == ENOENT) {
      return Error{ErrorCode::NotFound, "there is no file " + path.string()};
    }
    std::string bytes;
    char chunk[65'536];
    ssize_t got = file.good() ? 1 : -1;
    while (got > 0) {
      got = ::read(file.number(), chunk, sizeof chunk);
      bytes.append(chunk, got > 0 ? static_cast<std::size_t>(got) : 0U);
      got = got < 0 && errno == EINTR ? 1 : got;
    }
    if (got < 0) {
      return failed("read", path, errno);
    }
    return bytes;
  }

  Result<void> write(Path const& file, std::string_view bytes) override {
    Path const part = file.string() + ".part";
    auto written = write_synced(part, bytes);
    written = written ? rename(part, file) : written;
    if (!written) {
      (void)remove(part);  // on a full disk even a part of a file is in the way
    }
    return written;
  }

  Result<std::unique_ptr<HeldLock>> lock(Path const& file) override {
    auto taken = FileLock::take(file);
    if (!taken) {
      return taken.error();
    }
    return std::unique_ptr<HeldLock>{std::move(taken).value()};
  }

  char const* vfs() const override { return nullptr; }
};

}  // namespace

Disk& system_disk() {
  static SystemDisk disk;
  return disk;
}

}  // namespace fenghuo::messaging
