#include "gis/routing/cch/sweep.h"

#include <algorithm>

#include "gis/routing/cch/lanes.h"

namespace fenghuo::gis::cch {

namespace {

/// The times of a node and its ancestors, by depth, on the way down the tree.
class Descent {
 public:
  Descent(Hierarchy const& hierarchy, ArcWeights const& weights, Way way, Label const& label,
          std::vector<Weight>& above)
      : hierarchy_{hierarchy}, weights_{weights}, way_{way}, label_{label}, above_{above} {
    above_.resize(std::size_t{1} << 16U);
  }

  bool holds_place(Rank r) const {
    return label_.lowest != kNoRank && hierarchy_.is_ancestor(r, label_.lowest);
  }

  [[gnu::always_inline]] Weight enter(Rank r) {
    Row const& row = hierarchy_.rows[r];
    Weight ms = holds_place(r) ? label_.ms[row.depth] : kClosed;
    // What leaves the place comes down to r, what arrives there has come up from r.
    Weight const* arcs =
        way_ == Way::Leaving ? weights_.down(hierarchy_, r) : weights_.up(hierarchy_, r);
    for (Run const run : hierarchy_.runs_of(r)) {
      ms = lanes::least_sum(above_.data() + run.depth, arcs, run.length, ms);
      arcs += run.length;
    }
    above_[row.depth] = ms;
    return ms;
  }

  /// The least time of the nodes through which r's subtree can be entered.
  [[gnu::always_inline]] Weight least_at_border(Rank r) const {
    Weight least = kClosed;
    for (Run const run : hierarchy_.runs_of(r)) {
      for (std::uint32_t i = 0; i < run.length; ++i) {
        least = std::min(least, above_[run.depth + i]);
      }
    }
    return least;
  }

 private:
  Hierarchy const& hierarchy_;
  ArcWeights const& weights_;
  Way way_;
  Label const& label_;
  std::vector<Weight>& above_;
};

FENGHUO_LANES void descend(Hierarchy const& hierarchy, Descent& descent, Weight* by_rank) {
  for (Rank r = hierarchy.rank_count(); r-- > 0;) {
    by_rank[r] = descent.enter(r);
  }
}

FENGHUO_LANES void descend_within(Hierarchy const& hierarchy, Descent& descent, Weight limit,
                                  std::vector<Reached>& into) {
  for (Rank r = hierarchy.rank_count(); r-- > 0;) {
    Weight const ms = descent.enter(r);
    if (ms <= limit) {
      into.push_back({r, ms});
    } else if (!descent.holds_place(r) && descent.least_at_border(r) > limit) {
      r = hierarchy.subtree_first[r];
    }
  }
}

/// One a thread, so that nothing is allocated once it has been as long as the tree is deep.
std::vector<Weight>& path_of_this_thread() {
  thread_local std::vector<Weight> path;
  return path;
}

}  // namespace

void one_to_all(Hierarchy const& hierarchy, ArcWeights const& weights, Way way, Label const& label,
                std::vector<Weight>& by_rank) {
  by_rank.resize(hierarchy.rank_count());
  Descent descent{hierarchy, weights, way, label, path_of_this_thread()};
  descend(hierarchy, descent, by_rank.data());
}

void within(Hierarchy const& hierarchy, ArcWeights const& weights, Way way, Label const& label,
            Weight limit, std::vector<Reached>& into) {
  into.clear();
  Descent descent{hierarchy, weights, way, label, path_of_this_thread()};
  descend_within(hierarchy, descent, limit, into);
}

}  // namespace fenghuo::gis::cch
