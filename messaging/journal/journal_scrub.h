#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/units.h"
#include "messaging/journal/journal.h"

namespace fenghuo::messaging {

/// How far the proof of a journal is.
struct ScrubFigures {
  Sequence at = 0;                ///< last row of this pass that was looked at
  std::uint64_t rows = 0;         ///< looked at since the start, in all passes
  std::uint64_t passes = 0;       ///< whole ones
  std::optional<Time> last_pass;  ///< when the last whole one ended
  std::uint64_t found = 0;        ///< rows that do not verify, in all passes
};

/// Proves the whole chain of a journal over and over, a piece at a time, while others write: a start from a
/// snapshot reads few of the rows, and rows that nobody reads may rot.
///
/// At most 24 hours a pass: max(2000, rows / 1440) rows a minute, a minute's worth at once.
/// turn():  now on the centre's clock, and the last sequence that is durable for sure. Out: what was found
///          in this piece, one sentence each; what cannot be read for want of the store is not damage, and
///          tried again.
/// trouble(): what was found since the last pass that found nothing, or why a piece cannot be read, for people;
///          empty while all is well.
/// Cost:    some microseconds a row; nothing where no row is due yet.
/// Threads: turn from one; figures and trouble from any.
/// Checked: tests/messaging/journal_scrub_test.cc, tests/messaging/journal_scrub_test.cc.
class JournalScrub {
 public:
  /// Errors: as Chain::make.
  static Result<JournalScrub> make(Journal& journal);
  JournalScrub(JournalScrub&& other) noexcept;

  std::vector<std::string> turn(Time now, Sequence durable);
  ScrubFigures figures() const;
  std::string trouble() const;

 private:
  JournalScrub(Journal& journal, Chain chain);
  std::size_t rows_due(Time now, Sequence durable);
  void look_at(std::vector<JournalRow> const& rows, std::vector<std::string>& found);
  void end_pass(Time now, Sequence durable, std::vector<std::string>& found);

  Journal& journal_;
  Chain chain_;
  std::optional<Time> last_turn_;
  std::int64_t credit_ = 0;           ///< in rows * microseconds, of a minute
  std::optional<JournalRow> before_;  ///< the row before the next piece
  bool clean_ = true;                 ///< this pass so far

  mutable std::mutex mutex_;
  ScrubFigures figures_;
  std::string damage_;  ///< stands until a pass finds nothing
  std::string unread_;  ///< of the last piece
};

}  // namespace fenghuo::messaging
