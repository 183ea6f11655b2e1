#include "messaging/tables/zip_parts.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace fenghuo::messaging {

namespace {

constexpr char const* kSaveAgain = "; open it in Excel or WPS and save it again as .xlsx";

Error refused(std::string const& what) { return {ErrorCode::InvalidArgument, what + kSaveAgain}; }

/// Parts are the same whose names differ in the case of letters only; some writers use \ for /.
std::string folded(std::string_view name) {
  std::string out{name};
  for (char& c : out) {
    c = c == '\\' ? '/' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

bool leads_out(std::string_view name) {
  return name.empty() || name.starts_with('/') || name.starts_with("../") ||
         name.find("/../") != std::string_view::npos || name.find(':') != std::string_view::npos;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t out = 0;
  for (int i = count; i-- > 0;) {
    out = (out << 8U) | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  }
  return out;
}

/// libzip reads the whole directory before it can be asked how long it is, so the records at the end of the file
/// are asked first: every one that it might take for the directory's.
bool directory_is_small(std::string_view tail, std::uint64_t most) {
  constexpr std::size_t kRecord = 22, kLocator64 = 20;
  for (std::size_t at = tail.find("PK\5\6"); at != std::string_view::npos;
       at = tail.find("PK\5\6", at + 1)) {
    if (tail.size() - at < kRecord) {
      break;
    }
    bool const zip64 = at >= kLocator64 && tail.substr(at - kLocator64, 4) == "PK\6\7";
    if (zip64 || std::max(little_endian(tail, at + 8, 2), little_endian(tail, at + 10, 2)) > most) {
      return false;
    }
  }
  return true;
}

/// Counts the places where an entry of the directory may begin. The record at the end does not tell enough: where it
/// says n entries, libzip takes n + 65,536 k for meant and reads them all, so only the entries themselves tell. Packed
/// bytes look like one once in 4 GiB; a workbook stored within the workbook adds its own, hence the slack.
class EntryCount {
 public:
  void add(std::string_view piece) {
    rest_ += piece;
    std::size_t at = 0;
    for (; (at = rest_.find(kSignature, at)) != std::string::npos; at += kSignature.size()) {
      ++count_;
    }
    // What is kept is shorter than a signature, so none counts twice.
    rest_.erase(0, rest_.size() - std::min(rest_.size(), kSignature.size() - 1));
  }
  bool more_than(std::uint64_t entries) const { return count_ > kSlack * entries; }

 private:
  static constexpr std::string_view kSignature{"PK\1\2"};
  static constexpr std::uint64_t kSlack = 4;
  std::string rest_;
  std::uint64_t count_ = 0;
};

constexpr std::size_t kPiece = 65'536;
constexpr std::size_t kTail = 22 + 20 + 65'535;

Error too_many_parts(TableLimits const& limits) {
  return refused("the file has more than " + std::to_string(limits.entries) + " parts");
}

Error too_large(TableLimits const& limits) {
  return {ErrorCode::InvalidArgument, "the file is larger than " +
                                          std::to_string(limits.file_bytes >> 20U) +
                                          " MiB; split it into several"};
}

Result<zip_t*> opened(zip_source_t* source) {
  zip_error_t error;
  zip_error_init(&error);
  zip_t* const archive =
      source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  std::string const why = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (archive == nullptr) {
    zip_source_free(source);
    return refused("the file is no complete workbook (" + why + ")");
  }
  return archive;
}

}  // namespace

void ZipParts::Closer::operator()(zip* archive) const { zip_discard(archive); }

Result<ZipParts> ZipParts::of_bytes(std::string_view bytes, TableLimits const& limits) {
  if (bytes.size() > limits.file_bytes) {
    return too_large(limits);
  }
  EntryCount entries;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    entries.add(bytes.substr(at, kPiece));
  }
  if (entries.more_than(limits.entries) ||
      !directory_is_small(bytes.substr(bytes.size() - std::min(bytes.size(), kTail)),
                          limits.entries)) {
    return too_many_parts(limits);
  }
  auto const archive = opened(zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr));
  if (!archive) {
    return archive.error();
  }
  ZipParts parts{*archive, limits};
  if (auto const listed = parts.list(); !listed) {
    return listed.error();
  }
  return parts;
}

