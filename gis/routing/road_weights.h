#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gis/routing/road_graph.h"

namespace fenghuo::gis {

/// Milliseconds of travel along an arc, or along a way.
using Weight = std::uint32_t;
/// No way: where a profile may not or cannot pass, and every time above it, which is more than twelve days. The
/// sum of two is still a positive int32.
inline constexpr Weight kClosed = (1U << 30U) - 1;

/// The weight of every arc of a road graph. An immutable value whose copies share their pages: with one road
/// closed a page is copied, and who reads the old weights notices nothing.
///
/// Threads: any number of readers.
/// Checked: tests/gis/road_weights_test.cc.
class RoadWeights {
 public:
  RoadWeights() = default;
  explicit RoadWeights(std::span<Weight const> weights);

  Weight operator[](ArcId arc) const { return pages_[arc >> kPageBits][arc & kPageMask]; }
  std::size_t size() const { return size_; }

  /// The same with other weights for some arcs.
  struct Change {
    ArcId arc = 0;
    Weight weight = kClosed;
  };
  RoadWeights with(std::span<Change const> changes) const;

 private:
  static constexpr unsigned kPageBits = 11;
  static constexpr ArcId kPageMask = (1U << kPageBits) - 1;
  std::vector<std::shared_ptr<Weight[]>> pages_;
  std::size_t size_ = 0;
};

}  // namespace fenghuo::gis
