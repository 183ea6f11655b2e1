#include "gis/routing/cch/customization.h"

#include <algorithm>
#include <functional>

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

/// r's row from the roads and from the rows below it.
FENGHUO_LANES void relax_row(Hierarchy const& hierarchy, ArcWeights const& weights, Rank r,
                             Weight* up, Weight* down) {
  for (DownArc const below : hierarchy.down_of(r)) {
    UpArc const place = below.arc - hierarchy.rows[below.tail].first_arc;
    relax_over(hierarchy, below.tail, place, weights.up(hierarchy, below.tail),
               weights.down(hierarchy, below.tail), r, up, down);
  }
}

/// A row before and after it changed.
struct Change {
  Weight const* old_up;
  Weight const* old_down;
  Weight const* up;
  Weight const* down;
};

/// Whether a row v above the changed row u may come out otherwise: it held what came over u, or gets something
/// better. As in relax_over.
FENGHUO_LANES bool is_hit(Hierarchy const& hierarchy, Rank u, UpArc places, Change const& change,
                          Rank v, Weight const* v_up, Weight const* v_down) {
  Places target{hierarchy, v};
  Run const* run = hierarchy.runs.data() + hierarchy.rows[u].first_run;
  auto const hit = [](Weight held, Weight before, Weight now) {
    return static_cast<unsigned>(now < held) |
           (static_cast<unsigned>(before == held) & static_cast<unsigned>(now != before));
  };
  unsigned any = 0;
  for (UpArc done = 0; done < places && any == 0; ++run) {
    std::uint32_t const length = std::min<std::uint32_t>(run->length, places - done);
    UpArc const at = target.of(run->depth);
    for (std::uint32_t i = 0; i < length; ++i) {
      any |= hit(v_up[at + i], change.old_down[places] + change.old_up[done + i],
                 change.down[places] + change.up[done + i]);
      any |= hit(v_down[at + i], change.old_up[places] + change.old_down[done + i],
                 change.up[places] + change.down[done + i]);
    }
    done += length;
  }
  return any != 0;
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
    : hierarchy_{hierarchy}, is_waiting_(hierarchy.rank_count(), 0) {}

void Recustomization::wait_for(Rank r) {
  if (is_waiting_[r] == 0) {
    is_waiting_[r] = 1;
    waiting_.push_back(r);
    std::push_heap(waiting_.begin(), waiting_.end(), std::greater<>{});
  }
}

void Recustomization::forget_waiting() {
  for (Rank const r : waiting_) {
    is_waiting_[r] = 0;
  }
  waiting_.clear();
}

Rank Recustomization::next() {
  std::pop_heap(waiting_.begin(), waiting_.end(), std::greater<>{});
  Rank const r = waiting_.back();
  waiting_.pop_back();
  is_waiting_[r] = 0;
  return r;
}

void Recustomization::compute(ArcWeights const& weights, RoadWeights const& road_weights, Rank r) {
  UpArc const size = hierarchy_.row_size(r);
  up_.assign(size, kClosed);
  down_.assign(size, kClosed);
  take_roads(hierarchy_, road_weights, r, up_.data(), down_.data());
  relax_row(hierarchy_, weights, r, up_.data(), down_.data());
}

/// Puts the computed row in place, the old one aside; false if they are the same.
bool Recustomization::store(ArcWeights::Draft& draft, Rank r, std::uint32_t number) {
  Weight const* const up = draft.weights().up(hierarchy_, r);
  Weight const* const down = draft.weights().down(hierarchy_, r);
  if (std::equal(up_.begin(), up_.end(), up) && std::equal(down_.begin(), down_.end(), down)) {
    return false;
  }
  old_up_.assign(up, up + up_.size());
  old_down_.assign(down, down + down_.size());
  auto const row = draft.edit(hierarchy_, r);
  std::copy(up_.begin(), up_.end(), row.up);
  std::copy(down_.begin(), down_.end(), row.down);
  *row.changed = number;
  return true;
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
    wait_for(hierarchy_.lower_end(edge));
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
      forget_waiting();
      return in_full(before, road_weights, number);
    }
    compute(draft.weights(), road_weights, r);
    if (!store(draft, r, number)) {
      continue;
    }
    ++out.rows_changed;
    ancestors.move_to(r);
    Change const change{old_up_.data(), old_down_.data(), up_.data(), down_.data()};
    UpArc place = 0;
    bool changed_above = false;  // some place nearer to the root than this one
    for (Run const run : hierarchy_.runs_of(r)) {
      for (std::uint32_t i = 0; i < run.length; ++i, ++place) {
        bool const changed_here = up_[place] != old_up_[place] || down_[place] != old_down_[place];
        Rank const v = ancestors[run.depth + i];
        if ((changed_above || changed_here) && is_waiting_[v] == 0 &&
            is_hit(hierarchy_, r, place, change, v, draft.weights().up(hierarchy_, v),
                   draft.weights().down(hierarchy_, v))) {
          wait_for(v);
        }
        changed_above = changed_above || changed_here;
      }
    }
  }
  out.weights = std::move(draft).finish();
  return out;
}

}  // namespace fenghuo::gis::cch
