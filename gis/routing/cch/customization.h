#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "gis/routing/cch/ancestors.h"
#include "gis/routing/cch/arc_weights.h"

namespace fenghuo::gis::cch {

/// The weights of a hierarchy for the weights of its roads: every arc as quick as the quickest way through
/// nodes below it.
///
/// In:      road_weights: one an arc of the road graph (2 an edge), at most kClosed, which is closed.
/// Cost:    the lower triangles, eight at a time; see bench routing.
/// Threads: any number at once.
/// Source:  Dibbelt, Strasser, Wagner, JEA 21 (2016), section 5; rows as dense stretches as in supernodal
///          sparse elimination.
/// Checked: tests/gis/customization_test.cc: every answer equals Boost.Graph's; partial equals full.
ArcWeights customize(Hierarchy const& hierarchy, RoadWeights const& road_weights);

/// The depths from the lowest to the highest of those taken.
struct DepthRange {
  Depth low = std::numeric_limits<Depth>::max();
  Depth high = 0;

  bool empty() const { return low > high; }
  void take(Depth depth) {
    low = std::min(low, depth);
    high = std::max(high, depth);
  }
  bool operator==(DepthRange const&) const = default;
};

/// What a recustomization did.
struct Recustomized {
  ArcWeights weights;
  std::size_t rows_looked_at = 0, rows_changed = 0;
  bool in_full = false;
};

/// Customizes again after the roads named in `changed_edges` got other weights.
///
/// Out:     exactly what customize() would give. Rows that came out otherwise than before carry `number`, which
///          must be greater than any number before it (ArcWeights::changed).
/// Cost:    the rows above the edges that change; when these have looked down at a share of all arcs
///          (kInFullBeyond, measured: bench routing), the rest is done in full.
class Recustomization {
 public:
  explicit Recustomization(Hierarchy const& hierarchy);

  Recustomized run(ArcWeights const& before, RoadWeights const& road_weights,
                   std::span<EdgeId const> changed_edges, std::uint32_t number);

 private:
  Recustomized in_full(ArcWeights const& before, RoadWeights const& road_weights,
                       std::uint32_t number) const;
  static constexpr std::size_t kInFullBeyond = 2;  ///< one in so many of all arcs
  void wait_for(Rank r, DepthRange range);
  DepthRange whole_row(Rank r) const;
  void forget_waiting();
  Rank next();
  void compute(ArcWeights const& weights, RoadWeights const& road_weights, Rank r,
               DepthRange range);
  void pass_on(ArcWeights const& weights, Rank r, Ancestors& ancestors);

  Hierarchy hierarchy_;
  std::vector<Rank> waiting_;      ///< a heap, the lowest rank first
  std::vector<DepthRange> range_;  ///< by rank: the heads that wait; empty: none
  std::vector<Weight> up_, down_, old_up_, old_down_;
};

}  // namespace fenghuo::gis::cch
