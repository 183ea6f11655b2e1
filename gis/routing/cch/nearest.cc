#include "gis/routing/cch/nearest.h"

#include <algorithm>
#include <numeric>

namespace fenghuo::gis::cch {

Candidates::Candidates(Hierarchy const& hierarchy, CommonAncestors const& common, Way way,
                       std::span<Rank const> at)
    : hierarchy_{hierarchy},
      common_{common},
      way_{way},
      at_{at.begin(), at.end()},
      labels_(at.size()),
      rows_(at.size(), 0),
      by_rank_(at.size()),
      place_(hierarchy.rank_count(), 0),
      search_{hierarchy} {
  std::iota(by_rank_.begin(), by_rank_.end(), 0U);
  std::stable_sort(by_rank_.begin(), by_rank_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return at_[a] < at_[b]; });
  for (std::uint32_t i = static_cast<std::uint32_t>(by_rank_.size()); i-- > 0;) {
    place_[at_[by_rank_[i]]] = i + 1;
  }
}

std::size_t Candidates::relabel(ArcWeights const& weights) {
  std::size_t anew = 0;
  for (std::size_t i = 0; i < at_.size(); ++i) {
    std::uint64_t const rows = rows_above(hierarchy_, weights, at_[i]);
    if (rows != rows_[i] || labels_[i].lowest == kNoRank) {
      End const end{at_[i], 0};
      make_label(hierarchy_, weights, way_, {&end, 1}, labels_[i]);
      rows_[i] = rows;
      ++anew;
    }
  }
  return anew;
}

void Candidates::all(ArcWeights const& weights, std::span<End const> ends,
                     std::vector<Weight>& into) {
  make_label(hierarchy_, weights, opposite_way(), ends, label_);
  into.resize(at_.size());
  for (std::size_t i = 0; i < at_.size(); ++i) {
    std::uint32_t const shared =
        label_.lowest == kNoRank ? 0 : common_.count(at_[i], label_.lowest);
    into[i] = between(labels_[i], label_, shared);
  }
}

/// Nanoseconds, measured on networks of 44 thousand to 1.1 million nodes: a search settles a node in about 60, a
/// label takes about 17 a level of the tree, a look at a candidate 9 and one for every 15 levels.
bool Candidates::stand_thick(Rank at, std::size_t k) const {
  std::size_t const depth = hierarchy_.rows[at].depth + std::size_t{1};
  std::size_t const settled = k * hierarchy_.rank_count() / std::max<std::size_t>(1, at_.size());
  return settled * 60 < depth * 17 + at_.size() * (9 + depth / 15);
}

void Candidates::by_search(RoadWeights const& road_weights, std::span<End const> ends,
                           std::size_t k, std::vector<Near>& into) {
  auto const standing = [&](Rank rank) {
    std::uint32_t i = place_[rank];
    std::size_t count = 0;
    for (; i != 0 && i <= by_rank_.size() && at_[by_rank_[i - 1]] == rank; ++i) {
      ++count;
    }
    return count;
  };
  search_.run(road_weights, opposite_way(), ends, k, standing, met_);
  for (auto const& met : met_) {
    for (std::uint32_t i = place_[met.rank] - 1;
         i < by_rank_.size() && at_[by_rank_[i]] == met.rank; ++i) {
      into.push_back({by_rank_[i], met.ms});
    }
  }
}

void Candidates::nearest(ArcWeights const& weights, RoadWeights const& road_weights,
                         std::span<End const> ends, std::size_t k, std::vector<Near>& into) {
  into.clear();
  if (ends.empty() || k == 0) {
    return;
  }
  if (stand_thick(ends.front().rank, k)) {
    by_search(road_weights, ends, k, into);
  } else {
    all(weights, ends, times_);
    for (std::uint32_t i = 0; i < times_.size(); ++i) {
      if (times_[i] < kClosed) {
        into.push_back({i, times_[i]});
      }
    }
  }
  auto const nearer = [](Near a, Near b) { return a.ms != b.ms ? a.ms < b.ms : a.index < b.index; };
  auto const end = into.begin() + static_cast<std::ptrdiff_t>(std::min(k, into.size()));
  if (end != into.end()) {
    std::nth_element(into.begin(), end, into.end(), nearer);
  }
  into.erase(end, into.end());
  std::sort(into.begin(), into.end(), nearer);
}

}  // namespace fenghuo::gis::cch
