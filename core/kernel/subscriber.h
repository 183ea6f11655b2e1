#pragma once

#include <span>
#include <string_view>

#include "core/base/result.h"
#include "core/kernel/envelope.h"

namespace fenghuo::kernel {

/// A reader of the journal that keeps its own place: it gets every event once in order, also those that
/// were written while it was away. It lives in core so that rooms which do not know each other can meet.
///
/// handle() may be given an event again after a crash (it must not matter): keep the sequence together
/// with what was made of it.
/// Threads: calls come from one thread, one at a time.
class DurableSubscriber {
 public:
  virtual ~DurableSubscriber() = default;
  virtual std::string_view name() const = 0;
  /// The last sequence that is durably handled; 0 for a new subscriber.
  virtual Result<Sequence> position() = 0;
  /// Handles events in order and makes its new position durable. An error leaves the position where it
  /// was; the bus tries again.
  virtual Result<void> handle(std::span<RecordedEvent const> events) = 0;
};

}  // namespace fenghuo::kernel
