#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "messaging/command_loop/command_writer.h"

namespace fenghuo::messaging {

/// One bounded queue and one thread in front of the writer. Commands that wait together are made durable
/// together: the more load, the larger the groups, without any waiting when there is none.
///
/// Without a thread (open() instead of start()) what was submitted waits for work(): a whole centre then
/// runs on one thread, in groups all the same.
///
/// call():   waits for the outcome. submit(): the answer comes on the writer's thread; keep it short.
///           A full queue answers Unavailable at once, nothing is lost silently.
/// Threads:  any.
/// Checked:  tests/messaging/command_loop_test.cc.
class CommandLoop {
 public:
  static constexpr std::size_t kQueue = 4'096;
  static constexpr std::size_t kGroup = 128;  ///< beyond it latency grows and nothing is gained

  CommandLoop(CommandWriter& writer, std::function<Time()> now);
  ~CommandLoop();
  CommandLoop(CommandLoop const&) = delete;
  CommandLoop& operator=(CommandLoop const&) = delete;

  Outcome call(Request request);
  void submit(Request request, std::function<void(Outcome)> answer);

  void start();
  void open();
  /// Carries out what is queued, on the caller's thread.
  void work();
  /// Carries out what is queued, then ends the thread; later calls get Unavailable.
  void stop();

  std::size_t waiting() const;

 private:
  /// Commands in the order of their arrival; `answers[i]` belongs to `requests[i]`.
  struct Queue {
    std::vector<Request> requests;
    std::vector<std::function<void(Outcome)>> answers;
  };
  char const* take(Request& request, std::function<void(Outcome)>& answer);
  void run();
  void carry_out(Queue& taken);

  CommandWriter& writer_;
  std::function<Time()> now_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Queue queue_;
  std::size_t in_hand_ = 0;  ///< taken from the queue, their group not begun yet
  bool open_ = false;
  std::atomic<bool> threaded_{false};  ///< somebody else works; stays so after stop()
  std::thread thread_;
};

}  // namespace fenghuo::messaging
