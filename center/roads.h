#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/dispatch/travel_time_table.h"
#include "core/domain/closure.h"
#include "core/domain/vocabulary.h"
#include "gis/region/region.h"
#include "gis/routing/metric.h"
#include "gis/routing/reached_places.h"
#include "gis/routing/road_lookup.h"
#include "gis/routing/route_join.h"
#include "gis/routing/router.h"

namespace fenghuo::center {

/// What a closure falls on in the present region.
struct ClosedRoads {
  std::size_t edges = 0;
  std::vector<std::int64_t> ways;  ///< OpenStreetMap's ids, ascending
};

/// One of several candidates: how long the way takes and how long it is.
struct NearPlace {
  std::size_t index = 0;  ///< in the list that was asked about
  Duration duration;
  Distance distance;
};
struct NearPlaces {
  std::vector<NearPlace> nearest;  ///< quickest first, of equals the first in the list
  std::size_t unreachable = 0;     ///< candidates without a way
};

/// What the centre asks of the map, as a port: a region's road network, or straight lines where there is
/// none. Every travel answer says what it rests on.
///
/// Threads: any number of readers; apply() from one thread swaps the closures in as a whole, readers go on
/// with what they started with.
class Roads {
 public:
  virtual ~Roads() = default;

  virtual domain::EtaBasis basis() const = 0;
  /// Path of the area that holds a point, "" if none; and whether the region holds it at all.
  virtual std::string area_at(GeoPoint point) const = 0;
  virtual bool covers(GeoPoint point) const = 0;
  /// "about 1.2 km north-east of X", as data: the settlement and the distance. "" where none is near.
  virtual gis::Place const* nearest_settlement(GeoPoint point) const = 0;

  virtual Result<std::optional<gis::Route>> route(gis::Profile profile, GeoPoint from,
                                                  GeoPoint to) const = 0;
  /// By all the stops in their order, on the closures of one moment; with_steps: Route::steps too, of which straight
  /// lines have none.
  virtual Result<gis::RouteThrough> route_through(gis::Profile profile,
                                                  std::span<GeoPoint const> stops,
                                                  bool with_steps) const = 0;
  virtual Result<dispatch::TravelTimeTable> travel_times(
      gis::Profile profile, std::span<GeoPoint const> origins,
      std::span<GeoPoint const> destinations) const = 0;
  /// The quickest way and up to `most` others; empty if there is none. Straight lines know no others.
  virtual Result<std::vector<gis::RouteChoice>> alternatives(gis::Profile profile, GeoPoint from,
                                                             GeoPoint to, std::size_t most,
                                                             bool with_steps) const = 0;
  /// How far one comes from a point, or from where one reaches it, in 1 to 4 times. Straight lines answer circles
  /// and know no settlements.
  virtual Result<gis::ReachedBands> isochrone(gis::Profile profile, GeoPoint at,
                                              std::span<Duration const> within,
                                              gis::cch::Way way) const = 0;
  /// Of the candidates, of which there is at least one, the `k` nearest in time; Leaving: they set out, Arriving: one
  /// drives to them.
  virtual Result<NearPlaces> nearest(gis::Profile profile, std::span<GeoPoint const> candidates,
                                     gis::cch::Way way, GeoPoint point, std::size_t k) const = 0;
  /// Whether there is a road for the profile near the point, closed or not: a place whose roads are all
  /// closed is cut off, not far from every road.
  virtual bool near_road(gis::Profile profile, GeoPoint point) const = 0;

  /// Puts these closures, and no others, in force. `as_of`: the sequence they were read at.
  virtual void apply(std::span<gis::ClosureShape const> closures, Sequence as_of) = 0;
  /// What a shape falls on; nothing without a network.
  virtual std::optional<ClosedRoads> closed_by(gis::ClosureShape const& shape) const = 0;
  /// Whether a route leads over a road that the shape falls on.
  virtual bool leads_over(gis::Route const& route, gis::ClosureShape const& shape) const = 0;
  /// Roads by words, as if none were closed. Errors: Unavailable without a network.
  virtual Result<gis::RoadLookup> find_road(gis::RoadQuestion const& question) const = 0;
  /// These roads with these closures and no others in force, for as long as it is held; nothing without a network.
  /// Costs a metric. `snap_within`: how far from a road a place may be.
  virtual std::shared_ptr<Roads const> as_if(
      std::span<gis::ClosureShape const> closures,
      Distance snap_within = gis::RoutingLimits{}.snap_within) const = 0;
  /// These roads with their closures in another condition; nothing without a network. The first question in a
  /// condition costs a metric, later ones what has been closed or opened since.
  virtual std::shared_ptr<Roads const> in_condition(gis::RoadCondition condition) const = 0;
  virtual gis::RegionInfo const* region() const = 0;
  /// Settlements and facilities of the map.
  virtual std::span<gis::Place const> places() const = 0;
};

/// The roads of a region, by gis::Router, with the metric swapped in whole.
std::unique_ptr<Roads> region_roads(std::shared_ptr<gis::Region const> region,
                                    gis::RoutingSettings const& settings);

/// No map: straight lines, 40 km/h for vehicles and 4 km/h on foot over 1.4 times the distance, each
/// answer marked EtaBasis::StraightLine.
std::unique_ptr<Roads> straight_line_roads();

/// Time over a straight line as above; also the answer for places far from any road.
Duration straight_line_time(gis::Profile profile, GeoPoint from, GeoPoint to);

constexpr gis::Profile to_gis(domain::VehicleProfile profile) {
  return static_cast<gis::Profile>(profile);
}
static_assert(static_cast<int>(domain::VehicleProfile::Foot) ==
              static_cast<int>(gis::Profile::Foot));

/// A closure of the journal in the shape that the map matches.
gis::ClosureShape shape_of(domain::ClosureFacts const& facts);
gis::ClosureShape shape_of(domain::Closure const& closure);

/// Writes the ways that a new closure falls on into its facts, the first 1,000: words for the next map.
void note_ways(Roads const& roads, domain::ClosureFacts& facts);

}  // namespace fenghuo::center
