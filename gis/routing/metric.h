#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"
#include "gis/region/region.h"
#include "gis/routing/cch/arc_weights.h"
#include "gis/routing/profile.h"
#include "gis/routing/road_weights.h"

namespace fenghuo::gis {

/// A closed or slow piece of road as the journal knows it: geometry and OpenStreetMap ways, never a number of
/// this region file.
struct ClosureShape {
  std::string id;
  std::vector<GeoPoint> points;  ///< one point, lines, or the ring of a polygon (is_area)
  bool is_area = false;
  std::array<bool, kProfileCount> closes{true, true, true, true};  ///< per Profile
  /// 1 to 999: passed at that share of the usual speed; 0: not passed at all.
  std::uint32_t speed_permille = 0;
  std::vector<std::int64_t> ways{};   ///< that it fell on when it was made, ascending; may be empty
  std::vector<std::size_t> breaks{};  ///< where in `points` each line after the first begins

  bool operator==(ClosureShape const&) const = default;
};

/// Which edges a shape closes: an area closes every edge that touches it; a line every edge it crosses
/// and every edge that runs along it (within 15 m over at least half the shorter of the two); a point
/// the one nearest edge within 50 m.
///
/// Crossing: from one side to the other; to touch an end of an edge is not to cross it. A line drawn by
///           hand along a road strays over the mouths of its side roads, so a crossing within 15 m of
///           an end where the line runs along another edge does not count.
/// Ways:     known ones count beside the geometry, for a map that was drawn anew since: a point closes an edge of
///           theirs that lies at most 15 m farther than the nearest; along a line they are looked for up to
///           60 m away, and what else runs along it counts only where none of them does (a way that was split,
///           not the street below a bridge). Where none of them is near, geometry alone decides. On the map
///           that the ways were taken from, those of one line or point change nothing.
/// Out:      ascending edge ids; empty if nothing matches (shown to the user, never silent).
/// Cost:     the edges near the shape, measured every metre of their length for a line.
/// Checked:  tests/gis/closure_match_test.cc.
std::vector<EdgeId> edges_closed_by(Region const& region, ClosureShape const& shape);

/// OpenStreetMap's ids of the ways of some edges, ascending, no repeats.
std::vector<std::int64_t> ways_of(Region const& region, std::span<EdgeId const> edges);

/// Whether a line that routing made (its points are those of the roads) leads along one of the edges.
bool leads_over(Region const& region, std::span<GeoPoint const> route,
                std::span<EdgeId const> edges);

/// What the closures of a metric do to one edge: for each profile the share of the usual speed that is left, in
/// thousandths; 0 is closed, 1000 as usual.
using EdgeEffect = std::array<std::uint16_t, kProfileCount>;

/// Travel times of every arc for every profile, with closures applied, and the hierarchy's weights for them.
/// Immutable: readers keep the shared pointer they started with while a new one is swapped in as a whole. A
/// metric made from another shares with it whatever the closures did not change.
///
/// Threads: any number of readers; with_closures() is a read.
/// Checked: tests/gis/metric_test.cc: what was closed and opened again in any order equals what was built at once.
class Metric {
 public:
  /// `as_of` is the journal sequence whose closures are in it. Cost: four customizations, two at a time.
  static std::shared_ptr<Metric const> build(Region const& region, RoutingSettings const& settings,
                                             std::span<ClosureShape const> closures,
                                             std::int64_t as_of);
  /// The same closures in another condition of the roads. Cost: as build().
  std::shared_ptr<Metric const> in_condition(RoadCondition condition) const;
  RoadCondition condition() const { return settings_.condition; }
  /// The same with these closures and no others. Cost: the roads whose state differs, see bench routing.
  /// The region must live as long as the result.
  std::shared_ptr<Metric const> with_closures(std::span<ClosureShape const> closures,
                                              std::int64_t as_of) const;

  std::vector<ClosureShape> closures() const;         ///< that are in it, by id
  RoadWeights const& weights(Profile profile) const;  ///< one per arc
  cch::ArcWeights const& arc_weights(Profile profile) const;
  std::int64_t as_of() const { return as_of_; }
  /// Names this metric, and the one without closures that it goes back to; never used twice.
  std::uint64_t id() const { return id_; }
  std::uint64_t base() const { return base_; }
  /// Edges that some profile cannot pass because of a closure.
  std::size_t closed_edges() const { return closed_edges_; }
  /// Whether a closure touches an edge that has a point in the box (or near it).
  bool touches(GeoPoint south_west, GeoPoint north_east) const;

 private:
  struct Layer {
    RoadWeights roads;
    cch::ArcWeights arcs;
  };
  struct Matched {
    ClosureShape shape;
    std::vector<EdgeId> edges;
  };
  struct EdgeBox {
    GeoPoint low, high;
  };
  using Effects = std::map<EdgeId, EdgeEffect>;
  struct Workspaces;  ///< of recustomizations, kept from metric to metric

  Metric() = default;
  void match(std::span<ClosureShape const> closures, Metric const* before);
  void put_in_force(Metric const& before);
  Layer changed(Layer const& layer, std::vector<RoadWeights::Change> const& changes) const;

  Region const* region_ = nullptr;
  RoutingSettings settings_;
  std::array<std::shared_ptr<Layer const>, kProfileCount> layers_;
  std::shared_ptr<Workspaces> workspaces_;
  std::map<std::string, std::shared_ptr<Matched const>> matched_;  ///< by closure
  Effects effects_;             ///< only edges that are not as usual
  std::vector<EdgeBox> boxes_;  ///< of those
  std::int64_t as_of_ = 0;
  std::uint64_t id_ = 0, base_ = 0;
  std::size_t closed_edges_ = 0;
};

}  // namespace fenghuo::gis
