#pragma once

#include <span>
#include <vector>

#include "gis/routing/cch/label.h"

namespace fenghuo::gis::cch {

/// Milliseconds between a label's place and every node, by rank; kClosed where there is no way.
///
/// Cost:    one pass over the arcs of the hierarchy, from the roots down. The nodes that a row leads to are those
///          on the way down to it, so all that is read beside the weights is as long as the tree is deep.
/// Source:  Delling, Goldberg, Nowatzyk, Werneck, "PHAST", JPDC 73 (2013), along the elimination tree.
/// Checked: tests/gis/cch_query_test.cc.
void one_to_all(Hierarchy const& hierarchy, ArcWeights const& weights, Way way, Label const& label,
                std::vector<Weight>& by_rank);

struct Reached {
  Rank rank = 0;
  Weight ms = 0;
};

/// Every node within `limit` milliseconds of a label's place, from the roots down.
///
/// How:     as one_to_all; a whole subtree is passed over when the nodes through which alone it can be entered
///          lie beyond the limit.
void within(Hierarchy const& hierarchy, ArcWeights const& weights, Way way, Label const& label,
            Weight limit, std::vector<Reached>& into);

}  // namespace fenghuo::gis::cch
