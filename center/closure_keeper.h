#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "center/roads.h"
#include "core/kernel/envelope.h"
#include "messaging/command_loop/committed_state.h"

namespace fenghuo::center {

/// The closures that are in force in a state, without some.
std::vector<gis::ClosureShape> shapes_in_force(domain::State const& state,
                                               std::set<ClosureId> const& without = {});

/// Keeps the roads at the closures of the committed state: told of events by the bus, it builds the new
/// metric on its own thread, so that neither the writer nor any reader waits for it.
/// Checked: tests/center/closure_keeper_test.cc, center_test.cc.
class ClosureKeeper {
 public:
  ClosureKeeper(Roads& roads, messaging::CommittedState const& committed);
  ~ClosureKeeper();
  ClosureKeeper(ClosureKeeper const&) = delete;
  ClosureKeeper& operator=(ClosureKeeper const&) = delete;

  /// For the bus. Without a thread the roads are brought up to date at once.
  void notice(std::span<kernel::RecordedEvent const> events);
  void start();
  void stop();

  /// The sequence whose closures are on the roads: travel answers are no younger than this.
  Sequence as_of() const;
  /// How many edges of the present map a closure falls on, 0 where it matches no road; nothing without a network.
  /// Worked out once.
  std::optional<std::size_t> edges_closed(domain::Closure const& closure) const;
  /// Closures in force or to come that match no road of the present map.
  std::vector<std::string> unmatched() const;

  /// Waits until the roads hold the closures of `sequence`; false after `timeout`.
  bool wait_for(Sequence sequence, Duration timeout);

 private:
  void bring_up_to_date();
  void run();

  Roads& roads_;
  messaging::CommittedState const& committed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Sequence seen_ = 0;    ///< last sequence heard of
  Sequence wanted_ = 0;  ///< last one that changed a closure
  Sequence applied_ =
      0;  ///< last one of whose state the closures are on the roads; never goes back
  bool threaded_ = false;
  bool stopping_ = false;
  std::thread thread_;

  mutable std::mutex matched_mutex_;
  mutable std::map<ClosureId, std::optional<std::size_t>> matched_;
};

}  // namespace fenghuo::center
