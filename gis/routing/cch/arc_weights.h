#pragma once

#include <memory>
#include <vector>

#include "gis/routing/cch/hierarchy.h"
#include "gis/routing/road_weights.h"

namespace fenghuo::gis::cch {

/// Weights of every arc in one stretch, while all of them are being made; kClosed at first.
class FlatWeights {
 public:
  explicit FlatWeights(Hierarchy const& hierarchy);
  Weight* up() { return words_.get(); }
  Weight* down() { return words_.get() + arcs_; }
  std::uint32_t* changed() { return words_.get() + arcs_ * 2; }  ///< by rank

 private:
  friend class ArcWeights;
  std::size_t arcs_ = 0;
  std::shared_ptr<Weight[]> words_;  ///< upward, downward, then the numbers of change by rank
};

/// Milliseconds of every arc of a hierarchy, upward and downward; kClosed where there is no way.
///
/// An immutable value whose copies share their pages. A draft made from it copies the pages that are written
/// to: weights with one more road closed cost the pages above that road, and who reads the old ones notices
/// nothing.
/// Threads: any number of readers.
/// Checked: tests/gis/customization_test.cc.
class ArcWeights {
 public:
  ArcWeights() = default;
  ArcWeights(Hierarchy const& hierarchy, FlatWeights flat);

  Weight const* up(Hierarchy const& hierarchy, Rank r) const {
    Page const& page = pages_[r >> kPageBits];
    return page.up + (hierarchy.rows[r].first_arc - page.first);
  }
  Weight const* down(Hierarchy const& hierarchy, Rank r) const {
    Page const& page = pages_[r >> kPageBits];
    return page.down + (hierarchy.rows[r].first_arc - page.first);
  }
  /// Of one arc, by the rank of its tail.
  Weight const* up_at(Rank tail, UpArc arc) const {
    Page const& page = pages_[tail >> kPageBits];
    return page.up + (arc - page.first);
  }
  Weight const* down_at(Rank tail, UpArc arc) const {
    Page const& page = pages_[tail >> kPageBits];
    return page.down + (arc - page.first);
  }
  /// The number of the last change to r's row; 0 if there has been none.
  std::uint32_t changed(Rank r) const {
    return pages_[r >> kPageBits].changed[r & (kPageRanks - 1)];
  }

  class Draft;

  std::size_t page_count() const { return pages_.size(); }
  std::size_t pages_shared_with(ArcWeights const& other) const;

 private:
  static constexpr unsigned kPageBits = 7;
  static constexpr Rank kPageRanks = 1U << kPageBits;

  /// The rows of kPageRanks ranks, in words that it shares with others or has alone.
  struct Page {
    std::shared_ptr<Weight[]> words;
    Weight* up = nullptr;
    Weight* down = nullptr;
    std::uint32_t* changed = nullptr;  ///< by rank
    UpArc first = 0, size = 0;
  };
  std::vector<Page> pages_;
};

/// Weights while they are being changed.
class ArcWeights::Draft {
 public:
  explicit Draft(ArcWeights weights);

  struct EditedRow {
    Weight* up = nullptr;
    Weight* down = nullptr;
    std::uint32_t* changed = nullptr;
  };
  EditedRow edit(Hierarchy const& hierarchy, Rank r);
  ArcWeights const& weights() const { return weights_; }
  ArcWeights finish() && { return std::move(weights_); }

 private:
  ArcWeights weights_;
  std::vector<std::uint8_t> own_;  ///< by page
};

}  // namespace fenghuo::gis::cch
