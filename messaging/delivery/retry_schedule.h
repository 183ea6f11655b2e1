#pragma once

#include <optional>
#include <string_view>

#include "core/base/units.h"
#include "messaging/delivery/bearer.h"

/// When a message is tried again, and when a gateway is left alone. Pure: no clock, no thread, no chance; the
/// same history gives the same times, also after a restart and at replay.
/// Checked: tests/messaging/retry_schedule_test.cc.
namespace fenghuo::messaging {

inline constexpr int kTries = 6;  ///< the first and five more

/// The moment from which the next try is due; nothing: given up, the message is dead.
///
/// After failure 1 to 5 wait 5 s, 30 s, 2 min, 10 min, 30 min, each longer by up to a fifth. How much comes from
/// the id and the number of failures, so that a crowd of messages that failed together does not come back
/// together. The last try is some 43 to 52 minutes after the first.
/// `retry_after` is what the gateway asked for: it can put the try off, up to 30 minutes, never bring it nearer.
/// In: failures >= 1, all of one message on one bearer. `failed_at` is the latest of them.
std::optional<Time> next_try(std::string_view id, int failures, Time failed_at,
                             std::optional<Duration> retry_after = std::nullopt);

enum class CircuitState { Closed, Open, HalfOpen };

/// A gateway's fuse: after five failures in a row it is left alone for 60 s, then one try goes through. If that
/// one fails it is left alone for 60 s more; any answer other than "later" closes it.
///
///   if (circuit.lets_through(now)) circuit.note(bearer.hand_over(message), later);
///
/// A message that waits for the circuit has not failed: it keeps its count. A time that goes back opens nothing
/// early. Threads: one.
class Circuit {
 public:
  static constexpr int kFailures = 5;
  static constexpr Duration kOpenFor = seconds(60);

  CircuitState state(Time now) const;
  /// Whether a try may start now. Half open it says so once, until that try is noted.
  bool lets_through(Time now);
  /// What became of a try that was let through. What never left the house (Never without an answer) says nothing
  /// about the gateway and counts for nothing.
  void note(Handover const& handover, Time at);
  int failures_in_a_row() const { return failures_; }
  /// While it is open: when it will be half open.
  std::optional<Time> half_open_at() const;

 private:
  int failures_ = 0;
  bool probing_ = false;
  Time failed_at_;
};

}  // namespace fenghuo::messaging
