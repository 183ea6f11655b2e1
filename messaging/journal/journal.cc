#include "messaging/journal/journal.h"

#include <fmt/format.h>

#include "core/base/ensure.h"

namespace fenghuo::messaging {

AppendResult Journal::append(std::span<JournalRow> rows) {
  if (rows.empty()) {
    return {};
  }
  Head after = head_;
  for (auto& row : rows) {
    ensure(row.sequence == after.sequence + 1, "rows continue the journal without a gap");
    row.epoch = head_.epoch;
    row.hash = chain_.hash_of(row, after.hash);
    after = {row.sequence, head_.epoch, row.hash};
  }
  AppendResult result = write(rows, head_);
  if (result.outcome == AppendOutcome::Written) {
    head_ = after;
  }
  return result;
}

Result<Head> Journal::reread_head() {
  auto head = read_head();
  if (head) {
    std::int64_t const epoch = head_.epoch;  // a writer keeps the epoch it opened with
    head_ = *head;
    head_.epoch = epoch;
  }
  return head;
}

Result<bool> Journal::has_command(std::string_view command_id) {
  auto const known = known_commands({&command_id, 1});
  if (!known) {
    return known.error();
  }
  return known->front();
}

std::string broken_row(JournalRow const& row, Chain const& chain, JournalRow const* before) {
  Digest const previous = before == nullptr ? Digest{} : before->hash;
  Sequence const expected = before == nullptr ? 1 : before->sequence + 1;
  if (row.sequence != expected) {
    return fmt::format("row {} is missing", expected);
  }
  if (chain.hash_of(row, previous) != row.hash) {
    return fmt::format("row {} was changed, or the one before it", row.sequence);
  }
  if (before != nullptr && (row.recorded_at < before->recorded_at || row.epoch < before->epoch)) {
    return fmt::format("row {}: time or epoch goes back", row.sequence);
  }
  if (auto const event = decode_row(row); !event) {
    return event.error().message;
  }
  return "";
}

Result<JournalCheck> check_journal(Journal& journal) {
  constexpr std::size_t kChunk = 1'000;
  auto chain = Chain::make(journal.identity().algorithm, journal.identity().stream);
  if (!chain) {
    return chain.error();
  }
  JournalCheck check;
  JournalRow last;
  Head head = journal.head();
  while (true) {
    auto rows = journal.read(last.sequence, kChunk);
    if (!rows && rows.error().code == ErrorCode::DataLoss) {
      check.broken = rows.error().message;
      return check;
    }
    if (!rows) {
      return rows.error();
    }
    if (rows->empty()) {
      // Another process may have written on meanwhile: then the head has moved too.
      auto const now = check.rows > head.sequence ? journal.reread_head() : Result<Head>{head};
      if (!now) {
        return now.error();
      }
      if (now->sequence == head.sequence || now->sequence <= check.rows) {
        head = *now;
        break;
      }
      head = *now;
      continue;
    }
    JournalRow const* before = check.rows == 0 ? nullptr : &last;
    for (auto const& row : *rows) {
      check.broken = broken_row(row, *chain, before);
      if (!check.broken.empty()) {
        return check;
      }
      before = &row;
      ++check.rows;
    }
    last = rows->back();
  }
  check.last_hash = last.hash;
  if (check.rows != head.sequence || last.hash != head.hash) {
    check.broken =
        fmt::format("the head says the journal ends at row {} with hash {}; it ends at {} with {}",
                    head.sequence, hex(head.hash), check.rows, hex(last.hash));
  }
  return check;
}

}  // namespace fenghuo::messaging
