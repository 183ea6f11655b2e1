#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/kernel/envelope.h"
#include "core/kernel/subscriber.h"
#include "messaging/journal/journal.h"

namespace fenghuo::messaging {

/// How far a durable subscriber is, for the health page.
struct SubscriberStatus {
  std::string name;
  Sequence position = 0;
  std::string last_error;  ///< empty while all is well
};

/// The in-process bus: tells what became durable, in the order of the journal.
///
/// Listeners are called on the writer's thread as soon as events are durable; they must be quick (put it
/// in a queue, raise a flag) and see only what happens while they listen.
/// Durable subscribers get every event, also from before they were attached or while the process was
/// down: each reads the journal from its own position, on its own thread, and is tried again after an
/// error (1 s, doubling to 30 s), so that one that fails holds up nobody else.
///
/// Threads: listen and attach before start(); publish from one thread; the rest from any.
/// Checked: tests/messaging/event_bus_test.cc.
class EventBus {
 public:
  using Listener = std::function<void(std::span<kernel::RecordedEvent const>)>;

  explicit EventBus(Journal& journal);
  ~EventBus();
  EventBus(EventBus const&) = delete;
  EventBus& operator=(EventBus const&) = delete;

  void listen(Listener listener);
  /// The subscriber must outlive the bus.
  void attach(kernel::DurableSubscriber& subscriber);

  void publish(std::span<kernel::RecordedEvent const> events);

  /// Starts the threads of the durable subscribers. Without it, call pump().
  void start();
  void stop();
  /// Hands everything that is there to every durable subscriber, on this thread; an error is kept in
  /// status() and tried again at the next call.
  void pump();

  std::vector<SubscriberStatus> status() const;

 private:
  class Pump;
  Journal& journal_;
  std::vector<Listener> listeners_;
  std::vector<std::unique_ptr<Pump>> pumps_;
};

}  // namespace fenghuo::messaging
