#include "gis/routing/cch/hierarchy.h"

#include <algorithm>
#include <numeric>

namespace fenghuo::gis::cch {

namespace {

/// The rows of the elimination as lists of heads, in the order that was asked for.
class Elimination {
 public:
  Elimination(std::span<NodeId const> order, std::span<NodeId const> from,
              std::span<NodeId const> to)
      : rank_of_(order.size()) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank_of_[order[i]] = static_cast<Rank>(i);
    }
    collect(from, to);
    eliminate();
  }

  std::size_t nodes() const { return rank_of_.size(); }
  Rank parent(Rank r) const { return first_[r] == first_[r + 1] ? kNoRank : heads_[first_[r]]; }
  std::span<Rank const> row(Rank r) const {
    return std::span{heads_}.subspan(first_[r], first_[r + 1] - first_[r]);
  }
  std::size_t arcs() const { return heads_.size(); }

 private:
  /// The neighbours of each node that come after it, ascending, each once.
  void collect(std::span<NodeId const> from, std::span<NodeId const> to) {
    first_up_.assign(nodes() + 1, 0);
    for (std::size_t e = 0; e < from.size(); ++e) {
      if (from[e] != to[e]) {
        ++first_up_[std::min(rank_of_[from[e]], rank_of_[to[e]]) + 1];
      }
    }
    std::partial_sum(first_up_.begin(), first_up_.end(), first_up_.begin());
    up_.resize(first_up_.back());
    std::vector<std::uint32_t> next(first_up_.begin(), first_up_.end() - 1);
    for (std::size_t e = 0; e < from.size(); ++e) {
      if (from[e] != to[e]) {
        auto const [low, high] = std::minmax(rank_of_[from[e]], rank_of_[to[e]]);
        up_[next[low]++] = high;
      }
    }
  }

  /// A row is what the node is linked to and what its children are, without the node itself.
  void eliminate() {
    std::vector<std::vector<Rank>> children(nodes());
    first_.assign(1, 0);
    first_.reserve(nodes() + 1);
    std::vector<Rank> seen_by(nodes(), kNoRank);
    std::vector<Rank> gathered;
    for (Rank r = 0; r < nodes(); ++r) {
      gathered.clear();
      auto const take = [&](Rank head) {
        if (head != r && seen_by[head] != r) {
          seen_by[head] = r;
          gathered.push_back(head);
        }
      };
      for (std::uint32_t i = first_up_[r]; i < first_up_[r + 1]; ++i) {
        take(up_[i]);
      }
      for (Rank const child : children[r]) {
        for (Rank const head : row(child)) {
          take(head);
        }
      }
      std::vector<Rank>{}.swap(children[r]);
      std::sort(gathered.begin(), gathered.end());
      heads_.insert(heads_.end(), gathered.begin(), gathered.end());
      first_.push_back(static_cast<std::uint32_t>(heads_.size()));
      if (!gathered.empty()) {
        children[gathered.front()].push_back(r);
      }
    }
  }

  std::vector<Rank> rank_of_;
  std::vector<std::uint32_t> first_up_;
  std::vector<Rank> up_;
  std::vector<std::uint32_t> first_;
  std::vector<Rank> heads_;
};

/// For each node of the elimination its place in a postorder of the tree: the same elimination, with every
/// subtree in one stretch.
std::vector<Rank> postorder(Elimination const& elimination) {
  auto const n = static_cast<Rank>(elimination.nodes());
  std::vector<Rank> size(n, 1);
  for (Rank r = 0; r < n; ++r) {
    if (Rank const parent = elimination.parent(r); parent != kNoRank) {
      size[parent] += size[r];
    }
  }
  // Children take their stretches from the end of the parent's, the highest rank first.
  std::vector<Rank> place(n);
  std::vector<Rank> left(n);  ///< end of what is still free in the stretch of r
  Rank free_end = n;
  for (Rank r = n; r-- > 0;) {
    Rank const parent = elimination.parent(r);
    Rank& end = parent == kNoRank ? free_end : left[parent];
    place[r] = end - 1;
    left[r] = end - 1;
    end -= size[r];
  }
  return place;
}

/// Fills the arrays from an elimination, each in one pass.
class Building {
 public:
  Building(std::span<NodeId const> order, std::span<NodeId const> from, std::span<NodeId const> to)
      : from_{from}, to_{to}, elimination_{order, from, to}, place_{postorder(elimination_)} {
    auto const n = static_cast<Rank>(order.size());
    was_.resize(n);
    out_.node_at.resize(n);
    out_.rank_of.resize(n);
    for (Rank r = 0; r < n; ++r) {
      was_[place_[r]] = r;
      out_.node_at[place_[r]] = order[r];
      out_.rank_of[order[r]] = place_[r];
    }
  }

  Result<HierarchyArrays> build() {
    if (!grow_tree()) {
      return Error{
          ErrorCode::InvalidArgument,
          "the order of contraction makes a tree of over 65534 levels: this is no road network"};
    }
    lay_rows();
    turn_arcs();
    place_roads();
    return std::move(out_);
  }

 private:
  Rank count() const { return static_cast<Rank>(was_.size()); }

