#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/fields.h"

namespace fenghuo::server {

/// Classes of work, by what may wait and what may be refused when there is too much of it.
enum class WorkClass {
  Vital,   ///< reports, incidents, orders, receipts, closures: never refused
  SignIn,  ///< login and passwords, whose hashes are slow on purpose: apart, so that they hold up nothing vital
  Status,  ///< availability, positions, the feed, health
  Query,   ///< lists, objects, the map
  Bulk     ///< matrices, exports, the past: refused first
};
inline constexpr std::size_t kWorkClasses = 5;

/// A bounded queue and workers of its own for each class of work, so that no class waits for another: what is
/// vital finds its workers free whatever is asked for beside it. Workers of the lower classes are also nicer to
/// the processor.
///
/// Errors:  put() is false where the queue is full; the caller refuses.
/// Threads: any.
/// Checked: tests/server/work_queues_test.cc.
class WorkQueues {
 public:
  using Job = std::function<void()>;
  struct Lane {
    std::size_t workers = 1;
    std::size_t queue = 1;
    int nice = 0;
  };
  using Lanes = std::array<Lane, kWorkClasses>;  ///< by WorkClass

  explicit WorkQueues(Lanes const& lanes);
  ~WorkQueues();
  WorkQueues(WorkQueues const&) = delete;
  WorkQueues& operator=(WorkQueues const&) = delete;

  bool put(WorkClass work, Job job);
  /// Ends after what is being done; what still waits is dropped.
  void stop();

  std::size_t waiting(WorkClass work) const;
  /// How long the first of the queue has been waiting.
  std::chrono::microseconds oldest(WorkClass work) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Job job;
    Clock::time_point since;
  };
  struct Queue {
    mutable std::mutex mutex;
    std::condition_variable wake;
    std::deque<Waiting> jobs;
    std::size_t most = 1;
    bool open = true;
  };
  Queue& queue(WorkClass work) { return queues_[static_cast<std::size_t>(work)]; }
  Queue const& queue(WorkClass work) const { return queues_[static_cast<std::size_t>(work)]; }
  static void work_off(Queue& queue, int nice);

  std::array<Queue, kWorkClasses> queues_;
  std::vector<std::thread> workers_;
};

}  // namespace fenghuo::server

namespace fenghuo {
template <>
struct EnumNames<server::WorkClass> {
  static constexpr std::array<std::string_view, 5> kNames{"vital", "sign_in", "status", "query",
                                                          "bulk"};
};
}  // namespace fenghuo
