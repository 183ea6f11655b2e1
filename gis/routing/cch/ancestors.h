#pragma once

#include <vector>

#include "gis/routing/cch/hierarchy.h"

namespace fenghuo::gis::cch {

/// The ancestors of a node by their depth, kept while moving from node to node: nodes that are near in the tree
/// share most of them.
class Ancestors {
 public:
  explicit Ancestors(Hierarchy const& hierarchy) : hierarchy_{hierarchy} {}

  void move_to(Rank r) {
    Depth const depth = hierarchy_.rows[r].depth;
    if (at_.size() <= depth) {
      at_.resize(depth + std::size_t{1}, kNoRank);
    }
    for (; r != kNoRank; r = hierarchy_.rows[r].parent) {
      Rank& known = at_[hierarchy_.rows[r].depth];
      if (known == r) {
        break;
      }
      known = r;
    }
  }
  /// Of the node moved to, itself included.
  Rank operator[](std::uint32_t depth) const { return at_[depth]; }

 private:
  Hierarchy hierarchy_;
  std::vector<Rank> at_;
};

}  // namespace fenghuo::gis::cch
