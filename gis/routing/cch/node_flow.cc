#include "gis/routing/cch/node_flow.h"

#include <algorithm>

#include "core/base/ensure.h"

namespace fenghuo::gis::cch {

NodeFlow::NodeFlow(CellGraph const& graph)
    : graph_{graph},
      is_source_(graph.size(), 0),
      is_target_(graph.size(), 0),
      before_(graph.size(), kNone),
      after_(graph.size(), kNone),
      level_(std::size_t{graph.size()} * 2, kNone),
      tried_(std::size_t{graph.size()} * 2, 0) {}

/// Paths shall begin at the last source that they pass and end at the first target: what lies before and
/// behind is given back.
void NodeFlow::trim() {
  for (std::uint32_t const node : sources_) {
    while (before_[node] < kEnd) {
      std::uint32_t const behind = before_[node];
      before_[node] = before_[behind];
      before_[behind] = after_[behind] = kNone;
    }
  }
  for (std::uint32_t const node : targets_) {
    while (after_[node] < kEnd) {
      std::uint32_t const ahead = after_[node];
      after_[node] = after_[ahead];
      before_[ahead] = after_[ahead] = kNone;
    }
  }
  find_rim(rim_);
  turn_round();
  find_rim(rim_);
  turn_round();
}

/// The sources from which a path can leave the group. The others lead to no place that these do not.
void NodeFlow::find_rim(std::vector<std::uint32_t>& rim) {
  rim.clear();
  std::copy_if(sources_.begin(), sources_.end(), std::back_inserter(rim), [&](std::uint32_t node) {
    auto const neighbours = graph_.neighbours(node);
    return is_target_[node] || std::any_of(neighbours.begin(), neighbours.end(),
                                           [&](std::uint32_t n) { return !is_source_[n]; });
  });
}

bool NodeFlow::measure() {
  std::fill(level_.begin(), level_.end(), kNone);
  queue_.clear();
  auto const reach = [&](std::uint32_t place, std::uint32_t level) {
    if (level_[place] == kNone) {
      level_[place] = level;
      queue_.push_back(place);
    }
  };
  for (std::uint32_t const node : sources_) {
    level_[entrance(node)] = 0;
  }
  for (std::uint32_t const node : rim_) {
    if (before_[node] != kEnd) {
      queue_.push_back(entrance(node));
    }
  }
  std::uint32_t nearest_target = kNone;
  for (std::size_t next = 0; next < queue_.size(); ++next) {
    std::uint32_t const place = queue_[next];
    std::uint32_t const node = place / 2;
    std::uint32_t const level = level_[place] + 1;
    if (level > nearest_target) {
      break;
    }
    if (place == entrance(node)) {
      if (before_[node] == kNone) {
        reach(exit(node), level);
      } else if (before_[node] != kEnd) {
        reach(exit(before_[node]), level);
      }
      continue;
    }
    if (is_target_[node] && after_[node] != kEnd) {
      nearest_target = std::min(nearest_target, level);
      continue;
    }
    if (before_[node] != kNone) {
      reach(entrance(node), level);
    }
    for (std::uint32_t const neighbour : graph_.neighbours(node)) {
      if (neighbour != after_[node]) {
        reach(entrance(neighbour), level);
      }
    }
  }
  return nearest_target != kNone;
}

/// The next place one level on that has not been tried from here; kNone if there is none, kEnd at a target.
/// Levels were measured before the paths were turned round, when an exit was an entrance: they fall on the way.
std::uint32_t NodeFlow::step(std::uint32_t place) {
  std::uint32_t const node = place / 2;
  std::uint32_t const level = level_[mirrored(place)];
  std::uint32_t& tried = tried_[place];
  auto const leads_on = [&](std::uint32_t to) { return level_[mirrored(to)] + 1 == level; };
  if (place == entrance(node)) {
    if (tried++ > 0) {
      return kNone;
    }
    std::uint32_t const to = before_[node] == kNone  ? exit(node)
                             : before_[node] == kEnd ? kNone
                                                     : exit(before_[node]);
    return to != kNone && leads_on(to) ? to : kNone;
  }
  if (level == 0) {
    return tried++ == 0 && is_target_[node] && after_[node] != kEnd ? kEnd : kNone;
  }
  if (tried == 0) {
    ++tried;
    if (before_[node] != kNone && leads_on(entrance(node))) {
      return entrance(node);
    }
  }
  auto const neighbours = graph_.neighbours(node);
  while (tried - 1 < neighbours.size()) {
    std::uint32_t const neighbour = neighbours[tried - 1];
    ++tried;
    if (neighbour != after_[node] && leads_on(entrance(neighbour))) {
      return entrance(neighbour);
    }
  }
  return kNone;
}

bool NodeFlow::advance(std::uint32_t source) {
  trail_.assign(1, entrance(source));
  while (!trail_.empty()) {
    std::uint32_t const next = step(trail_.back());
    if (next == kEnd) {
      return true;
    }
    if (next == kNone) {
      level_[mirrored(trail_.back())] = kNone;  // a dead end for everybody in this phase
      trail_.pop_back();
    } else {
      trail_.push_back(next);
    }
  }
  return false;
}

/// Lays the trail into the paths: first what it takes back, then what it adds.
void NodeFlow::reroute() {
  for (std::size_t i = 0; i + 1 < trail_.size(); ++i) {
    std::uint32_t const from = trail_[i];
    std::uint32_t const to = trail_[i + 1];
    if (from % 2 == 0 && from / 2 != to / 2) {
      before_[from / 2] = kNone;
      after_[to / 2] = kNone;
    }
  }
  before_[trail_.front() / 2] = kEnd;
  for (std::size_t i = 0; i + 1 < trail_.size(); ++i) {
    std::uint32_t const from = trail_[i];
    std::uint32_t const to = trail_[i + 1];
    if (from % 2 == 1 && from / 2 != to / 2) {
      after_[from / 2] = to / 2;
      before_[to / 2] = from / 2;
    }
  }
  after_[trail_.back() / 2] = kEnd;
}

std::uint32_t NodeFlow::grow(std::uint32_t limit) {
  trim();
  while (paths_ <= limit && measure()) {
    std::fill(tried_.begin(), tried_.end(), 0U);
    // Searched from the far end: a place with a level has a way back, so few ends are dead.
    turn_round();
    for (std::uint32_t const node : rim_) {
      if (paths_ <= limit && before_[node] != kEnd && level_[exit(node)] != kNone &&
          advance(node)) {
        reroute();
        ++paths_;
      }
    }
    turn_round();
  }
  return paths_;
}

/// The same paths walked from their other ends.
void NodeFlow::turn_round() {
  std::swap(is_source_, is_target_);
  std::swap(before_, after_);
  std::swap(sources_, targets_);
  std::swap(rim_, far_rim_);
}

void NodeFlow::mark_sides(std::vector<Side>& side, Side near, Side far) {
  ensure(!measure(), "a cut is asked for after the last path");
  side.resize(graph_.size());
  for (std::uint32_t node = 0; node < graph_.size(); ++node) {
    side[node] = level_[exit(node)] != kNone       ? near
                 : level_[entrance(node)] != kNone ? Side::Cut
                                                   : far;
  }
  // The search left out the sources behind the rim, and does not enter one whose path begins in itself.
  for (std::uint32_t const node : sources_) {
    side[node] = level_[exit(node)] != kNone || before_[node] == kNone ? near : Side::Cut;
  }
}

void NodeFlow::cut_near_sources(std::vector<Side>& side) {
  mark_sides(side, Side::Source, Side::Target);
}

void NodeFlow::cut_near_targets(std::vector<Side>& side) {
  turn_round();
  mark_sides(side, Side::Target, Side::Source);
  turn_round();
}

}  // namespace fenghuo::gis::cch
