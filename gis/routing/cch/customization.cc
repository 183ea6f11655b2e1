#include "gis/routing/cch/customization.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "gis/routing/cch/ancestors.h"
#include "gis/routing/cch/lanes.h"

namespace fenghuo::gis::cch {

namespace {

/// Puts the roads of r's row into it; the rest of the row is left as it is.
[[gnu::always_inline]] inline void take_roads(Hierarchy const& hierarchy,
                                              RoadWeights const& road_weights, Rank r, Weight* up,
                                              Weight* down) {
  for (Road const road : hierarchy.roads_of(r)) {
    up[road.place] = std::min(up[road.place], road_weights[road.upward]);
    down[road.place] = std::min(down[road.place], road_weights[opposite(road.upward)]);
  }
}

/// Walks the places of a row that holds every head of another one's stretch.
class Places {
 public:
  Places(Hierarchy const& hierarchy, Rank r)
      : run_{hierarchy.runs.data() + hierarchy.rows[r].first_run} {}
  /// Where the arc to the ancestor at `depth` stands; depths must rise from call to call.
  [[gnu::always_inline]] UpArc of(std::uint32_t depth) {
    while (std::uint32_t{run_->depth} + run_->length <= depth) {
      passed_ += run_->length;
      ++run_;
    }
    return passed_ + (depth - run_->depth);
  }

 private:
  Run const* run_;
  UpArc passed_ = 0;
};

/// All ways v -> u -> w, and back, over a node u below both, for one v and every head w of u's row above v: w are
/// the first `places` heads.
[[gnu::always_inline]] inline void relax_over(Hierarchy const& hierarchy, Rank u, UpArc places,
                                              Weight const* u_up, Weight const* u_down, Rank v,
                                              Weight* v_up, Weight* v_down) {
  Weight const to_u = u_down[places];
  Weight const from_u = u_up[places];
  if (to_u >= kClosed && from_u >= kClosed) {
    return;
  }
  Places target{hierarchy, v};
  Run const* run = hierarchy.runs.data() + hierarchy.rows[u].first_run;
  for (UpArc done = 0; done < places; ++run) {
    std::uint32_t const length = std::min<std::uint32_t>(run->length, places - done);
    UpArc const at = target.of(run->depth);
    lanes::relax(v_up + at, u_up + done, to_u, length);
    lanes::relax(v_down + at, u_down + done, from_u, length);
    done += length;
  }
}

FENGHUO_LANES void relax_upwards(Hierarchy const& hierarchy, Weight* up, Weight* down) {
  Ancestors ancestors{hierarchy};
  Rank const n = hierarchy.rank_count();
  for (Rank u = 0; u < n; ++u) {
    UpArc const first = hierarchy.rows[u].first_arc;
    if (hierarchy.rows[u + 1].first_arc < first + 2) {
      continue;
    }
    ancestors.move_to(u);
    UpArc place = 0;
    for (Run const run : hierarchy.runs_of(u)) {
      for (std::uint32_t i = 0; i < run.length; ++i, ++place) {
        Rank const v = ancestors[run.depth + i];
        UpArc const target = hierarchy.rows[v].first_arc;
        relax_over(hierarchy, u, place, up + first, down + first, v, up + target, down + target);
      }
    }
  }
}

/// As relax_over, for the heads in a range of depths alone.
[[gnu::always_inline]] inline void relax_over_range(Hierarchy const& hierarchy, Rank u,
                                                    DepthRange range, Weight to_u, Weight from_u,
                                                    Weight const* u_up, Weight const* u_down,
                                                    Places target, Weight* v_up, Weight* v_down) {
  UpArc done = 0;
  for (Run const run : hierarchy.runs_of(u)) {
    if (run.depth > range.high) {
      return;
    }
    std::uint32_t const end = std::uint32_t{run.depth} + run.length;
    if (end > range.low) {
      std::uint32_t const from = std::max(run.depth, range.low);
      std::uint32_t const length = std::min<std::uint32_t>(end, range.high + 1U) - from;
      UpArc const source = done + (from - run.depth);
      UpArc const at = target.of(from);
      lanes::relax(v_up + at, u_up + source, to_u, length);
      lanes::relax(v_down + at, u_down + source, from_u, length);
    }
    done += run.length;
  }
}

/// A range of r's row from the rows below it.
FENGHUO_LANES void relax_row(Hierarchy const& hierarchy, ArcWeights const& weights, Rank r,
                             DepthRange range, Weight* up, Weight* down) {
  constexpr std::size_t kAhead = 6;  // the rows below lie far apart in memory
  auto const all = hierarchy.down_of(r);
  Places const places{hierarchy, r};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i + kAhead < all.size()) {
      DownArc const next = all[i + kAhead];
      __builtin_prefetch(weights.up_at(next.tail, next.arc));
      __builtin_prefetch(weights.down_at(next.tail, next.arc));
      __builtin_prefetch(&hierarchy.rows[next.tail]);
    }
    DownArc const below = all[i];
    Weight const* const to_u = weights.down_at(below.tail, below.arc);
    Weight const* const from_u = weights.up_at(below.tail, below.arc);
    if (*to_u < kClosed || *from_u < kClosed) {
      UpArc const place = below.arc - hierarchy.rows[below.tail].first_arc;
      relax_over_range(hierarchy, below.tail, range, *to_u, *from_u, from_u - place, to_u - place,
                       places, up, down);
    }
  }
}

