#include "server/http/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace fenghuo::server {

namespace fs = std::filesystem;

namespace {
constexpr std::string_view kPrefix = "upload-";
}  // namespace

SpooledBody::~SpooledBody() {
  room_->taken -= size_;
  ::close(file_);
  std::error_code gone;
  fs::remove(path_, gone);
}

Result<void> SpooledBody::write(std::string_view bytes) {
  size_ += bytes.size();
  if (room_->taken.fetch_add(bytes.size()) + bytes.size() > room_->most) {
    return Error{ErrorCode::Unavailable,
                 "too much is being sent in at once; try again, or raise upload_room_mb"};
  }
  while (!bytes.empty()) {
    ssize_t const written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return Error{ErrorCode::Unavailable,
                   fmt::format("cannot write to {}: {}; make room on that disk",
                               path_.parent_path().string(), std::strerror(errno))};
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<Spool> Spool::open(fs::path folder, std::uint64_t most) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  for (auto it = fs::directory_iterator{folder, error}; !error && it != fs::directory_iterator{};
       it.increment(error)) {
    if (it->path().filename().string().starts_with(kPrefix)) {
      fs::remove(it->path(), error);
    }
  }
  if (error) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot use the folder {} for uploads: {}; let it belong to the user "
                             "that the server runs as",
                             folder.string(), error.message())};
  }
  Spool spool{std::move(folder)};
  spool.room_->most = most;
  return spool;
}

Result<std::shared_ptr<SpooledBody>> Spool::begin() const {
  std::string name = (folder_ / (std::string{kPrefix} + "XXXXXX")).string();
  int const file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) {
    return Error{ErrorCode::Unavailable, fmt::format("cannot make a file in {}: {}",
                                                     folder_.string(), std::strerror(errno))};
  }
  return std::make_shared<SpooledBody>(file, name, room_);
}

}  // namespace fenghuo::server
