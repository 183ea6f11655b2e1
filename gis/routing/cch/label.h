#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gis/routing/cch/arc_weights.h"

namespace fenghuo::gis::cch {

/// Which way a label looks: from its place to others, or from others to its place.
enum class Way : std::uint8_t { Leaving, Arriving };

/// Where a journey begins or ends: nodes and the milliseconds spent before (or after) them. The ends of one
/// edge, so one of them is an ancestor of the other, or one node.
struct End {
  Rank rank = 0;
  Weight ms = 0;
};

/// Milliseconds between a place and each ancestor of its lower end, by depth, over ways that only go up.
///
/// The shortest way between two places goes up to a common ancestor and comes down, so its time is the least sum
/// over the depths that their labels share: labels are the distances of a whole network to one place in a few
/// hundred numbers.
struct Label {
  Rank lowest = kNoRank;   ///< kNoRank: no way leads out (or in)
  std::vector<Weight> ms;  ///< depth of `lowest` + 1 entries; kClosed where there is no way
};

/// Cost:    one sweep over the arcs of the ancestors, eight at a time; no queue. Nothing is allocated once
///          `into` has been as long as the tree is deep.
/// Source:  the elimination tree query of Dibbelt, Strasser, Wagner, JEA 21 (2016), kept; depths for heads as in
///          hub labels, Abraham et al., SEA 2011.
/// Checked: tests/gis/cch_query_test.cc.
void make_label(Hierarchy const& hierarchy, ArcWeights const& weights, Way way,
                std::span<End const> ends, Label& into);

/// Names the contents of the rows that a label was made from: while it stays the same, so does the label.
std::uint64_t rows_above(Hierarchy const& hierarchy, ArcWeights const& weights, Rank lowest);

/// How many ancestors two nodes share, each being one of its own; they are those nearest to the root.
///
/// Cost:    constant, by Schieber and Vishkin's numbers of the tree's chains.
class CommonAncestors {
 public:
  explicit CommonAncestors(Hierarchy const& hierarchy);
  std::uint32_t count(Rank a, Rank b) const;

 private:
  Rank parent(Rank r) const;
  Rank enter(Rank r, std::uint32_t bit) const;

  std::span<Row const> rows_;
  std::vector<std::uint32_t> chain_, chains_above_;
  std::vector<Rank> head_;  ///< the highest node of each chain, by its number
};

/// Milliseconds from the one to the other; kClosed if there is no way. `shared`: CommonAncestors::count of their
/// lowest nodes.
Weight between(Label const& leaving, Label const& arriving, std::uint32_t shared);

}  // namespace fenghuo::gis::cch
