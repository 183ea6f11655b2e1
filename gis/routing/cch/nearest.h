#pragma once

#include <span>
#include <vector>

#include "gis/routing/cch/bounded_search.h"
#include "gis/routing/cch/label.h"

namespace fenghuo::gis::cch {

/// One of several and how far it is.
struct Near {
  std::uint32_t index = 0;  ///< in the list that was asked about
  Weight ms = 0;
};

/// Places that stand still at nodes while many are asked which of them are nearest: kept with their labels.
///
/// Cost:    a look at two labels for each of them, or a search outward where they stand thick: whichever the
///          sizes promise to be quicker (measured: bench routing).
/// Threads: one object a thread; it keeps what the searches need.
/// Source:  labels as in label.h; Buchhold, Wagner, "Nearest-Neighbor Queries in Customizable Contraction
///          Hierarchies", SEA 2021, for what else can be done and what it costs.
/// Checked: tests/gis/cch_query_test.cc against Boost.Graph, ties and all.
class Candidates {
 public:
  /// `way`: of the candidates; Leaving for teams that come.
  Candidates(Hierarchy const& hierarchy, CommonAncestors const& common, Way way,
             std::span<Rank const> at);

  /// Brings the labels up to these weights; says how many were made anew.
  std::size_t relabel(ArcWeights const& weights);

  /// The `k` nearest to a place, nearest first, of equally near ones the first in the list; fewer where the
  /// others cannot be reached. The labels must be those of `weights`.
  void nearest(ArcWeights const& weights, RoadWeights const& road_weights,
               std::span<End const> ends, std::size_t k, std::vector<Near>& into);
  /// Of every candidate, kClosed where there is no way.
  void all(ArcWeights const& weights, std::span<End const> ends, std::vector<Weight>& into);

  std::span<Label const> labels() const { return labels_; }

 private:
  Way opposite_way() const { return way_ == Way::Leaving ? Way::Arriving : Way::Leaving; }
  bool stand_thick(Rank at, std::size_t k) const;
  void by_search(RoadWeights const& road_weights, std::span<End const> ends, std::size_t k,
                 std::vector<Near>& into);

  Hierarchy hierarchy_;
  CommonAncestors const& common_;
  Way way_;
  std::vector<Rank> at_;
  std::vector<Label> labels_;
  std::vector<std::uint64_t> rows_;
  std::vector<std::uint32_t> by_rank_;  ///< candidates in the order of their nodes
  std::vector<std::uint32_t>
      place_;  ///< by rank: one more than its first in by_rank_; 0 where none stands
  BoundedSearch search_;
  Label label_;
  std::vector<Weight> times_;
  std::vector<BoundedSearch::Met> met_;
};

}  // namespace fenghuo::gis::cch
