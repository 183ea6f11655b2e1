#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "core/base/random.h"
#include "messaging/storage/disk.h"
#include "tests/faults/simulated_file.h"

struct sqlite3_vfs;

namespace fenghuo::tests {

/// What goes wrong, and when.
struct DiskFault {
  enum class Kind {
    NoSpace,      ///< ENOSPC: writing, creating and renaming
    InputOutput,  ///< EIO: any call
    ShortWrite,   ///< half of a write gets through, then there is no space
    SyncKeeps,    ///< a sync fails, and what was not synced may still reach the disk
    SyncLoses     ///< a sync fails, and the system forgets that there is something to write
  };
  Kind kind = Kind::NoSpace;
  std::uint64_t at = 1;     ///< which of the calls that could fail this way
  bool persistent = false;  ///< every one from there on, until heal()
};

std::string_view text_of(DiskFault::Kind kind);

/// A disk in memory that fails and loses power when told to: the twin of system_disk(), for everything that
/// stands on that port, SQLite with its write-ahead log included (a VFS of its own). It knows for each file
/// and folder what is durable and what was done since, so it can show what a power cut may leave.
///
/// A process on it ends in one of three ways: it closes its files; kill(): it is gone, the system stays, all
/// that was written is there; power_cut(): only what was synced is sure. After the latter two every call
/// fails until restart(), so that what is left of the old process can be destroyed without writing.
///
/// Deterministic: chance comes from the Random that is handed in; SQLite's own from seed_sqlite().
/// Threads: one. Cost: creation and destruction a few microseconds. Every file must be closed before the
/// disk is destroyed.
/// Checked: tests/faults/simulated_disk_test.cc.
class SimulatedDisk final : public messaging::Disk {
 public:
  /// An empty disk that has these folders durably.
  explicit SimulatedDisk(std::set<std::string> const& folders = {"/data"});
  ~SimulatedDisk() override;

  bool exists(Path const& file) override;
  Result<void> remove(Path const& file) override;
  Result<void> rename(Path const& from, Path const& to) override;
  /// Nobody else is here.
  Result<void> hide(Path const& /*file*/) override { return {}; }
  Result<void> sync_file(Path const& file) override;
  Result<void> sync_folder(Path const& folder) override;
  Result<void> make_folder(Path const& folder) override;
  Result<std::vector<Path>> list(Path const& folder) override;
  Result<std::string> read(Path const& file) override;
  Result<void> write(Path const& file, std::string_view bytes) override;
  Result<std::unique_ptr<messaging::HeldLock>> lock(Path const& file) override;
  char const* vfs() const override { return name_.c_str(); }

  struct Counters {
    std::uint64_t opens = 0, reads = 0, writes = 0, syncs = 0, folder_changes = 0;
    std::uint64_t steps = 0;  ///< boundaries: after each change, before and after each sync
  };
  Counters const& counters() const { return counters_; }
  /// Called at each step. It may look at this disk and cut it into images, but not use it.
  std::function<void()> on_step;

  void fail(DiskFault fault);
  void heal();
  std::uint64_t injected() const { return injected_; }  ///< since fail()
  /// No file may grow beyond this sum of all sizes.
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
  void set_unlimited() { capacity_ = std::numeric_limits<std::uint64_t>::max(); }
  std::uint64_t used() const;
  /// Leaves out what PRAGMA synchronous=NORMAL leaves out: the sync of the log at a commit. (The log's
  /// header is still synced, and all of it before a checkpoint writes the database.)
  void omit_log_syncs(bool omit) { omit_log_syncs_ = omit; }
  /// Changes a byte of a file beneath everybody who reads it.
  void flip(Path const& file, std::size_t at);

  void kill();
  void power_cut(Random& random);
  void restart() { off_ = false; }
  /// Another disk with what a cut at this moment may leave; this one goes on.
  std::unique_ptr<SimulatedDisk> after_power_cut(Random& random) const;
  /// Another disk with what a kill at this moment leaves.
  std::unique_ptr<SimulatedDisk> after_kill() const;

  /// SQLite's own chance (the salts of its logs) from a seed, for the whole process.
  static void seed_sqlite(int seed);

  // For the VFS. -------------------------------------------------------------------------------
  enum class Call { Open, Read, Write, Sync, FolderChange };
  enum class Verdict { Well, NoSpace, InputOutput, ShortWrite, SyncKeeps, SyncLoses, Off };
  /// Counts a call and says what becomes of it.
  Verdict enter(Call call);
  void step();
  bool is_off() const { return off_; }
  std::uint64_t process() const { return process_; }
  SimulatedFolder* folder_of(std::string const& file);
  std::shared_ptr<SimulatedFile> find(std::string const& file);
  /// A new file, or null and why not.
  std::shared_ptr<SimulatedFile> create(std::string const& file, Verdict& verdict);
  Verdict write(SimulatedFile& file, std::size_t at, std::string_view bytes);
  Verdict truncate(SimulatedFile& file, std::size_t size);
  Verdict sync(SimulatedFile& file, SimulatedFolder* also);
  Verdict sync(SimulatedFolder& folder);
  bool has_room(std::uint64_t more) const;
  /// Makes durable what a left-out sync would have; before a checkpoint writes.
  void sync_omitted();
  bool omits_log_syncs() const { return omit_log_syncs_; }
  std::int64_t open_files = 0;

 private:
  struct LockTable {
    std::set<std::string> held;
  };
  class Lock;
  Error why(Verdict verdict, std::string_view doing, Path const& at) const;
  void end_process();

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, SimulatedFolder, std::less<>> folders_;
  std::shared_ptr<LockTable> locks_;
  Counters counters_;
  std::optional<DiskFault> fault_;
  std::uint64_t could_fail_ = 0;
  std::uint64_t injected_ = 0;
  std::uint64_t capacity_ = std::numeric_limits<std::uint64_t>::max();
  bool omit_log_syncs_ = false;
  bool off_ = false;
  bool in_step_ = false;
  std::uint64_t process_ = 1;
};

}  // namespace fenghuo::tests