/// A row before and after it changed.
struct Change {
  Weight const* old_up;
  Weight const* old_down;
  Weight const* up;
  Weight const* down;
};

/// The heads of a row v above the changed row u that may come out otherwise, among those of u in a range: they held
/// what came over u, or get something better. `place` is v's in u's row.
FENGHUO_LANES DepthRange hit(Hierarchy const& hierarchy, Rank u, UpArc place, Change const& change,
                             DepthRange range, Rank v, Weight const* v_up, Weight const* v_down) {
  DepthRange out;
  Places target{hierarchy, v};
  auto const is_hit = [](Weight held, Weight before, Weight now) {
    return static_cast<unsigned>(now < held) |
           (static_cast<unsigned>(before == held) & static_cast<unsigned>(now != before));
  };
  UpArc done = 0;
  for (Run const run : hierarchy.runs_of(u)) {
    std::uint32_t const end = std::uint32_t{run.depth} + run.length;
    if (run.depth > range.high) {
      break;
    }
    if (end > range.low) {
      std::uint32_t const from = std::max(run.depth, range.low);
      std::uint32_t const length = std::min<std::uint32_t>(end, range.high + 1U) - from;
      UpArc const source = done + (from - run.depth);
      UpArc const at = target.of(from);
      auto const at_place = [&](std::uint32_t i) {
        return is_hit(v_up[at + i], change.old_down[place] + change.old_up[source + i],
                      change.down[place] + change.up[source + i]) |
               is_hit(v_down[at + i], change.old_up[place] + change.old_down[source + i],
                      change.up[place] + change.down[source + i]);
      };
      unsigned any = 0;
      for (std::uint32_t i = 0; i < length; ++i) {
        any |= at_place(i);
      }
      for (std::uint32_t i = 0; any != 0 && i < length; ++i) {
        if (at_place(i) != 0) {
          out.take(static_cast<Depth>(from + i));
        }
      }
    }
    done += run.length;
  }
  return out;
}

}  // namespace

namespace {

FlatWeights customized(Hierarchy const& hierarchy, RoadWeights const& road_weights) {
  FlatWeights flat{hierarchy};
  for (Rank r = 0; r < hierarchy.rank_count(); ++r) {
    UpArc const first = hierarchy.rows[r].first_arc;
    take_roads(hierarchy, road_weights, r, flat.up() + first, flat.down() + first);
  }
  relax_upwards(hierarchy, flat.up(), flat.down());
  return flat;
}

}  // namespace

ArcWeights customize(Hierarchy const& hierarchy, RoadWeights const& road_weights) {
  return ArcWeights{hierarchy, customized(hierarchy, road_weights)};
}

Recustomization::Recustomization(Hierarchy const& hierarchy)
    : hierarchy_{hierarchy}, range_(hierarchy.rank_count()) {}

void Recustomization::wait_for(Rank r, DepthRange range) {
  if (range.empty()) {
    return;
  }
  if (range_[r].empty()) {
    waiting_.push_back(r);
    std::push_heap(waiting_.begin(), waiting_.end(), std::greater<>{});
  }
  range_[r].take(range.low);
  range_[r].take(range.high);
  // From half a row on the whole of it is as quick, and nobody need ask any more which heads are hit.
  DepthRange const all = whole_row(r);
  if ((range_[r].high - range_[r].low + 1) * 2 > all.high - all.low + 1) {
    range_[r] = all;
  }
}

DepthRange Recustomization::whole_row(Rank r) const {
  return {hierarchy_.runs_of(r).front().depth, static_cast<Depth>(hierarchy_.rows[r].depth - 1)};
}

void Recustomization::forget_waiting() {
  for (Rank const r : waiting_) {
    range_[r] = {};
  }
  waiting_.clear();
}

Rank Recustomization::next() {
  std::pop_heap(waiting_.begin(), waiting_.end(), std::greater<>{});
  Rank const r = waiting_.back();
  waiting_.pop_back();
  return r;
}

