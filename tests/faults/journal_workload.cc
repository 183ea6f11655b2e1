#include "tests/faults/journal_workload.h"

#include <algorithm>

#include "tests/messaging/journal_rows.h"

namespace fenghuo::tests {

using messaging::AppendOutcome;
using messaging::SqliteJournal;

JournalWorkload::JournalWorkload(std::uint64_t seed, int commands)
    : rows_{random_rows(seed, commands)} {
  Random random{seed ^ 0x51'0B'AD'5EULL};
  while (groups_.empty() || groups_.back() < rows_.size()) {
    std::size_t const from = groups_.empty() ? 0 : groups_.back();
    // Mostly small ones, as most moments of a centre are.
    auto const most = random.chance(700) ? 4 : 20;
    auto const size = static_cast<std::size_t>(random.between(1, most));
    groups_.push_back(std::min(from + size, rows_.size()));
    if (random.chance(80)) {
      closes_.push_back(groups_.back());
    }
  }
  upkeep_.checkpoint_pages = random.between(8, 60);
  if (random.chance(300)) {
    upkeep_.truncate_bytes = random.between(50'000, 200'000);
  }
}

bool JournalWorkload::ends_at(Sequence sequence) const {
  return std::binary_search(closes_.begin(), closes_.end(), static_cast<std::size_t>(sequence));
}

std::string JournalWorkload::append_some(messaging::Journal& journal, Promise& promise) const {
  do {
    auto const first = static_cast<std::size_t>(promise.acknowledged);
    // After an unknown outcome a process may stand in the middle of nothing but at the end of a group.
    auto const last = *std::upper_bound(groups_.begin(), groups_.end(), first);
    std::vector<messaging::JournalRow> group{rows_.begin() + static_cast<std::ptrdiff_t>(first),
                                             rows_.begin() + static_cast<std::ptrdiff_t>(last)};
    promise.under_way = static_cast<Sequence>(last);
    auto const result = journal.append(group);
    if (result.outcome == AppendOutcome::NotWritten) {
      promise.under_way = promise.acknowledged;
    }
    if (result.outcome == AppendOutcome::Unknown) {
      auto const head = journal.reread_head();
      if (head && head->sequence == promise.acknowledged) {
        promise.under_way = promise.acknowledged;
      } else if (head && head->sequence == promise.under_way) {
        promise.acknowledged = head->sequence;
        promise.hash = head->hash;
      }
    }
    if (result.outcome != AppendOutcome::Written) {
      return "append: " + result.message;
    }
    promise.acknowledged = promise.under_way;
    promise.hash = group.back().hash;
  } while (static_cast<std::size_t>(promise.acknowledged) < rows_.size() &&
           !ends_at(promise.acknowledged));
  return {};
}

std::string JournalWorkload::run(SimulatedDisk& disk, Promise& promise,
                                 std::function<void()> const& at_refusal) const {
  while (static_cast<std::size_t>(promise.acknowledged) < rows_.size()) {
    auto journal = SqliteJournal::open(kJournalFile, {}, disk, upkeep_);
    if (!journal) {
      return "open: " + journal.error().message;
    }
    promise.epoch = (*journal)->head().epoch;
    if ((*journal)->head().sequence > promise.acknowledged) {
      // A group whose outcome the process before did not live to hear.
      promise.acknowledged = promise.under_way = (*journal)->head().sequence;
      promise.hash = (*journal)->head().hash;
      continue;
    }
    if (auto refused = append_some(**journal, promise); !refused.empty()) {
      if (at_refusal) {
        at_refusal();
      }
      return refused;
    }
  }
  return {};
}

namespace {

std::string proves(SqliteJournal& journal, Finding& finding) {
  auto const check = messaging::check_journal(journal);
  if (!check || !check->broken.empty()) {
    return check ? check->broken : check.error().message;
  }
  finding.rows = check->rows;
  finding.last_hash = check->last_hash;
  auto const store = journal.check_store();
  return store ? *store : store.error().message;
}

/// Whether the row with this sequence has this hash.
bool has_row(SqliteJournal& journal, Sequence sequence, messaging::Digest const& hash) {
  auto const rows = journal.read(sequence - 1, 1);
  return rows && !rows->empty() && rows->front().sequence == sequence && rows->front().hash == hash;
}

}  // namespace

Finding examine(SimulatedDisk& disk, Promise const& promise, messaging::LogUpkeep upkeep) {
  Finding finding;
  auto const journal = SqliteJournal::open(kJournalFile, {}, disk, upkeep);
  if (!journal) {
    finding.shut = true;
    finding.says = journal.error().message;
    return finding;
  }
  finding.says = proves(**journal, finding);
  finding.broken = !finding.says.empty();
  if (finding.broken) {
    return finding;
  }
  bool const there =
      promise.acknowledged == 0 || has_row(**journal, promise.acknowledged, promise.hash);
  finding.lost = !there || (*journal)->head().epoch <= promise.epoch;
  finding.half =
      !finding.lost && finding.rows != promise.acknowledged && finding.rows != promise.under_way;
  if (!finding.good()) {
    finding.says =
        std::to_string(finding.rows) + " rows of " + std::to_string(promise.acknowledged) +
        " acknowledged and " + std::to_string(promise.under_way) + " under way; epoch " +
        std::to_string((*journal)->head().epoch) + " after " + std::to_string(promise.epoch);
  }
  return finding;
}

void Tally::add(Finding const& finding, Promise const& promise, std::string const& where) {
  lost += finding.lost ? 1U : 0U;
  broken += finding.broken ? 1U : 0U;
  half += finding.half ? 1U : 0U;
  shut += finding.shut ? 1U : 0U;
  if (finding.lost) {
    most_lost = std::max(most_lost, promise.acknowledged - finding.rows);
  }
  if (!finding.good() && first.empty()) {
    first = (where.empty() ? "at boundary " + std::to_string(steps) : where) + ": " + finding.says;
  }
}

void examine_and_cut_again(SimulatedDisk& disk, Promise const& promise, messaging::LogUpkeep upkeep,
                           Random& random, Tally& tally, std::string const& where) {
  std::unique_ptr<SimulatedDisk> during;
  std::uint64_t const at = disk.counters().steps + 1 + random.below(30);
  disk.on_step = [&] {
    if (during == nullptr && disk.counters().steps >= at) {
      during = disk.after_power_cut(random);
    }
  };
  Finding const shown = examine(disk, promise, upkeep);
  disk.on_step = nullptr;
  tally.add(shown, promise, where);
  if (during != nullptr) {
    ++tally.again;
    tally.add(examine(*during, promise, upkeep), promise, where + " (cut while it was recovered)");
  }
  if (shown.good()) {
    ++tally.again;
    auto const after = disk.after_power_cut(random);
    Promise const now{shown.rows, shown.last_hash, shown.rows, promise.epoch + 1};
    tally.add(examine(*after, now, upkeep), now, where + " (cut after it was recovered)");
  }
}

}  // namespace fenghuo::tests
