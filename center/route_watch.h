#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>

#include "center/closure_keeper.h"
#include "center/dispatch_service.h"
#include "center/roads.h"
#include "core/kernel/envelope.h"
#include "messaging/command_loop/command_loop.h"
#include "messaging/command_loop/committed_state.h"

namespace fenghuo::center {

/// Watches over teams on their way: when a closure comes into force, whoever has acknowledged an order and would
/// have passed there is named, with the time it had left and the time it has now (core/domain/blocked_route.h).
///
/// Looked at: orders that are under way and older than the closure, at most kOrdersLookedAt for each group of
///            closures, the oldest first; a team's last position, else its home. Ways are compared as if the new
///            closures were not there; only a way that led over one of them and has become longer, or has gone,
///            counts. Without a network nothing is said.
/// Restart:   closures in force are looked at again; what was said is not said twice (the kernel knows).
/// Threads:   one of its own, so that neither the writer nor the roads wait; without threads, turn().
/// Checked:   tests/center/route_watch_test.cc, tests/outside/test_closures.py.
class RouteWatch {
 public:
  static constexpr std::size_t kOrdersLookedAt = 200;

  struct Doors {
    messaging::CommittedState const& committed;
    Roads const& roads;
    ClosureKeeper& closures;
    DispatchService const& dispatch;
    std::function<messaging::Outcome(messaging::Request)> carry_out;
  };
  explicit RouteWatch(Doors doors);
  ~RouteWatch();
  RouteWatch(RouteWatch const&) = delete;
  RouteWatch& operator=(RouteWatch const&) = delete;

  /// For the bus: remembers what came into force.
  void notice(std::span<kernel::RecordedEvent const> events);
  /// Looks at what has come since the last call. False if something could not be recorded: it is looked at again.
  bool turn();
  void start();
  void stop();
  /// Orders that were not looked at because there were too many.
  std::size_t passed_over() const;

 private:
  struct Case;
  bool look_at(Case const& one, Roads const& before);
  void run();

  Doors doors_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::set<ClosureId> fresh_;
  std::size_t passed_over_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fenghuo::center
