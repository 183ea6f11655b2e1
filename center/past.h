#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

#include "core/base/result.h"
#include "core/domain/state.h"
#include "messaging/command_loop/committed_state.h"
#include "messaging/journal/journal.h"
#include "messaging/journal/snapshots.h"

namespace fenghuo::center {

/// The state as it stood after any event of the journal, for `?at=`.
///
/// A moment is made from the nearest state before it (one in the cache, or a snapshot) and the rows
/// after that. Looking back must never hold up the present: one moment is made at a time, a few callers
/// wait for their turn, and what would take too many rows is refused.
///
/// sequence_at(): the last event recorded at or before a time; 0 before the first.
/// Errors:  InvalidArgument  a sequence that is still to come, or less than 0
///          Unavailable      too many are waiting, or too many rows would have to be read; the store
///          DataLoss         the journal is damaged on the way
/// Cost:    rows since the nearest snapshot, about 4 µs each, and what the snapshot takes to read; the cache holds kKept states.
/// Threads: any.
/// Checked: tests/center/past_test.cc against a replay from the beginning.
class Past {
 public:
  static constexpr std::size_t kKept = 4;
  static constexpr Sequence kMostRows = 500'000;
  static constexpr Sequence kNear = 20'000;  ///< rows that are read rather than a snapshot
  static constexpr int kWaiting = 2;  ///< the one who is served, and one more: workers are few

  Past(messaging::Journal& journal, messaging::Snapshots const* snapshots,
       messaging::CommittedState const& committed)
      : journal_{journal}, snapshots_{snapshots}, committed_{committed} {}

  Result<std::shared_ptr<domain::State const>> at(Sequence sequence);
  Result<Sequence> sequence_at(Time time);

 private:
  std::shared_ptr<domain::State const> cached(Sequence sequence);
  std::shared_ptr<domain::State const> nearest_kept(Sequence sequence);
  Result<std::shared_ptr<domain::State const>> make(Sequence sequence);

  messaging::Journal& journal_;
  messaging::Snapshots const* snapshots_;
  messaging::CommittedState const& committed_;
  std::atomic<int> waiting_{0};
  std::mutex making_;  ///< held while a moment is made
  std::mutex mutex_;
  std::list<std::shared_ptr<domain::State const>> kept_;  ///< the one asked for last in front
};

}  // namespace fenghuo::center
