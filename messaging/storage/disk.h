#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace fenghuo::messaging {

/// A lock on a file, held while this lives; the system also releases it when the process ends.
class HeldLock {
 public:
  virtual ~HeldLock() = default;
  HeldLock() = default;
  HeldLock(HeldLock const&) = delete;
  HeldLock& operator=(HeldLock const&) = delete;
};

/// The disk, as far as files of ours stand on it: a port, so that tests can put one in place that fails and
/// loses power when they say so.
///
/// What "durable" means here: it survives a power cut, if the disk honours a flush.
/// Errors:  Unavailable, unless a function says more; the message names the file and the reason. A failed
///          sync leaves open what is durable and must not be taken back by a second one.
/// Threads: any (the real one).
/// Checked: tests/messaging/disk_test.cc; its simulated twin in tests/faults.
class Disk {
 public:
  using Path = std::filesystem::path;

  virtual ~Disk() = default;
  Disk() = default;
  Disk(Disk const&) = delete;
  Disk& operator=(Disk const&) = delete;

  virtual bool exists(Path const& file) = 0;
  /// A file that is not there counts as removed. Durable only after sync_folder.
  virtual Result<void> remove(Path const& file) = 0;
  /// Moves a file over another or to a new name in the same folder; durable when it returns.
  virtual Result<void> rename(Path const& from, Path const& to) = 0;
  /// Nobody but the owner may read it from now on.
  virtual Result<void> hide(Path const& file) = 0;
  virtual Result<void> sync_file(Path const& file) = 0;
  /// Makes what was created, renamed and removed in a folder durable.
  virtual Result<void> sync_folder(Path const& folder) = 0;
  /// With its parents; one that is there already is well.
  virtual Result<void> make_folder(Path const& folder) = 0;
  /// The files of a folder with their whole paths, by name. Errors: also NotFound.
  virtual Result<std::vector<Path>> list(Path const& folder) = 0;
  /// All bytes of a file. Errors: also NotFound.
  virtual Result<std::string> read(Path const& file) = 0;
  /// Puts a whole file in place, durably: under its name stands the old content or the new one, never a part
  /// of either (a temporary file beside it, synced, renamed; then the folder is synced).
  virtual Result<void> write(Path const& file, std::string_view bytes) = 0;
  /// Errors: Conflict when another process holds it (named by its pid), Unavailable.
  virtual Result<std::unique_ptr<HeldLock>> lock(Path const& file) = 0;
  /// Name of the SQLite VFS through which databases on this disk are opened; nullptr is the system's.
  virtual char const* vfs() const = 0;
};

/// The disk of the machine.
Disk& system_disk();

/// The folder in which a file stands; "." for a bare name.
std::filesystem::path folder_of(std::filesystem::path const& file);

/// Removes a database and what SQLite keeps beside it. Errors: as Disk::remove.
Result<void> remove_database(Disk& disk, std::filesystem::path const& file);

}  // namespace fenghuo::messaging