/// r's row with the heads in the range anew, beside what it was.
void Recustomization::compute(ArcWeights const& weights, RoadWeights const& road_weights, Rank r,
                              DepthRange range) {
  UpArc const size = hierarchy_.row_size(r);
  Weight const* const up = weights.up(hierarchy_, r);
  Weight const* const down = weights.down(hierarchy_, r);
  old_up_.assign(up, up + size);
  old_down_.assign(down, down + size);
  up_ = old_up_;
  down_ = old_down_;
  auto const first = static_cast<std::ptrdiff_t>(hierarchy_.place_of(r, range.low));
  auto const end = static_cast<std::ptrdiff_t>(hierarchy_.place_of(r, range.high)) + 1;
  std::fill(up_.begin() + first, up_.begin() + end, kClosed);
  std::fill(down_.begin() + first, down_.begin() + end, kClosed);
  take_roads(hierarchy_, road_weights, r, up_.data(), down_.data());
  relax_row(hierarchy_, weights, r, range, up_.data(), down_.data());
}

/// Lets the rows above the changed row r wait for what may come out otherwise there.
void Recustomization::pass_on(ArcWeights const& weights, Rank r, Ancestors& ancestors) {
  ancestors.move_to(r);
  Change const change{old_up_.data(), old_down_.data(), up_.data(), down_.data()};
  auto const changed = [&](UpArc place) {
    return up_[place] != old_up_[place] || down_[place] != old_down_[place];
  };
  DepthRange changed_above;  // places nearer to the root than the one looked at
  UpArc place = 0;
  for (Run const run : hierarchy_.runs_of(r)) {
    for (std::uint32_t i = 0; i < run.length; ++i, ++place) {
      auto const depth = static_cast<Depth>(run.depth + i);
      DepthRange range = changed_above;
      if (changed(place)) {
        changed_above.take(depth);
        range = depth == 0 ? DepthRange{} : DepthRange{0, static_cast<Depth>(depth - 1)};
      }
      Rank const v = ancestors[depth];
      if (!range.empty() && hierarchy_.row_size(v) > 0 && range_[v] != whole_row(v)) {
        wait_for(v, hit(hierarchy_, r, place, change, range, v, weights.up(hierarchy_, v),
                        weights.down(hierarchy_, v)));
      }
    }
  }
}

/// All rows anew; those that come out as they were keep their numbers.
Recustomized Recustomization::in_full(ArcWeights const& before, RoadWeights const& road_weights,
                                      std::uint32_t number) const {
  Recustomized out;
  FlatWeights flat = customized(hierarchy_, road_weights);
  for (Rank r = 0; r < hierarchy_.rank_count(); ++r) {
    UpArc const first = hierarchy_.rows[r].first_arc;
    UpArc const size = hierarchy_.row_size(r);
    bool const same =
        std::equal(flat.up() + first, flat.up() + first + size, before.up(hierarchy_, r)) &&
        std::equal(flat.down() + first, flat.down() + first + size, before.down(hierarchy_, r));
    flat.changed()[r] = same ? before.changed(r) : number;
    out.rows_changed += same ? 0U : 1U;
  }
  out.rows_looked_at = hierarchy_.rank_count();
  out.in_full = true;
  out.weights = ArcWeights{hierarchy_, std::move(flat)};
  return out;
}

Recustomized Recustomization::run(ArcWeights const& before, RoadWeights const& road_weights,
                                  std::span<EdgeId const> changed_edges, std::uint32_t number) {
  for (EdgeId const edge : changed_edges) {
    Depth const head = hierarchy_.rows[hierarchy_.upper_end(edge)].depth;
    if (hierarchy_.lower_end(edge) != hierarchy_.upper_end(edge)) {
      wait_for(hierarchy_.lower_end(edge), {head, head});
    }
  }
  Recustomized out;
  std::size_t arcs_looked_at = 0;
  ArcWeights::Draft draft{before};
  Ancestors ancestors{hierarchy_};
  while (!waiting_.empty()) {
    Rank const r = next();
    ++out.rows_looked_at;
    arcs_looked_at += hierarchy_.down_of(r).size();
    if (arcs_looked_at * kInFullBeyond > hierarchy_.arc_count()) {
      range_[r] = {};
      forget_waiting();
      return in_full(before, road_weights, number);
    }
    compute(draft.weights(), road_weights, r, std::exchange(range_[r], {}));
    if (up_ != old_up_ || down_ != old_down_) {
      ++out.rows_changed;
      auto const row = draft.edit(hierarchy_, r);
      std::copy(up_.begin(), up_.end(), row.up);
      std::copy(down_.begin(), down_.end(), row.down);
      *row.changed = number;
      pass_on(draft.weights(), r, ancestors);
    }
  }
  out.weights = std::move(draft).finish();
  return out;
}

}  // namespace fenghuo::gis::cch
