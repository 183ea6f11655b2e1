#include "gis/routing/cch/arc_weights.h"

#include <algorithm>

#include "gis/routing/cch/lanes.h"

namespace fenghuo::gis::cch {

FlatWeights::FlatWeights(Hierarchy const& hierarchy)
    : arcs_{hierarchy.arc_count()}, words_{new Weight[arcs_ * 2 + hierarchy.rank_count()]} {
  std::fill_n(words_.get(), arcs_ * 2, kClosed);
  std::fill_n(words_.get() + arcs_ * 2, hierarchy.rank_count(), 0U);
}

ArcWeights::ArcWeights(Hierarchy const& hierarchy, FlatWeights flat) {
  Rank const n = hierarchy.rank_count();
  for (Rank r = 0; r < n; r += kPageRanks) {
    UpArc const first = hierarchy.rows[r].first_arc;
    UpArc const end = hierarchy.rows[std::min(n, r + kPageRanks)].first_arc;
    pages_.push_back({flat.words_, flat.up() + first, flat.down() + first,
                      flat.words_.get() + flat.arcs_ * 2 + r, first, end - first});
  }
}

ArcWeights::Draft::Draft(ArcWeights weights)
    : weights_{std::move(weights)}, own_(weights_.pages_.size(), 0) {}

ArcWeights::Draft::EditedRow ArcWeights::Draft::edit(Hierarchy const& hierarchy, Rank r) {
  Page& page = weights_.pages_[r >> kPageBits];
  if (own_[r >> kPageBits] == 0) {
    own_[r >> kPageBits] = 1;
    Rank const ranks = std::min(kPageRanks, hierarchy.rank_count() - (r & ~(kPageRanks - 1)));
    std::size_t const arcs = page.size;
    std::shared_ptr<Weight[]> words{new Weight[arcs * 2 + ranks]};
    std::copy_n(page.up, arcs, words.get());
    std::copy_n(page.down, arcs, words.get() + arcs);
    std::copy_n(page.changed, ranks, words.get() + arcs * 2);
    page = {words, words.get(), words.get() + arcs, words.get() + arcs * 2, page.first, page.size};
  }
  UpArc const at = hierarchy.rows[r].first_arc - page.first;
  return {page.up + at, page.down + at, page.changed + (r & (kPageRanks - 1))};
}

std::size_t ArcWeights::pages_shared_with(ArcWeights const& other) const {
  std::size_t shared = 0;
  for (std::size_t i = 0; i < pages_.size() && i < other.pages_.size(); ++i) {
    shared += pages_[i].up == other.pages_[i].up ? 1U : 0U;
  }
  return shared;
}

}  // namespace fenghuo::gis::cch
