#pragma once

#include <mutex>
#include <shared_mutex>
#include <span>
#include <utility>

#include "core/domain/state.h"
#include "core/kernel/kernel.h"

namespace fenghuo::messaging {

/// The state that readers see: only what is durable. Its objects are immutable and shared, so a reader takes
/// the pointers it needs under the lock and works on without it.
/// Threads: any; changed by the writer alone.
class CommittedState {
 public:
  explicit CommittedState(domain::State state = {}) : state_{std::move(state)} {}

  /// Calls `read` with the state; keep it short, the writer waits meanwhile.
  template <class Read>
  auto read(Read read) const {
    std::shared_lock const lock{mutex_};
    return read(state_);
  }
  domain::State copy() const {
    std::shared_lock const lock{mutex_};
    return state_;
  }
  void apply(std::span<kernel::RecordedEvent const> events) {
    std::unique_lock const lock{mutex_};
    for (auto const& event : events) {
      kernel::apply(state_, event);
    }
  }

 private:
  mutable std::shared_mutex mutex_;
  domain::State state_;
};

}  // namespace fenghuo::messaging
