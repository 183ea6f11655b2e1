#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "gis/routing/cch/label.h"
#include "gis/routing/road_point.h"
#include "gis/routing/snap.h"

namespace fenghuo::gis {

/// A point on its road with its label.
struct LabelledPlace {
  Snap snap;
  RoadPoint point;
  std::vector<cch::End> ends;
  cch::Label label;
  std::uint64_t rows = 0;  ///< cch::rows_above its lowest node when the label was made
  GeoPoint low, high;      ///< roads beyond this box have no say in where the point is snapped to
};

/// The labels of points that are asked for again and again: teams that stand still, villages, hospitals. A label
/// is made anew when its point moves (it is another point then) or when a row above it changed.
///
/// Errors:  NotFound  no usable road near the point (names it)
/// Cost:    known and untouched: a look-up and a walk up the tree; else snap() and make_label().
/// Threads: any number.
/// Checked: tests/gis/router_random_test.cc, on one router through closures and reopenings.
class PlaceLabels {
 public:
  explicit PlaceLabels(Region const& region) : region_{region} {}

  using Found = Result<std::shared_ptr<LabelledPlace const>>;
  Found find(Metric const& metric, Profile profile, cch::Way way, GeoPoint point, Distance within);
  /// Points without a usable road near them give null.
  std::vector<std::shared_ptr<LabelledPlace const>> find_all(Metric const& metric, Profile profile,
                                                             cch::Way way,
                                                             std::span<GeoPoint const> points,
                                                             Distance within);

 private:
  struct Key {
    std::uint64_t base = 0;
    GeoPoint point;
    std::int64_t within_cm = 0;
    Profile profile = Profile::Light;
    cch::Way way = cch::Way::Leaving;
    bool operator==(Key const&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(Key const& key) const;
  };
  struct Entry {
    std::shared_ptr<LabelledPlace const> place;
    std::uint64_t good_for = 0;  ///< Metric::id that it was last found good for
  };
  using Book = std::unordered_map<Key, Entry, KeyHash>;

  std::optional<Entry> known(Key const& key);
  void keep(Key const& key, Entry entry);
  Found made(Metric const& metric, Key const& key, LabelledPlace const* before) const;
  bool is_good(Metric const& metric, Key const& key, LabelledPlace const& place) const;

  /// Two generations: what is not asked for again is gone when the younger is full.
  static constexpr std::size_t kGeneration = 16'384;
  Region const& region_;
  std::mutex mutex_;
  Book young_, old_;
};

}  // namespace fenghuo::gis
