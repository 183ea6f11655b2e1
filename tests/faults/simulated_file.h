#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"

namespace fenghuo::tests {

/// How much of what was not synced a power cut leaves; one is drawn for each cut.
struct CutManner {
  enum class Kind {
    Nothing,  ///< only what was synced
    All,      ///< everything, as if it had been synced
    Prefix,   ///< the first so many writes of each file
    Writes,   ///< any of the writes
    Sectors,  ///< any sectors of any writes: torn, and in any order
    Shuffled  ///< as Sectors, and sectors that were under way may hold rubbish
  };
  Kind kind = Kind::Nothing;
  std::uint32_t keep_permille = 0;

  static CutManner draw(Random& random);
};

/// A file on a simulated disk: what a process reads from it, what is durable, and the writes in between.
/// Also what SQLite keeps with a file: locks and shared memory, which no cut survives.
class SimulatedFile {
 public:
  static constexpr std::size_t kSector = 512;

  std::string const& bytes() const { return now_; }
  std::string const& durable() const { return durable_; }
  bool dirty() const { return !pending_.empty(); }
  /// Whether bytes from there on were written since the last sync.
  bool dirty_from(std::size_t at) const;
  std::size_t pending() const { return pending_.size(); }

  void write(std::size_t at, std::string_view bytes);
  void truncate(std::size_t size);
  /// Makes the first `changes` since the last sync durable.
  void sync(std::size_t changes);
  void sync() { sync(pending_.size()); }
  /// What a system does whose sync failed and who then takes the pages for clean: readers still see them,
  /// later syncs have nothing to do, and a cut takes them away.
  void lose_pending() { pending_.clear(); }
  /// Changes a byte on the disk beneath everybody.
  void flip(std::size_t at);

  /// The file as a cut may leave it.
  std::shared_ptr<SimulatedFile> after_cut(CutManner manner, Random& random) const;
  /// The file as it is, for another disk.
  std::shared_ptr<SimulatedFile> copy() const;

  // SQLite's locks on the file, each by who holds it.
  int shared_locks = 0;
  void const* reserved = nullptr;
  void const* waiting = nullptr;
  void const* exclusive = nullptr;

  // SQLite's shared memory for the log of a database.
  static constexpr std::size_t kShmLocks = 8;
  std::vector<std::unique_ptr<std::byte[]>> shm;
  std::size_t shm_region_size = 0;
  int shm_users = 0;
  std::array<int, kShmLocks> shm_shared{};
  std::array<void const*, kShmLocks> shm_exclusive{};

  /// Until where the log would be synced already, had its syncs not been left out.
  std::size_t omitted_sync = 0;

 private:
  struct Change {
    bool truncation = false;
    std::size_t at = 0;  ///< or the new size
    std::string bytes;
  };
  static void apply(std::string& to, Change const& change);
  static void apply_torn(std::string& to, Change const& change, CutManner manner, Random& random);

  std::string now_, durable_;
  std::vector<Change> pending_;
};

/// A folder on a simulated disk: its names now, its names after a cut, and the changes in between.
class SimulatedFolder {
 public:
  using Names = std::map<std::string, std::shared_ptr<SimulatedFile>, std::less<>>;

  Names const& names() const { return now_; }
  std::shared_ptr<SimulatedFile> find(std::string_view name) const;
  void link(std::string const& name, std::shared_ptr<SimulatedFile> file);
  bool unlink(std::string const& name);
  bool rename(std::string const& from, std::string const& to);
  void sync();

  SimulatedFolder after_cut(CutManner manner, Random& random) const;
  SimulatedFolder copy() const;

  bool entry_durable = false;  ///< the folder's own name in its parent

 private:
  struct Change {
    enum class Kind { Link, Unlink, Rename };
    Kind kind = Kind::Link;
    std::string name, to;
    std::shared_ptr<SimulatedFile> file;
  };
  static void apply(Names& to, Change const& change);

  Names now_, durable_;
  std::vector<Change> pending_;
};

}  // namespace fenghuo::tests
