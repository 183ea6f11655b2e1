#include "messaging/journal/memory_journal.h"

#include <algorithm>
#include <set>
#include <utility>

namespace fenghuo::messaging {

Result<std::unique_ptr<MemoryJournal>> MemoryJournal::make(JournalIdentity identity) {
  auto chain = Chain::make(identity.algorithm, identity.stream);
  if (!chain) {
    return chain.error();
  }
  return std::unique_ptr<MemoryJournal>{
      new MemoryJournal{std::move(identity), std::move(chain).value()}};
}

MemoryJournal::MemoryJournal(JournalIdentity identity, Chain chain)
    : Journal{std::move(identity), std::move(chain), Head{0, 1, {}}} {}

AppendResult MemoryJournal::write(std::span<JournalRow const> rows, Head const& /*before*/) {
  std::scoped_lock const lock{mutex_};
  std::set<std::pair<std::string_view, int>> fresh;
  for (auto const& row : rows) {
    auto const known = rows_of_.find(row.command_id);
    bool const there = known != rows_of_.end() &&
                       std::any_of(known->second.begin(), known->second.end(),
                                   [&](std::size_t at) { return rows_[at].index == row.index; });
    if (there || !fresh.emplace(row.command_id, row.index).second) {
      return {AppendOutcome::NotWritten,
              "command " + row.command_id + " is in the journal already"};
    }
  }
  for (auto const& row : rows) {
    rows_of_[row.command_id].push_back(rows_.size());
    rows_.push_back(row);
  }
  return {};
}

Result<Head> MemoryJournal::read_head() {
  std::scoped_lock const lock{mutex_};
  return rows_.empty() ? Head{0, 1, {}} : Head{rows_.back().sequence, 1, rows_.back().hash};
}

Result<std::vector<JournalRow>> MemoryJournal::read(Sequence after, std::size_t most) {
  std::scoped_lock const lock{mutex_};
  auto const first = std::min(static_cast<std::size_t>(std::max<Sequence>(after, 0)), rows_.size());
  auto const count = std::min(most, rows_.size() - first);
  auto const begin = rows_.begin() + static_cast<std::ptrdiff_t>(first);
  return std::vector<JournalRow>(begin, begin + static_cast<std::ptrdiff_t>(count));
}

Result<std::vector<JournalRow>> MemoryJournal::find_command(std::string_view command_id) {
  std::scoped_lock const lock{mutex_};
  std::vector<JournalRow> found;
  if (auto const it = rows_of_.find(command_id); it != rows_of_.end()) {
    for (auto const at : it->second) {
      found.push_back(rows_[at]);
    }
  }
  return found;
}

Result<std::vector<bool>> MemoryJournal::known_commands(std::span<std::string_view const> ids) {
  std::scoped_lock const lock{mutex_};
  std::vector<bool> known;
  for (auto const id : ids) {
    known.push_back(rows_of_.contains(id));
  }
  return known;
}

}  // namespace fenghuo::messaging
