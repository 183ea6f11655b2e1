#include "gis/routing/road_weights.h"

#include <algorithm>

namespace fenghuo::gis {

RoadWeights::RoadWeights(std::span<Weight const> weights) : size_{weights.size()} {
  for (std::size_t first = 0; first < size_; first += kPageMask + 1) {
    std::shared_ptr<Weight[]> page{new Weight[kPageMask + 1]};
    auto const part = weights.subspan(first, std::min<std::size_t>(kPageMask + 1, size_ - first));
    std::copy(part.begin(), part.end(), page.get());
    std::fill(page.get() + part.size(), page.get() + kPageMask + 1, kClosed);
    pages_.push_back(std::move(page));
  }
}

RoadWeights RoadWeights::with(std::span<Change const> changes) const {
  RoadWeights out = *this;
  std::vector<std::uint8_t> own(pages_.size(), 0);
  for (Change const& change : changes) {
    auto& page = out.pages_[change.arc >> kPageBits];
    if (own[change.arc >> kPageBits] == 0) {
      own[change.arc >> kPageBits] = 1;
      std::shared_ptr<Weight[]> copy{new Weight[kPageMask + 1]};
      std::copy_n(page.get(), kPageMask + 1, copy.get());
      page = std::move(copy);
    }
    page[change.arc & kPageMask] = change.weight;
  }
  return out;
}

}  // namespace fenghuo::gis
