#include "center/past.h"

#include <algorithm>

namespace fenghuo::center {

namespace {

/// Counts who is in a room; gives the place up at the end.
class Visitor {
 public:
  explicit Visitor(std::atomic<int>& count) : count_{count}, place_{count.fetch_add(1) + 1} {}
  ~Visitor() { count_.fetch_sub(1); }
  Visitor(Visitor const&) = delete;
  Visitor& operator=(Visitor const&) = delete;
  int place() const { return place_; }

 private:
  std::atomic<int>& count_;
  int place_;
};

}  // namespace

std::shared_ptr<domain::State const> Past::cached(Sequence sequence) {
  std::scoped_lock const lock{mutex_};
  auto const it = std::find_if(kept_.begin(), kept_.end(),
                               [&](auto const& state) { return state->sequence == sequence; });
  if (it == kept_.end()) {
    return nullptr;
  }
  kept_.splice(kept_.begin(), kept_, it);
  return kept_.front();
}

/// The state in the cache that lies nearest before.
std::shared_ptr<domain::State const> Past::nearest_kept(Sequence sequence) {
  std::scoped_lock const lock{mutex_};
  std::shared_ptr<domain::State const> nearest;
  for (auto const& state : kept_) {
    if (state->sequence <= sequence && (!nearest || state->sequence > nearest->sequence)) {
      nearest = state;
    }
  }
  return nearest;
}

Result<std::shared_ptr<domain::State const>> Past::make(Sequence sequence) {
  std::optional<domain::State> base;
  auto const kept = nearest_kept(sequence);
  // To read a snapshot costs as much as the rows of some days.
  bool const near = kept != nullptr && sequence - kept->sequence <= kNear;
  if (snapshots_ != nullptr && !near) {
    base = snapshots_->load(journal_, sequence);
  }
  if (kept != nullptr && (!base || kept->sequence > base->sequence)) {
    base = *kept;
  }
  domain::State from = std::move(base).value_or(domain::State{});
  if (sequence - from.sequence > kMostRows) {
    return Error{ErrorCode::Unavailable,
                 "that moment is too far from the next snapshot to be shown here; use fenghuo "
                 "journal replay --at"};
  }
  auto made = messaging::replay_from(std::move(from), journal_, sequence);
  if (!made) {
    return made.error();
  }
  auto state = std::make_shared<domain::State const>(std::move(made).value());
  std::scoped_lock const lock{mutex_};
  kept_.push_front(state);
  if (kept_.size() > kKept) {
    kept_.pop_back();
  }
  return state;
}

Result<std::shared_ptr<domain::State const>> Past::at(Sequence sequence) {
  Sequence const now = committed_.read([](domain::State const& state) { return state.sequence; });
  if (sequence < 0 || sequence > now) {
    return Error{ErrorCode::InvalidArgument, "the journal ends at " + std::to_string(now)};
  }
  if (auto known = cached(sequence)) {
    return known;
  }
  Visitor const visitor{waiting_};
  if (visitor.place() > kWaiting) {
    return Error{ErrorCode::Unavailable, "several others look into the past; ask again"};
  }
  std::scoped_lock const lock{making_};
  if (auto known = cached(sequence)) {
    return known;  // whoever was before asked for the same
  }
  return make(sequence);
}

Result<Sequence> Past::sequence_at(Time time) {
  auto const [now, last] = committed_.read([](domain::State const& state) {
    return std::pair{state.sequence, state.time};
  });
  if (time >= last) {
    return now;
  }
  // The time of the rows never goes back: the last one not after `time` lies in [low, high].
  Sequence low = 0;
  Sequence high = now;
  while (low < high) {
    Sequence const middle = low + (high - low + 1) / 2;
    auto const row = journal_.read(middle - 1, 1);
    if (!row) {
      return row.error();
    }
    if (row->empty()) {
      return Error{ErrorCode::DataLoss, "journal row " + std::to_string(middle) + " is missing"};
    }
    if (row->front().recorded_at <= time) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

}  // namespace fenghuo::center
