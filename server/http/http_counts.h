#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "server/http/work_queues.h"

namespace fenghuo::server {

/// Where a connection stands.
enum class LineState { Idle, Header, Body, Waiting, Answering, Closing };
inline constexpr std::size_t kLineStates = 6;

/// Why a connection or a request was turned away before anybody worked on it.
enum class TurnedAway {
  Address,      ///< too many connections of one address
  Connections,  ///< too many connections altogether: this one had asked for nothing whole
  Memory,       ///< too many bytes in buffers
  HeaderTime,   ///< its header did not come in time
  RequestTime,  ///< the rest of it did not
  AnswerTime,   ///< it did not read its answer
  Form,         ///< 400, 413, 414, 417, 431
  FeedReaders   ///< too many readers of the feed
};
inline constexpr std::size_t kTurnedAway = 8;

/// What the porch counts. Written by its thread and the workers, read by whoever asks for metrics.
/// Threads: any. Checked: tests/outside/test_attack.py.
struct HttpCounts {
  using Counter = std::atomic<std::uint64_t>;
  std::array<Counter, kLineStates> lines{};
  std::array<Counter, kTurnedAway> turned_away{};
  struct OfClass {
    Counter taken{0}, shed{0}, waiting{0}, oldest_us{0};
  };
  std::array<OfClass, kWorkClasses> classes{};
  Counter request_bytes{0}, answer_bytes{0};

  void count(TurnedAway why) { ++turned_away[static_cast<std::size_t>(why)]; }
  OfClass& of(WorkClass work) { return classes[static_cast<std::size_t>(work)]; }

  /// In the text format of Prometheus.
  std::string metrics() const;
};

}  // namespace fenghuo::server