Result<ZipParts> ZipParts::of_file(std::filesystem::path const& file, TableLimits const& limits) {
  std::ifstream in{file, std::ios::binary | std::ios::ate};
  if (!in) {
    return Error{ErrorCode::NotFound, "cannot read " + file.string() + "; check the name"};
  }
  auto const size = static_cast<std::uint64_t>(std::max<std::streamoff>(in.tellg(), 0));
  if (size > limits.file_bytes) {
    return too_large(limits);
  }
  in.seekg(static_cast<std::streamoff>(size - std::min<std::uint64_t>(size, kTail)));
  std::string const tail{std::istreambuf_iterator<char>{in}, {}};
  in.clear();
  in.seekg(0);
  EntryCount entries;
  for (std::string piece(kPiece, '\0'); in;) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    entries.add({piece.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (entries.more_than(limits.entries) || !directory_is_small(tail, limits.entries)) {
    return too_many_parts(limits);
  }
  auto const archive = opened(zip_source_file_create(file.c_str(), 0, -1, nullptr));
  if (!archive) {
    return archive.error();
  }
  ZipParts parts{*archive, limits};
  if (auto const listed = parts.list(); !listed) {
    return listed.error();
  }
  return parts;
}

Result<void> ZipParts::list() {
  zip_int64_t const count = zip_get_num_entries(archive_.get(), 0);
  if (count < 0 || static_cast<std::uint64_t>(count) > limits_.entries) {
    return too_many_parts(limits_);
  }
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) {
    char const* const raw = zip_get_name(archive_.get(), i, ZIP_FL_ENC_GUESS);
    std::string name = folded(raw == nullptr ? "" : raw);
    if (leads_out(name)) {
      return refused("the file has a part with a name that leads out of it");
    }
    if (!index_.emplace(std::move(name), i).second) {
      return refused("the file has two parts of one name");
    }
  }
  return {};
}

bool ZipParts::has(std::string_view name) const { return index_.contains(folded(name)); }

Result<void> ZipParts::read(std::string_view name,
                            std::function<bool(std::string_view)> const& take) {
  constexpr std::uint64_t kSmall = 1U << 20U;  // a part this small may be as dense as it likes
  auto const found = index_.find(folded(name));
  std::string const part{"the part " + std::string{name}};
  if (found == index_.end()) {
    return refused(part + " is missing");
  }
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat_index(archive_.get(), found->second, 0, &about) != 0) {
    return refused(part + " cannot be read");
  }
  if (about.encryption_method != ZIP_EM_NONE) {
    return refused(part + " is encrypted; take the password off first");
  }
  if (about.comp_method != ZIP_CM_STORE && about.comp_method != ZIP_CM_DEFLATE) {
    return refused(part + " is packed in an unusual way");
  }
  std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> const file{
      zip_fopen_index(archive_.get(), found->second, 0), zip_fclose};
  if (file == nullptr) {
    return refused(part + " cannot be read (" + zip_strerror(archive_.get()) + ")");
  }
  std::array<char, 32'768> piece;
  std::uint64_t size = 0;
  while (true) {
    zip_int64_t const got = zip_fread(file.get(), piece.data(), piece.size());
    if (got < 0) {
      return refused(part + " is damaged (" + zip_file_strerror(file.get()) + ")");
    }
    if (got == 0) {  // libzip has held size and checksum against what the file says
      return {};
    }
    size += static_cast<std::uint64_t>(got);
    unpacked_ += static_cast<std::uint64_t>(got);
    if (unpacked_ > limits_.unpacked_bytes) {
      return refused("the file unpacks to more than " +
                     std::to_string(limits_.unpacked_bytes >> 20U) + " MiB");
    }
    if (size > kSmall && size / limits_.ratio > about.comp_size) {
      return refused(part + " unpacks to more than " + std::to_string(limits_.ratio) +
                     " times its size");
    }
    if (!take({piece.data(), static_cast<std::size_t>(got)})) {
      return {};
    }
  }
}

}  // namespace fenghuo::messaging
