#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "messaging/journal/sqlite_journal.h"
#include "tests/faults/simulated_disk.h"

namespace fenghuo::tests {

constexpr char const* kJournalFile = "/data/journal.sqlite";

/// What somebody outside was told, and so may rely on, and what is under way.
struct Promise {
  Sequence acknowledged = 0;
  messaging::Digest hash{};  ///< of the last acknowledged row
  Sequence under_way = 0;    ///< last row of the group being written; else the same
  std::int64_t epoch = 0;    ///< of the last journal that was opened
};

/// What a process writes in a day, drawn from a seed: it makes a journal, appends groups of 1 to 20 rows,
/// and now and then closes the journal and opens it again.
class JournalWorkload {
 public:
  explicit JournalWorkload(std::uint64_t seed, int commands = 150);

  /// Runs on a disk, from where the promise stands, until the end or until the store refuses. The promise is
  /// right at every moment, for whoever looks from SimulatedDisk::on_step. Out: what the store refused with,
  /// empty at the end. `at_refusal` is called while the journal that refused is still open.
  std::string run(SimulatedDisk& disk, Promise& promise,
                  std::function<void()> const& at_refusal = {}) const;

  std::size_t rows() const { return rows_.size(); }
  messaging::LogUpkeep upkeep() const { return upkeep_; }

 private:
  std::string append_some(messaging::Journal& journal, Promise& promise) const;
  bool ends_at(Sequence sequence) const;  ///< whether the journal is closed there

  std::vector<messaging::JournalRow> rows_;
  std::vector<std::size_t> groups_;  ///< sequence of the last row of each
  std::vector<std::size_t> closes_;
  messaging::LogUpkeep upkeep_;
};

/// What is wrong with a journal that a disk was left with, measured against what was promised.
struct Finding {
  bool lost = false;    ///< acknowledged rows are gone, or an epoch could be given twice
  bool broken = false;  ///< chain, order or store do not verify
  bool half = false;    ///< a part of a group
  bool shut = false;    ///< it does not open
  std::string says;
  Sequence rows = 0;
  messaging::Digest last_hash{};

  bool good() const { return !lost && !broken && !half && !shut; }
};

/// So many images, and what was wrong with them.
struct Tally {
  std::uint64_t steps = 0, images = 0, again = 0, kills = 0;
  std::uint64_t lost = 0, broken = 0, half = 0, shut = 0;
  Sequence most_lost = 0;
  std::string first;  ///< what the first bad one says

  void add(Finding const& finding, Promise const& promise, std::string const& where = {});
  std::uint64_t bad() const { return lost + broken + half + shut; }
};

/// Opens the journal as a start would, and proves all of it.
Finding examine(SimulatedDisk& disk, Promise const& promise, messaging::LogUpkeep upkeep);

/// Examines a disk and cuts its power: while the journal is recovered, and after it was shown to others, who
/// may rely on all of it from then on.
void examine_and_cut_again(SimulatedDisk& disk, Promise const& promise, messaging::LogUpkeep upkeep,
                           Random& random, Tally& tally, std::string const& where = {});

}  // namespace fenghuo::tests