  bool grow_tree() {
    out_.rows.resize(count() + std::size_t{1});
    out_.subtree_first.resize(count());
    std::iota(out_.subtree_first.begin(), out_.subtree_first.end(), 0U);
    constexpr std::uint32_t kDeepest = std::numeric_limits<Depth>::max() - 1;
    for (Rank r = count(); r-- > 0;) {
      Rank const parent = elimination_.parent(was_[r]);
      if (parent == kNoRank) {
        continue;
      }
      Row const& above = out_.rows[place_[parent]];
      if (above.depth + 1U > kDeepest) {
        return false;
      }
      out_.rows[r].parent = place_[parent];
      out_.rows[r].depth = static_cast<Depth>(above.depth + 1U);
    }
    for (Rank r = 0; r < count(); ++r) {
      if (Rank const parent = out_.rows[r].parent; parent != kNoRank) {
        out_.subtree_first[parent] = std::min(out_.subtree_first[parent], out_.subtree_first[r]);
      }
    }
    return true;
  }

  void lay_rows() {
    UpArc arcs = 0;
    for (Rank r = 0; r < count(); ++r) {
      out_.rows[r].first_arc = arcs;
      out_.rows[r].first_run = static_cast<std::uint32_t>(out_.runs.size());
      auto const row = elimination_.row(was_[r]);
      // Ancestors with a higher rank stand nearer to the root.
      for (std::size_t i = row.size(); i-- > 0;) {
        Depth const depth = out_.rows[place_[row[i]]].depth;
        bool const fresh = out_.runs.size() == out_.rows[r].first_run ||
                           out_.runs.back().depth + out_.runs.back().length != depth;
        if (fresh) {
          out_.runs.push_back({depth, 0});
        }
        ++out_.runs.back().length;
      }
      arcs += static_cast<UpArc>(row.size());
    }
    out_.rows.back().first_arc = arcs;
    out_.rows.back().first_run = static_cast<std::uint32_t>(out_.runs.size());
  }

  void turn_arcs() {
    out_.first_down.assign(count() + std::size_t{1}, 0);
    out_.down.resize(elimination_.arcs());
    for (Rank r = 0; r < count(); ++r) {
      for (Rank const head : elimination_.row(r)) {
        ++out_.first_down[place_[head] + 1];
      }
    }
    std::partial_sum(out_.first_down.begin(), out_.first_down.end(), out_.first_down.begin());
    std::vector<std::uint32_t> next(out_.first_down.begin(), out_.first_down.end() - 1);
    for (Rank r = 0; r < count(); ++r) {
      auto const row = elimination_.row(was_[r]);
      for (std::size_t i = 0; i < row.size(); ++i) {
        UpArc const arc = out_.rows[r + 1].first_arc - 1 - static_cast<UpArc>(i);
        out_.down[next[place_[row[i]]]++] = {r, arc};
      }
    }
  }

  void place_roads() {
    Hierarchy const view = out_.view(from_, to_);
    out_.first_road.assign(count() + std::size_t{1}, 0);
    for (std::size_t e = 0; e < from_.size(); ++e) {
      if (from_[e] != to_[e]) {
        ++out_.first_road[view.lower_end(static_cast<EdgeId>(e)) + 1];
      }
    }
    std::partial_sum(out_.first_road.begin(), out_.first_road.end(), out_.first_road.begin());
    out_.roads.resize(out_.first_road.back());
    std::vector<std::uint32_t> next(out_.first_road.begin(), out_.first_road.end() - 1);
    for (std::size_t e = 0; e < from_.size(); ++e) {
      if (from_[e] == to_[e]) {
        continue;
      }
      auto const [low, high] = std::minmax({out_.rank_of[from_[e]], out_.rank_of[to_[e]]});
      bool const forward = low == out_.rank_of[from_[e]];
      auto const edge = static_cast<EdgeId>(e);
      out_.roads[next[low]++] = {forward ? forward_of(edge) : backward_of(edge),
                                 view.place_of(low, out_.rows[high].depth)};
    }
    for (Rank r = 0; r < count(); ++r) {
      std::sort(out_.roads.begin() + out_.first_road[r],
                out_.roads.begin() + out_.first_road[r + 1], [](Road a, Road b) {
                  return std::pair{a.place, a.upward} < std::pair{b.place, b.upward};
                });
    }
  }

  std::span<NodeId const> from_, to_;
  Elimination elimination_;
  std::vector<Rank> place_, was_;
  HierarchyArrays out_;
};

}  // namespace

Hierarchy HierarchyArrays::view(std::span<NodeId const> from, std::span<NodeId const> to) const {
  return {node_at,    rank_of, rows, runs, subtree_first, first_down, down,
          first_road, roads,   from, to};
}

Result<HierarchyArrays> build_hierarchy(std::span<NodeId const> order, std::span<NodeId const> from,
                                        std::span<NodeId const> to) {
  return Building{order, from, to}.build();
}

HierarchyQuality quality_of(Hierarchy const& hierarchy) {
  HierarchyQuality out;
  out.arcs = hierarchy.arc_count();
  Rank const n = hierarchy.rank_count();
  std::vector<std::uint64_t> above(n, 0);
  std::uint64_t depths = 0;
  std::uint64_t arcs_above = 0;
  for (Rank r = n; r-- > 0;) {
    std::uint64_t const row = hierarchy.row_size(r);
    Rank const parent = hierarchy.rows[r].parent;
    out.triangles += row * (row > 0 ? row - 1 : 0) / 2;
    out.depth_max = std::max<std::uint32_t>(out.depth_max, hierarchy.rows[r].depth + 1U);
    above[r] = row + (parent == kNoRank ? 0 : above[parent]);
    depths += hierarchy.rows[r].depth + 1U;
    arcs_above += above[r];
  }
  out.depth_mean = n == 0 ? 0 : static_cast<double>(depths) / n;
  out.ancestor_arcs_mean = n == 0 ? 0 : static_cast<double>(arcs_above) / n;
  return out;
}

}  // namespace fenghuo::gis::cch
