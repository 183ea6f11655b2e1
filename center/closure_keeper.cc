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

std::vector<gis::ClosureShape> shapes_in_force(domain::State const& state,
                                               std::set<ClosureId> const& without) {
  std::vector<gis::ClosureShape> out;
  for (auto const& [id, closure] : state.closures) {
    if (closure->status == domain::ClosureStatus::Active && !without.contains(id)) {
      out.push_back(shape_of(*closure));
    }
  }
  return out;
}

ClosureKeeper::ClosureKeeper(Roads& roads, messaging::CommittedState const& committed)
    : roads_{roads}, committed_{committed} {
  bring_up_to_date();
}

ClosureKeeper::~ClosureKeeper() { stop(); }

void ClosureKeeper::bring_up_to_date() {
  auto const [sequence, shapes] = committed_.read([](domain::State const& state) {
    return std::pair{state.sequence, shapes_in_force(state)};
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

std::optional<std::size_t> ClosureKeeper::edges_closed(domain::Closure const& closure) const {
  constexpr std::size_t kMostKept = 20'000;
  {
    std::scoped_lock const lock{matched_mutex_};
    if (auto const known = matched_.find(closure.id); known != matched_.end()) {
      return known->second;
    }
  }
  auto const closed = roads_.closed_by(shape_of(closure));
  auto const edges = closed ? std::optional{closed->edges} : std::nullopt;
  std::scoped_lock const lock{matched_mutex_};
  if (matched_.size() >= kMostKept) {
    matched_.clear();
  }
  matched_[closure.id] = edges;
  return edges;
}

std::vector<std::string> ClosureKeeper::unmatched() const {
  std::vector<std::shared_ptr<domain::Closure const>> closures;
  committed_.read([&](domain::State const& state) {
    for (auto const& [id, closure] : state.closures) {
      if (closure->status == domain::ClosureStatus::Active ||
          closure->status == domain::ClosureStatus::Scheduled) {
        closures.push_back(closure);
      }
    }
    return 0;
  });
  std::vector<std::string> out;
  for (auto const& closure : closures) {
    if (edges_closed(*closure) == std::size_t{0}) {
      out.push_back(to_text(closure->id) +
                    (closure->facts.name.empty() ? "" : " " + closure->facts.name));
    }
  }
  return out;
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
