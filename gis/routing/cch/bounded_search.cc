#include "gis/routing/cch/bounded_search.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace fenghuo::gis::cch {

BoundedSearch::BoundedSearch(Hierarchy const& hierarchy)
    : first_(hierarchy.rank_count() + std::size_t{1}, 0), states_(hierarchy.rank_count()) {
  auto const each_road = [&](auto&& f) {
    for (Rank r = 0; r < hierarchy.rank_count(); ++r) {
      for (Road const road : hierarchy.roads_of(r)) {
        NodeId const from = hierarchy.edge_from[edge_of(road.upward)];
        NodeId const to = hierarchy.edge_to[edge_of(road.upward)];
        f(r, hierarchy.rank_of[is_backward(road.upward) ? from : to], road.upward);
      }
    }
  };
  each_road([&](Rank low, Rank high, ArcId /*arc*/) {
    ++first_[low + 1];
    ++first_[high + 1];
  });
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  links_.resize(first_.back());
  std::vector<std::uint32_t> place(first_.begin(), first_.end() - 1);
  each_road([&](Rank low, Rank high, ArcId arc) {
    links_[place[low]++] = {high, arc};
    links_[place[high]++] = {low, opposite(arc)};
  });
}

void BoundedSearch::start(std::span<End const> ends) {
  if (round_ == std::numeric_limits<std::uint32_t>::max()) {
    std::fill(states_.begin(), states_.end(), State{});
    round_ = 0;
  }
  ++round_;
  heap_.clear();
  for (End const end : ends) {
    offer(end.rank, end.ms);
  }
}

void BoundedSearch::offer(Rank rank, Weight ms) {
  State& state = states_[rank];
  if (ms >= kClosed || (state.round == round_ && state.ms <= ms)) {
    return;
  }
  state = {round_, ms};
  // Upward from the end of the heap.
  Key const fresh = Key{ms} << 32U | rank;
  std::size_t at = heap_.size();
  heap_.push_back(fresh);
  while (at > 0 && fresh < heap_[(at - 1) / 4]) {
    heap_[at] = heap_[(at - 1) / 4];
    at = (at - 1) / 4;
  }
  heap_[at] = fresh;
}

/// The nearest node that has not been left yet. A node stands in the heap once for every time it was offered a
/// better way; only the last of them is true.
bool BoundedSearch::next(Entry& top) {
  while (!heap_.empty()) {
    Key const first = heap_.front();
    top = {static_cast<Weight>(first >> 32U), static_cast<Rank>(first)};
    Key const last = heap_.back();
    heap_.pop_back();
    std::size_t const size = heap_.size();
    std::size_t at = 0;
    while (at * 4 + 1 < size) {
      std::size_t const end = std::min(at * 4 + 5, size);
      std::size_t least = at * 4 + 1;
      for (std::size_t child = least + 1; child < end; ++child) {
        least = heap_[child] < heap_[least] ? child : least;
      }
      if (last <= heap_[least]) {
        break;
      }
      heap_[at] = heap_[least];
      at = least;
    }
    if (size > 0) {
      heap_[at] = last;
    }
    if (states_[top.rank].ms == top.ms) {
      return true;
    }
  }
  return false;
}

void BoundedSearch::relax(RoadWeights const& road_weights, Way way, Entry const& from) {
  for (std::uint32_t i = first_[from.rank]; i < first_[from.rank + 1]; ++i) {
    Link const link = links_[i];
    Weight const weight = road_weights[way == Way::Leaving ? link.arc : opposite(link.arc)];
    offer(link.head, weight >= kClosed ? kClosed : from.ms + weight);
  }
}

}  // namespace fenghuo::gis::cch
