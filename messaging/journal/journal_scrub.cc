#include "messaging/journal/journal_scrub.h"

#include <fmt/format.h>

#include <algorithm>

namespace fenghuo::messaging {

namespace {

constexpr std::int64_t kMinute = 60'000'000;
constexpr std::int64_t kMinutesOfADay = 1'440;
constexpr std::int64_t kLeastRowsAMinute = 2'000;

}  // namespace

JournalScrub::JournalScrub(Journal& journal, Chain chain)
    : journal_{journal}, chain_{std::move(chain)} {}

JournalScrub::JournalScrub(JournalScrub&& other) noexcept
    : journal_{other.journal_}, chain_{std::move(other.chain_)} {}

Result<JournalScrub> JournalScrub::make(Journal& journal) {
  auto chain = Chain::make(journal.identity().algorithm, journal.identity().stream);
  if (!chain) {
    return chain.error();
  }
  return JournalScrub{journal, std::move(chain).value()};
}

ScrubFigures JournalScrub::figures() const {
  std::scoped_lock const lock{mutex_};
  return figures_;
}

std::string JournalScrub::trouble() const {
  std::scoped_lock const lock{mutex_};
  return damage_.empty() ? unread_ : damage_;
}

/// Rows that may be looked at now. Time that went back, or far ahead, is no reason to hurry.
std::size_t JournalScrub::rows_due(Time now, Sequence durable) {
  std::int64_t const passed =
      last_turn_ ? std::clamp<std::int64_t>((now - *last_turn_).us, 0, kMinute) : 0;
  last_turn_ = now;
  std::int64_t const a_minute = std::max(kLeastRowsAMinute, durable / kMinutesOfADay + 1);
  credit_ = std::min(credit_ + passed * a_minute, a_minute * kMinute);
  auto const due = credit_ / kMinute;
  credit_ -= due * kMinute;
  return static_cast<std::size_t>(due);
}

void JournalScrub::look_at(std::vector<JournalRow> const& rows, std::vector<std::string>& found) {
  for (auto const& row : rows) {
    if (std::string broken = broken_row(row, chain_, before_ ? &*before_ : nullptr);
        !broken.empty()) {
      found.push_back(std::move(broken));
    }
    // What comes after a damaged row is proved too, as if that one were right.
    before_ = row;
  }
}

void JournalScrub::end_pass(Time now, Sequence durable, std::vector<std::string>& found) {
  Sequence const end = before_ ? before_->sequence : 0;
  if (end < durable) {
    found.push_back(fmt::format("the journal ends at row {}; row {} was there", end, durable));
  }
  bool const clean = clean_ && found.empty();
  std::scoped_lock const lock{mutex_};
  ++figures_.passes;
  figures_.last_pass = now;
  if (clean) {
    damage_.clear();
  }
  before_.reset();
}

std::vector<std::string> JournalScrub::turn(Time now, Sequence durable) {
  std::vector<std::string> found;
  std::size_t const due = rows_due(now, durable);
  if (due == 0) {
    return found;
  }
  auto const rows = journal_.read_afresh(before_ ? before_->sequence : 0, due);
  bool const damaged = !rows && rows.error().code == ErrorCode::DataLoss;
  if (rows) {
    look_at(*rows, found);
  } else if (damaged) {
    found.push_back(rows.error().message);
  }
  Sequence const at = before_ ? before_->sequence : 0;
  bool const ended = rows && rows->size() < due;
  if (ended) {
    end_pass(now, durable, found);
  }
  clean_ = ended || (clean_ && found.empty());
  if (damaged) {  // nobody knows how to go on behind it: from the beginning
    before_.reset();
    clean_ = true;
  }
  std::scoped_lock const lock{mutex_};
  figures_.rows += rows ? rows->size() : 0;
  figures_.found += found.size();
  figures_.at = ended || damaged ? 0 : at;
  unread_ = rows || damaged ? "" : "the journal cannot be proved: " + rows.error().message;
  if (!found.empty()) {
    damage_ = "the journal does not verify: " + found.front() +
              "; run `fenghuo journal verify`, then restore a backup";
  }
  return found;
}

}  // namespace fenghuo::messaging
