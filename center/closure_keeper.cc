#include "center/closure_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fenghuo::center {

namespace {

bool changes_roads(domain::Event const& event) {
  return std::holds_alternative<domain::RoadClosed>(event) ||
         std::holds_alternative<domain::ClosureBegan>(event) ||
         std::holds_alternative<domain::ClosureLifted>(event) ||
         std::holds_alternative<domain::ClosureExpired>(event);
}

}  // namespace

ClosureKeeper::ClosureKeeper(Roads& roads, messaging::CommittedState const& committed)
    : roads_{roads}, committed_{committed} {
  bring_up_to_date();
}

ClosureKeeper::~ClosureKeeper() { stop(); }

void ClosureKeeper::bring_up_to_date() {
  auto const [sequence, shapes] = committed_.read([](domain::State const& state) {
    std::vector<gis::ClosureShape> active;
    for (auto const& [id, closure] : state.closures) {
      if (closure->status == domain::ClosureStatus::Active) {
        active.push_back(shape_of(*closure));
      }
    }
    return std::pair{state.sequence, std::move(active)};
  });
  roads_.apply(shapes, sequence);
  std::scoped_lock const lock{mutex_};
  applied_ = std::max(applied_, sequence);
  if (wanted_ <= applied_) {  // what came meanwhile changed no closure
    applied_ = std::max(applied_, seen_);
  }
  changed_.notify_all();
}

void ClosureKeeper::notice(std::span<kernel::RecordedEvent const> events) {
  bool at_once = false;
  {
    std::scoped_lock const lock{mutex_};
    for (auto const& event : events) {
      seen_ = event.sequence;
      if (changes_roads(event.event)) {
        wanted_ = event.sequence;
      } else if (wanted_ <= applied_) {
        applied_ = std::max(applied_, event.sequence);
      }
    }
    at_once = !threaded_ && wanted_ > applied_;
  }
  if (at_once) {
    bring_up_to_date();
  }
  changed_.notify_all();
}

void ClosureKeeper::start() {
  std::scoped_lock const lock{mutex_};
  threaded_ = true;
  stopping_ = false;
  thread_ = std::thread{[this] { run(); }};
}

void ClosureKeeper::stop() {
  {
    std::scoped_lock const lock{mutex_};
    stopping_ = true;
    threaded_ = false;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void ClosureKeeper::run() {
  while (true) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return stopping_ || wanted_ > applied_; });
      if (stopping_) {
        return;
      }
    }
    bring_up_to_date();
  }
}

Sequence ClosureKeeper::as_of() const {
  std::scoped_lock const lock{mutex_};
  return applied_;
}

bool ClosureKeeper::wait_for(Sequence sequence, Duration timeout) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, std::chrono::microseconds{timeout.us},
                           [&] { return applied_ >= sequence; });
}

}  // namespace fenghuo::center
