#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"

namespace fenghuo::messaging {

/// What a stored file is known by: "sha256:" and 64 hexadecimal digits, and its size in bytes.
struct StoredFile {
  std::string digest;
  std::int64_t size = 0;
};

/// Files by their content, `<folder>/ab/<hex of sha256>`, each written once and never changed. A file is
/// durable (synced, renamed into place, its folder synced) before put() answers, so that a command that names
/// it can be trusted. Files that no event names stay for a while and are swept then.
///
/// prepare(): makes the folder (for its owner alone) and removes what a crash left half written. Only for the one
///            who serves.
/// put():     takes a file, which is gone from where it was, or bytes. What lies there already under the digest
///            is replaced by the same bytes: that mends a damaged one.
/// claim():   false where there is no such file; else it is kept for another kSweptAfter, so that it cannot be
///            swept between the check and the event that names it.
/// check():   reads it all: "" if the content has the digest, else "missing" or "changed".
/// Errors:    InvalidArgument  no digest of ours; an empty file
///            Unavailable      the disk is full, nearly full (kDiskReserve is left for the journal), or fails
/// Cost:      about 2 ms a file and 300 MB/s; memory of 64 KiB.
/// Threads:   any.
/// Checked:   tests/messaging/attachment_store_test.cc.
class AttachmentStore {
 public:
  static constexpr Duration kSweptAfter = hours(24);
  static constexpr std::int64_t kDiskReserve = std::int64_t{256} << 20;
  static constexpr int kShelves = 256;

  explicit AttachmentStore(std::filesystem::path folder) : folder_{std::move(folder)} {}

  Result<void> prepare();
  /// A name nobody uses yet, beside the files: what is written there can be put() without a copy.
  std::filesystem::path incoming_file();
  Result<StoredFile> put(std::filesystem::path const& file, Time now);
  Result<StoredFile> put_bytes(std::string_view bytes, Time now);

  Result<bool> claim(std::string_view digest, Time now);
  std::optional<std::int64_t> size_of(std::string_view digest) const;
  /// Where a file lies; nothing for what is no digest of ours.
  std::optional<std::filesystem::path> path_of(std::string_view digest) const;
  /// The first bytes, at most `most`; empty where there is no such file.
  std::string beginning(std::string_view digest, std::size_t most) const;
  std::string check(std::string_view digest) const;

  /// Digests on one of the shelves 0 … 255 that were put or claimed before a moment.
  std::vector<std::string> older_than(int shelf, Time moment) const;
  /// Removes a file unless it was put or claimed since. False: it stays.
  bool remove_if_older(std::string_view digest, Time moment);

  std::filesystem::path const& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;  ///< held while a file comes to be, is claimed or goes
  std::uint64_t given_ = 0;
};

/// The digest of a file's content, and its size. Errors: NotFound, Unavailable.
Result<StoredFile> digest_of_file(std::filesystem::path const& file);

/// Makes the contents of a file or folder durable. Errors: Unavailable.
Result<void> sync_path(std::filesystem::path const& path);

}  // namespace fenghuo::messaging
