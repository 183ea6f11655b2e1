#include "gis/routing/cch/hierarchy_check.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace fenghuo::gis::cch {

namespace {

bool lengths_match(Hierarchy const& h) {
  std::size_t const n = h.node_at.size();
  return n > 0 && n < kNoRank && h.rank_of.size() == n && h.rows.size() == n + 1 &&
         h.subtree_first.size() == n && h.first_down.size() == n + 1 &&
         h.first_road.size() == n + 1 && h.rows.front().first_arc == 0 &&
         h.rows.front().first_run == 0 && h.rows.back().first_run == h.runs.size() &&
         h.down.size() == h.rows.back().first_arc && h.first_down.front() == 0 &&
         h.first_down.back() == h.down.size() && h.first_road.front() == 0 &&
         h.first_road.back() == h.roads.size() && h.roads.size() <= h.edge_from.size();
}

bool is_permutation(Hierarchy const& h) {
  for (NodeId node = 0; node < h.rank_of.size(); ++node) {
    if (h.rank_of[node] >= h.node_at.size() || h.node_at[h.rank_of[node]] != node) {
      return false;
    }
  }
  return true;
}

/// Parents stand higher, one level up, and subtrees are stretches of ranks.
bool is_tree(Hierarchy const& h) {
  Rank const n = h.rank_count();
  std::vector<Rank> first(n);
  std::iota(first.begin(), first.end(), 0U);
  for (Rank r = 0; r < n; ++r) {
    Row const& row = h.rows[r];
    if (row.first_arc > h.rows[r + 1].first_arc || row.first_run > h.rows[r + 1].first_run ||
        first[r] != h.subtree_first[r]) {
      return false;
    }
    if (row.parent == kNoRank) {
      if (row.depth != 0) {
        return false;
      }
      continue;
    }
    if (row.parent <= r || row.parent >= n || row.depth != h.rows[row.parent].depth + 1) {
      return false;
    }
    first[row.parent] = std::min(first[row.parent], first[r]);
  }
  // In a postorder the child of the highest rank stands right below its parent, the next one below its subtree.
  std::vector<Rank> expected(n, kNoRank);
  Rank expected_root = n - 1;
  for (Rank r = n; r-- > 0;) {
    Rank const parent = h.rows[r].parent;
    Rank& place = parent == kNoRank ? expected_root : expected[parent];
    if (place != r) {
      return false;
    }
    place = h.subtree_first[r] - 1;  // wraps round below rank 0, where nothing is expected any more
    expected[r] = r - 1;
  }
  return true;
}

/// Whether every depth of `runs` is one of `in`, both ascending.
bool holds_all(std::span<Run const> in, std::span<Run const> runs, unsigned below) {
  std::size_t at = 0;
  for (Run const run : runs) {
    unsigned const end = std::min<unsigned>(run.depth + run.length, below);
    if (run.depth >= end) {
      continue;
    }
    while (at < in.size() && unsigned{in[at].depth} + in[at].length <= run.depth) {
      ++at;
    }
    if (at == in.size() || in[at].depth > run.depth ||
        unsigned{in[at].depth} + in[at].length < end) {
      return false;
    }
  }
  return true;
}

/// Runs rise, lie above the node and end at its parent; what a row holds above the parent the parent's holds too.
bool are_rows(Hierarchy const& h) {
  for (Rank r = 0; r < h.rank_count(); ++r) {
    Row const& row = h.rows[r];
    auto const runs = h.runs_of(r);
    std::uint64_t arcs = 0;
    unsigned next = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].length == 0 || runs[i].depth < next || (i > 0 && runs[i].depth == next)) {
        return false;
      }
      next = unsigned{runs[i].depth} + runs[i].length;
      arcs += runs[i].length;
    }
    bool const ends_at_parent = runs.empty() ? row.parent == kNoRank : next == row.depth;
    if (!ends_at_parent || arcs != h.row_size(r)) {
      return false;
    }
    if (row.parent != kNoRank && !holds_all(h.runs_of(row.parent), runs, row.depth - 1U)) {
      return false;
    }
  }
  return true;
}

bool are_down_arcs(Hierarchy const& h) {
  for (Rank r = 0; r < h.rank_count(); ++r) {
    if (h.first_down[r] > h.first_down[r + 1] || h.first_down[r + 1] > h.down.size()) {
      return false;
    }
    for (DownArc const arc : h.down_of(r)) {
      if (arc.tail >= r || !h.is_ancestor(r, arc.tail)) {
        return false;
      }
      UpArc const place = h.place_of(arc.tail, h.rows[r].depth);
      if (place == kNoUpArc || h.rows[arc.tail].first_arc + place != arc.arc) {
        return false;
      }
    }
  }
  return true;
}

bool are_roads(Hierarchy const& h) {
  for (Rank r = 0; r < h.rank_count(); ++r) {
    if (h.first_road[r] > h.first_road[r + 1] || h.first_road[r + 1] > h.roads.size()) {
      return false;
    }
    for (Road const road : h.roads_of(r)) {
      EdgeId const edge = edge_of(road.upward);
      if (edge >= h.edge_from.size()) {
        return false;
      }
      Rank const from = h.rank_of[h.edge_from[edge]];
      Rank const to = h.rank_of[h.edge_to[edge]];
      Rank const low = is_backward(road.upward) ? to : from;
      Rank const high = is_backward(road.upward) ? from : to;
      if (low != r || high <= r || !h.is_ancestor(high, r) ||
          h.place_of(r, h.rows[high].depth) != road.place) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

std::string contradiction_in(Hierarchy const& h) {
  // The order matters: each check relies on those before it.
  return !lengths_match(h)    ? "lengths of the hierarchy's arrays"
         : !is_permutation(h) ? "the order of contraction"
         : !is_tree(h)        ? "the elimination tree"
         : !are_rows(h)       ? "the rows of the hierarchy"
         : !are_down_arcs(h)  ? "the arcs of the hierarchy seen from above"
         : !are_roads(h)      ? "the roads of the hierarchy"
                              : "";
}

}  // namespace fenghuo::gis::cch
