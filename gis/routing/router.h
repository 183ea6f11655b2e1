#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/dispatch/travel_time_table.h"
#include "gis/routing/isochrone.h"
#include "gis/routing/metric.h"
#include "gis/routing/road_piece.h"
#include "gis/routing/route_step.h"
#include "gis/routing/snap.h"

namespace fenghuo::gis {

/// A stretch of a route with one name.
struct RouteLeg {
  std::string road;  ///< name or reference of the road, "" if the data has none
  RoadClass road_class = RoadClass::Unclassified;
  Distance distance;
  Duration duration;
};

/// A way from one place to another with the metric it was found on.
struct Route {
  Duration duration;
  Distance distance;                ///< on roads; the walk to and from the road is not in it
  Distance access_from, access_to;  ///< straight line from the asked points to the road
  std::vector<GeoPoint> geometry;   ///< from the origin's point on the road to the destination's
  std::vector<RouteLeg> legs;
  std::vector<RoadPiece>
      pieces;  ///< what it drives over; numbers of this region file, not to be kept
  std::vector<RouteStep> steps;  ///< empty unless asked for: guidance.h
  std::uint32_t speed_assumed_permille =
      0;  ///< share of the distance whose speed was not in the data
  std::uint32_t load_assumed_permille = 0;  ///< share whose weight limit was not in the data
  std::uint32_t width_assumed_permille = 0;
  bool against_oneway = false;
  bool uses_ferry = false;
  std::int64_t as_of = 0;  ///< Metric::as_of
};

struct RoutingLimits {
  Distance snap_within = metres(2000);
};

/// What makes another way worth showing; shares in thousandths. alternatives.h says what they mean.
struct AlternativeRules {
  std::size_t most = 2;
  std::uint32_t stretch_permille = 1250;
  std::uint32_t sharing_permille = 800;
  std::uint32_t local_permille = 250;
};

/// One of several ways to choose from; the first is the quickest.
struct RouteChoice {
  Route route;
  /// Of the quickest way's time, what is spent on roads that this one uses too; of the quickest itself 1000.
  std::uint32_t shared_permille = 1000;
  RoadNaming via;  ///< by which it can be told from the others; may be without a name
};

/// One of several candidates and how long the way takes.
struct NearCandidate {
  std::size_t index = 0;  ///< in the list that was asked about
  Duration duration;
};

/// Shortest travel times on a region's roads: one object per region, any metric.
///
/// The duration includes the straight access on foot (5 km/h) from a point to its road beyond 30 m,
/// since a yard is not a walk (only what is beyond counts). A part of an edge takes its share of the
/// arc's weight, rounded half up to the millisecond; a point at the end of an edge is at the node.
/// No connection is a value (nullopt, kUnreachable), never an error.
/// Errors:  InvalidArgument  a list is empty, a matrix has over 4,000,000 cells, or the metric was
///                           built for another region
///          NotFound         route only: a point has no usable road near it (names the point)
/// Cost:    a label a point, kept for the next question, and a look at two labels a pair; see bench routing.
/// Threads: any number.
/// Source:  gis/routing/cch.
/// Checked: tests/gis/router_test.cc by hand; router_random_test.cc and extracts_test.cc against a plain
///          Dijkstra that shares no code with this one (plain_dijkstra.h).
class QuickestWays {
 public:
  virtual ~QuickestWays() = default;
  QuickestWays(QuickestWays const&) = delete;
  QuickestWays& operator=(QuickestWays const&) = delete;

  virtual Result<std::optional<Route>> route(Metric const& metric, Profile profile, GeoPoint from,
                                             GeoPoint to, RoutingLimits const& limits) const = 0;
  /// Rows are origins. A point without a usable road near it gives unreachable cells.
  virtual Result<dispatch::TravelTimeTable> travel_times(Metric const& metric, Profile profile,
                                                         std::span<GeoPoint const> origins,
                                                         std::span<GeoPoint const> destinations,
                                                         RoutingLimits const& limits) const = 0;

  /// Of the candidates the `k` from which a point is reached first (Leaving: they set out) or that are reached first
  /// from it (Arriving: one drives to them). Quickest first, of equals the first in the list.
  struct Nearest {
    std::vector<NearCandidate> nearest;
    std::size_t unreachable = 0;  ///< candidates without a way
  };
  /// Errors:  as travel_times; NotFound  the point has no usable road near it
  /// Cost:    as travel_times, one row or column.
  /// Checked: tests/gis/nearest_test.cc
  Result<Nearest> nearest(Metric const& metric, Profile profile,
                          std::span<GeoPoint const> candidates, cch::Way way, GeoPoint point,
                          std::size_t k, RoutingLimits const& limits) const;

 protected:
  QuickestWays() = default;
  /// The nearest road of a point, for its sake alone.
  virtual Result<void> check_point(Metric const& metric, Profile profile, GeoPoint point,
                                   RoutingLimits const& limits) const = 0;
};

/// Besides the quickest way: how far one comes, and which other ways there are.
class Router : public QuickestWays {
 public:
  static std::shared_ptr<Router const> make(std::shared_ptr<Region const> region);
  /// Routes and tables by one Dijkstra a row, with Boost.Graph on a compressed sparse row graph: for tests.
  static std::shared_ptr<QuickestWays const> reference(std::shared_ptr<Region const> region);

  /// The roads that are reached from a point (Leaving) or from which it is reached (Arriving) within each of 1 to 4
  /// times of at most four hours: isochrone.h.
  /// Errors:  InvalidArgument  the times; NotFound  no usable road near the point
  virtual Result<Isochrone> isochrone(Metric const& metric, Profile profile, GeoPoint point,
                                      std::span<Duration const> within, cch::Way way,
                                      RoutingLimits const& limits) const = 0;
  /// The quickest way and up to `rules.most` sensible others: alternatives.h. Empty if there is none.
  /// Errors:  as route
  virtual Result<std::vector<RouteChoice>> alternatives(Metric const& metric, Profile profile,
                                                        GeoPoint from, GeoPoint to,
                                                        AlternativeRules const& rules,
                                                        RoutingLimits const& limits) const = 0;
};

}  // namespace fenghuo::gis
