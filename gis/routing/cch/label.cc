#include "gis/routing/cch/label.h"

#include <algorithm>
#include <bit>

#include "gis/routing/cch/lanes.h"

namespace fenghuo::gis::cch {

namespace {

FENGHUO_LANES void sweep_up(Hierarchy const& hierarchy, ArcWeights const& weights, Way way, Rank r,
                            Weight* ms) {
  for (; r != kNoRank; r = hierarchy.rows[r].parent) {
    Weight const here = ms[hierarchy.rows[r].depth];
    if (here < kClosed) {
      Weight const* arcs =
          way == Way::Leaving ? weights.up(hierarchy, r) : weights.down(hierarchy, r);
      for (Run const run : hierarchy.runs_of(r)) {
        lanes::relax(ms + run.depth, arcs, here, run.length);
        arcs += run.length;
      }
    }
  }
}

FENGHUO_LANES Weight least_over(Weight const* a, Weight const* b, std::uint32_t n) {
  return lanes::least_sum(a, b, n, kClosed);
}

}  // namespace

void make_label(Hierarchy const& hierarchy, ArcWeights const& weights, Way way,
                std::span<End const> ends, Label& into) {
  into.lowest = kNoRank;
  into.ms.clear();
  if (ends.empty()) {
    return;
  }
  into.lowest = std::min_element(ends.begin(), ends.end(), [](End a, End b) {
                  return a.rank < b.rank;
                })->rank;
  into.ms.assign(hierarchy.rows[into.lowest].depth + std::size_t{1}, kClosed);
  for (End const end : ends) {
    ensure(hierarchy.is_ancestor(end.rank, into.lowest),
           "the ends of an edge lie above each other");
    Weight& ms = into.ms[hierarchy.rows[end.rank].depth];
    ms = std::min(ms, end.ms);
  }
  sweep_up(hierarchy, weights, way, into.lowest, into.ms.data());
}

std::uint64_t rows_above(Hierarchy const& hierarchy, ArcWeights const& weights, Rank lowest) {
  // A row's number and its depth name its contents; sums of mixed words (splitmix64's last step) do not meet by
  // chance.
  std::uint64_t sum = 0;
  for (Rank r = lowest; r != kNoRank; r = hierarchy.rows[r].parent) {
    if (std::uint32_t const number = weights.changed(r); number != 0) {
      std::uint64_t z = std::uint64_t{number} << 16U | hierarchy.rows[r].depth;
      z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
      z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
      sum += z ^ (z >> 31U);
    }
  }
  return sum;
}

// Schieber, Vishkin, "On Finding Lowest Common Ancestors", SIAM J. Computing 17 (1988). Every node gets the
// number with most trailing zeros among the preorder numbers of its subtree; nodes of one number form a chain.
// A node that stands above all roots makes a tree of the forest; it is called rank_count.

namespace {

std::uint32_t lowest_bit(std::uint32_t x) { return x & (~x + 1); }
std::uint32_t highest_bit(std::uint32_t x) { return std::bit_floor(x); }

}  // namespace

CommonAncestors::CommonAncestors(Hierarchy const& hierarchy) : rows_{hierarchy.rows} {
  Rank const n = hierarchy.rank_count();
  chain_.resize(n + std::size_t{1});
  chains_above_.resize(n + std::size_t{1});
  head_.assign(n + std::size_t{2}, kNoRank);
  // Mirrored ranks are a preorder: the subtree of r has the numbers n+1-r .. n+1-subtree_first[r].
  for (Rank r = 0; r <= n; ++r) {
    std::uint32_t const low = n + 1 - r;
    std::uint32_t const high = n + 1 - (r == n ? 0 : hierarchy.subtree_first[r]);
    chain_[r] = high & ~(highest_bit((low - 1) ^ high) - 1);
  }
  for (Rank r = n + 1; r-- > 0;) {
    std::uint32_t const above = r == n ? 0 : chains_above_[parent(r)];
    chains_above_[r] = above | lowest_bit(chain_[r]);
    if (r == n || chain_[parent(r)] != chain_[r]) {
      head_[chain_[r]] = r;
    }
  }
}

Rank CommonAncestors::parent(Rank r) const {
  return rows_[r].parent == kNoRank ? static_cast<Rank>(rows_.size() - 1) : rows_[r].parent;
}

/// The lowest ancestor of r in the chain whose number ends with `bit`.
Rank CommonAncestors::enter(Rank r, std::uint32_t bit) const {
  if (lowest_bit(chain_[r]) == bit) {
    return r;
  }
  std::uint32_t const below = highest_bit(chains_above_[r] & (bit - 1));
  return parent(head_[(chain_[r] & (~below + 1)) | below]);
}

std::uint32_t CommonAncestors::count(Rank a, Rank b) const {
  std::uint32_t const differ = chain_[a] ^ chain_[b];
  std::uint32_t const from = differ == 0 ? lowest_bit(chain_[a]) : highest_bit(differ);
  std::uint32_t const bit = lowest_bit(chains_above_[a] & chains_above_[b] & (~from + 1));
  Rank const x = enter(a, bit);
  Rank const y = enter(b, bit);
  auto const top = static_cast<Rank>(rows_.size() - 1);
  if (x == top || y == top) {
    return 0;
  }
  return std::min(rows_[x].depth, rows_[y].depth) + 1U;
}

Weight between(Label const& leaving, Label const& arriving, std::uint32_t shared) {
  return least_over(leaving.ms.data(), arriving.ms.data(), shared);
}

}  // namespace fenghuo::gis::cch
