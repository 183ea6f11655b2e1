#include "messaging/attachments/attachment_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

namespace fenghuo::messaging {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kAlgorithm = "sha256:";
constexpr std::size_t kHexDigits = 64;
constexpr std::string_view kIncoming = "incoming";

Error failed(std::string_view what, fs::path const& path, int error) {
  std::string_view const mend =
      error == ENOSPC || error == EDQUOT ? "; free space on that disk" : "";
  return {ErrorCode::Unavailable,
          fmt::format("cannot {} {}: {}{}", what, path.string(), std::strerror(error), mend)};
}

/// A descriptor that is closed at the end.
class Descriptor {
 public:
  Descriptor(fs::path const& path, int flags, mode_t mode = 0)
      : fd_{::open(path.c_str(), flags | O_CLOEXEC, mode)} {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  int get() const { return fd_; }
  bool good() const { return fd_ >= 0; }

 private:
  int fd_;
};

Result<void> write_all(fs::path const& file, std::string_view bytes) {
  Descriptor const out{file, O_WRONLY | O_CREAT | O_EXCL, 0600};
  if (!out.good()) {
    return failed("create", file, errno);
  }
  while (!bytes.empty()) {
    ssize_t const written = ::write(out.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return failed("write", file, errno);
    }
    bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return {};
}

Result<void> set_time(fs::path const& file, Time now) {
  timespec moment{};
  moment.tv_sec = static_cast<time_t>(now.us / 1'000'000);
  moment.tv_nsec = static_cast<long>(now.us % 1'000'000) * 1'000;
  std::array const times{moment, moment};
  if (::utimensat(AT_FDCWD, file.c_str(), times.data(), 0) != 0) {
    return failed("touch", file, errno);
  }
  return {};
}

std::optional<Time> time_of(fs::path const& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) {
    return std::nullopt;
  }
  return Time{std::int64_t{found.st_mtim.tv_sec} * 1'000'000 + found.st_mtim.tv_nsec / 1'000};
}

Result<void> make_folder(fs::path const& folder) {
  std::error_code error;
  bool const made = fs::create_directories(folder, error);
  if (error) {
    return failed("make the folder", folder, error.value());
  }
  if (made) {
    fs::permissions(folder, fs::perms::owner_all, error);
    if (auto const synced = sync_path(folder.parent_path()); !synced) {
      return synced;
    }
  }
  return {};
}

bool is_hex(std::string_view text) {
  return text.size() == kHexDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Removes a file that did not find its place.
struct Leftover {
  fs::path file;
  ~Leftover() {
    std::error_code ignored;
    fs::remove(file, ignored);
  }
};

}  // namespace

Result<void> sync_path(fs::path const& path) {
  Descriptor const opened{path.empty() ? fs::path{"."} : path, O_RDONLY};
  if (!opened.good() || ::fsync(opened.get()) != 0) {
    return failed("sync", path, errno);
  }
  return {};
}

Result<StoredFile> digest_of_file(fs::path const& file) {
  Descriptor const in{file, O_RDONLY};
  if (!in.good()) {
    return errno == ENOENT ? Error{ErrorCode::NotFound, "there is no file " + file.string()}
                           : failed("read", file, errno);
  }
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const hash{EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free};
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  StoredFile out;
  std::array<char, 65'536> piece{};
  while (true) {
    ssize_t const read = ::read(in.get(), piece.data(), piece.size());
    if (read == 0) {
      break;
    }
    if (read < 0) {
      if (errno == EINTR) {
        continue;
      }
      return failed("read", file, errno);
    }
    EVP_DigestUpdate(hash.get(), piece.data(), static_cast<std::size_t>(read));
    out.size += read;
  }
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr);
  out.digest = kAlgorithm;
  for (unsigned char const byte : digest) {
    out.digest += fmt::format("{:02x}", byte);
  }
  return out;
}

Result<void> AttachmentStore::prepare() {
  fs::path const incoming = folder_ / kIncoming;
  std::error_code error;
  fs::remove_all(incoming, error);
  if (error) {
    return failed("empty", incoming, error.value());
  }
  auto const made = make_folder(folder_);
  return made ? make_folder(incoming) : made;
}

fs::path AttachmentStore::incoming_file() {
  std::scoped_lock const lock{mutex_};
  return folder_ / kIncoming / std::to_string(++given_);
}

std::optional<fs::path> AttachmentStore::path_of(std::string_view digest) const {
  if (!digest.starts_with(kAlgorithm) || !is_hex(digest.substr(kAlgorithm.size()))) {
    return std::nullopt;
  }
  std::string_view const hex = digest.substr(kAlgorithm.size());
  return folder_ / hex.substr(0, 2) / hex;
}

Result<StoredFile> AttachmentStore::put(fs::path const& file, Time now) {
  Leftover source{file};
  std::error_code error;
  auto const size = fs::file_size(file, error);
  if (error || size == 0) {
    return Error{ErrorCode::InvalidArgument,
                 error ? "there is no file " + file.string() : "the file is empty"};
  }
  auto const space = fs::space(folder_, error);
  if (!error && space.available < static_cast<std::uintmax_t>(kDiskReserve) + size) {
    return Error{ErrorCode::Unavailable,
                 "the disk of " + folder_.string() +
                     " is nearly full, and the rest is kept for the journal; free space there"};
  }
  // Another disk is left first: a rename within one is all or nothing.
  Leftover const inside{incoming_file()};
  fs::rename(file, inside.file, error);
  if (error) {
    fs::copy_file(file, inside.file, error);
    if (error) {
      return failed("take in", file, error.value());
    }
  }
  auto stored = digest_of_file(inside.file);
  if (!stored) {
    return stored;
  }
  fs::path const place = *path_of(stored->digest);
  std::scoped_lock const lock{mutex_};
  fs::permissions(inside.file, fs::perms::owner_read | fs::perms::owner_write, error);
  for (auto const& done :
       {set_time(inside.file, now), sync_path(inside.file), make_folder(place.parent_path())}) {
    if (!done) {
      return done.error();
    }
  }
  if (::rename(inside.file.c_str(), place.c_str()) != 0) {
    return failed("put in place", place, errno);
  }
  if (auto const synced = sync_path(place.parent_path()); !synced) {
    return synced.error();
  }
  return stored;
}

Result<StoredFile> AttachmentStore::put_bytes(std::string_view bytes, Time now) {
  fs::path const file = incoming_file();
  if (auto const written = write_all(file, bytes); !written) {
    Leftover const half_written{file};
    return written.error();
  }
  return put(file, now);
}

Result<bool> AttachmentStore::claim(std::string_view digest, Time now) {
  auto const path = path_of(digest);
  if (!path) {
    return Error{ErrorCode::InvalidArgument,
                 "expected a digest as the upload gave it: sha256: and 64 hexadecimal digits"};
  }
  std::scoped_lock const lock{mutex_};
  std::error_code error;
  if (!fs::is_regular_file(*path, error)) {
    return false;
  }
  // A later time stays: what another has claimed is not given back.
  if (auto const until = time_of(*path); until && *until >= now) {
    return true;
  }
  if (auto const touched = set_time(*path, now); !touched) {
    return touched.error();
  }
  return true;
}

std::optional<std::int64_t> AttachmentStore::size_of(std::string_view digest) const {
  auto const path = path_of(digest);
  std::error_code error;
  auto const size = path ? fs::file_size(*path, error) : 0;
  return !path || error ? std::nullopt : std::optional{static_cast<std::int64_t>(size)};
}

std::string AttachmentStore::beginning(std::string_view digest, std::size_t most) const {
  auto const path = path_of(digest);
  std::string out(most, '\0');
  std::ifstream in;
  if (path) {
    in.open(*path, std::ios::binary);
    in.read(out.data(), static_cast<std::streamsize>(most));
  }
  out.resize(static_cast<std::size_t>(in.gcount()));
  return out;
}

std::string AttachmentStore::check(std::string_view digest) const {
  auto const path = path_of(digest);
  if (!path) {
    return "missing";
  }
  auto const found = digest_of_file(*path);
  if (!found) {
    return found.error().code == ErrorCode::NotFound ? "missing" : "changed";
  }
  return found->digest == digest ? "" : "changed";
}

std::vector<std::string> AttachmentStore::older_than(int shelf, Time moment) const {
  std::vector<std::string> out;
  std::error_code error;
  fs::directory_iterator it{folder_ / fmt::format("{:02x}", shelf), error};
  for (; !error && it != fs::directory_iterator{}; it.increment(error)) {
    std::string const name = it->path().filename().string();
    auto const touched = time_of(it->path());
    if (is_hex(name) && touched && *touched < moment) {
      out.push_back(std::string{kAlgorithm} + name);
    }
  }
  return out;
}

bool AttachmentStore::remove_if_older(std::string_view digest, Time moment) {
  auto const path = path_of(digest);
  std::scoped_lock const lock{mutex_};
  auto const touched = path ? time_of(*path) : std::nullopt;
  std::error_code error;
  return touched && *touched < moment && fs::remove(*path, error) && !error;
}

}  // namespace fenghuo::messaging
