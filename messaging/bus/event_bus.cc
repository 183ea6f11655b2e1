#include "messaging/bus/event_bus.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace fenghuo::messaging {

/// One durable subscriber with its thread.
class EventBus::Pump {
 public:
  Pump(Journal& journal, kernel::DurableSubscriber& subscriber)
      : journal_{journal}, subscriber_{subscriber} {
    status_.name = subscriber.name();
  }
  ~Pump() { stop(); }
  Pump(Pump const&) = delete;
  Pump& operator=(Pump const&) = delete;

  void start() {
    stopping_ = false;
    thread_ = std::thread{[this] { run(); }};
  }
  void stop() {
    {
      std::scoped_lock const lock{mutex_};
      stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  void notify() {
    {
      std::scoped_lock const lock{mutex_};
      news_ = true;
    }
    wake_.notify_all();
  }

  /// Hands over what is there. False after an error.
  bool drain() {
    auto position = subscriber_.position();
    if (!position) {
      return note(0, position.error().message);
    }
    while (true) {
      auto rows = journal_.read(*position, kChunk);
      if (!rows) {
        return note(*position, rows.error().message);
      }
      if (rows->empty()) {
        note(*position, "");
        return true;
      }
      std::vector<kernel::RecordedEvent> events;
      events.reserve(rows->size());
      for (auto const& row : *rows) {
        auto event = decode_row(row);
        if (!event) {
          return note(*position, event.error().message);
        }
        events.push_back(std::move(event).value());
      }
      if (auto const handled = subscriber_.handle(events); !handled) {
        return note(*position, handled.error().message);
      }
      position = events.back().sequence;
      note(*position, "");
      std::scoped_lock const lock{mutex_};
      if (stopping_) {
        return true;
      }
    }
  }

  SubscriberStatus status() const {
    std::scoped_lock const lock{mutex_};
    return status_;
  }

 private:
  static constexpr std::size_t kChunk = 500;

  bool note(Sequence position, std::string error) {
    std::scoped_lock const lock{mutex_};
    status_.position = std::max(status_.position, position);
    status_.last_error = std::move(error);
    return status_.last_error.empty();
  }

  void run() {
    using std::chrono::milliseconds;
    milliseconds const first{1'000};
    milliseconds const longest{30'000};
    milliseconds pause = first;
    while (true) {
      bool const well = drain();
      std::unique_lock lock{mutex_};
      if (well) {
        pause = first;
        wake_.wait(lock, [this] { return news_ || stopping_; });
      } else {
        wake_.wait_for(lock, pause, [this] { return stopping_; });
        pause = std::min(pause * 2, longest);
      }
      news_ = false;
      if (stopping_) {
        return;
      }
    }
  }

  Journal& journal_;
  kernel::DurableSubscriber& subscriber_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool news_ = false;
  bool stopping_ = false;
  SubscriberStatus status_;
  std::thread thread_;
};

EventBus::EventBus(Journal& journal) : journal_{journal} {}
EventBus::~EventBus() { stop(); }

void EventBus::listen(Listener listener) { listeners_.push_back(std::move(listener)); }

void EventBus::attach(kernel::DurableSubscriber& subscriber) {
  pumps_.push_back(std::make_unique<Pump>(journal_, subscriber));
}

void EventBus::publish(std::span<kernel::RecordedEvent const> events) {
  for (auto const& listener : listeners_) {
    listener(events);
  }
  for (auto const& pump : pumps_) {
    pump->notify();
  }
}

void EventBus::start() {
  for (auto const& pump : pumps_) {
    pump->start();
  }
}
void EventBus::stop() {
  for (auto const& pump : pumps_) {
    pump->stop();
  }
}
void EventBus::pump() {
  for (auto const& pump : pumps_) {
    pump->drain();
  }
}

std::vector<SubscriberStatus> EventBus::status() const {
  std::vector<SubscriberStatus> out;
  out.reserve(pumps_.size());
  for (auto const& pump : pumps_) {
    out.push_back(pump->status());
  }
  return out;
}

}  // namespace fenghuo::messaging
