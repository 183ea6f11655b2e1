#include "center/roads.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <mutex>
#include <numbers>

#include "gis/geo/distance.h"
#include "gis/routing/guidance.h"

namespace fenghuo::center {

namespace {

using dispatch::TravelTimeTable;

/// 40 km/h for vehicles, 4 km/h on foot.
std::int32_t straight_line_cm_per_s(gis::Profile profile) {
  return profile == gis::Profile::Foot ? 111 : 1'111;
}

class RegionRoads final : public Roads {
 public:
  RegionRoads(std::shared_ptr<gis::Region const> region, gis::RoutingSettings const& settings)
      : region_{std::move(region)}, settings_{settings}, router_{gis::Router::make(region_)} {
    open_ = gis::Metric::build(*region_, settings, {}, 0);
    metric_ = open_;
  }
  RegionRoads(RegionRoads const& other)
      : region_{other.region_},
        settings_{other.settings_},
        router_{other.router_},
        open_{other.open_},
        metric_{other.metric()},
        conditions_{other.conditions_} {}

  domain::EtaBasis basis() const override { return domain::EtaBasis::RoadNetwork; }
  std::string area_at(GeoPoint point) const override { return region_->area_at(point); }
  bool covers(GeoPoint point) const override {
    auto const& info = region_->info();
    return point.lat_e7 >= info.south_west.lat_e7 && point.lat_e7 <= info.north_east.lat_e7 &&
           point.lon_e7 >= info.south_west.lon_e7 && point.lon_e7 <= info.north_east.lon_e7;
  }
  gis::Place const* nearest_settlement(GeoPoint point) const override {
    return region_->nearest_settlement(point, metres(10'000));
  }

  Result<std::optional<gis::Route>> route(gis::Profile profile, GeoPoint from,
                                          GeoPoint to) const override {
    return router_->route(*metric(), profile, from, to, limits_);
  }
  Result<gis::RouteThrough> route_through(gis::Profile profile, std::span<GeoPoint const> stops,
                                          bool with_steps) const override {
    auto const roads = metric();
    return gis::route_through(stops, [&](GeoPoint from, GeoPoint to) {
      auto found = router_->route(*roads, profile, from, to, limits_);
      if (!found) {
        found = explained(found.error(), *roads, profile, std::array{from, to});
      }
      if (with_steps && found && *found) {
        (*found)->steps = gis::steps_of(*region_, settings_, profile, **found, to);
      }
      return found;
    });
  }
  Result<TravelTimeTable> travel_times(gis::Profile profile, std::span<GeoPoint const> origins,
                                       std::span<GeoPoint const> destinations) const override {
    return router_->travel_times(*metric(), profile, origins, destinations, limits_);
  }
  Result<std::vector<gis::RouteChoice>> alternatives(gis::Profile profile, GeoPoint from,
                                                     GeoPoint to, std::size_t most,
                                                     bool with_steps) const override {
    auto const roads = metric();
    gis::AlternativeRules rules;
    rules.most = most;
    auto found = router_->alternatives(*roads, profile, from, to, rules, {});
    if (!found) {
      return explained(found.error(), *roads, profile, std::array{from, to});
    }
    for (auto& choice : *found) {
      if (with_steps) {
        choice.route.steps = gis::steps_of(*region_, settings_, profile, choice.route, to);
      }
    }
    return found;
  }
  Result<gis::ReachedBands> isochrone(gis::Profile profile, GeoPoint at,
                                      std::span<Duration const> within,
                                      gis::cch::Way way) const override {
    auto const roads = metric();
    auto found = gis::reached_bands(*region_, *router_, *roads, profile, at, within, way, {});
    return found ? std::move(found) : explained(found.error(), *roads, profile, std::array{at});
  }
  Result<NearPlaces> nearest(gis::Profile profile, std::span<GeoPoint const> candidates,
                             gis::cch::Way way, GeoPoint point, std::size_t k) const override {
    auto const roads = metric();
    auto const found = router_->nearest(*roads, profile, candidates, way, point, k, {});
    if (!found) {
      return explained(found.error(), *roads, profile, std::array{point});
    }
    NearPlaces out{{}, found->unreachable};
    for (gis::NearCandidate const& one : found->nearest) {
      GeoPoint const candidate = candidates[one.index];
      bool const sets_out = way == gis::cch::Way::Leaving;
      auto const route = router_->route(*roads, profile, sets_out ? candidate : point,
                                        sets_out ? point : candidate, {});
      ensure(route && *route, "what has a time has a route");
      out.nearest.push_back({one.index, one.duration, (*route)->distance});
    }
    return out;
  }
  bool near_road(gis::Profile profile, GeoPoint point) const override {
    return gis::snap(*region_, *open_, profile, point, gis::RoutingLimits{}.snap_within)
        .has_value();
  }

  void apply(std::span<gis::ClosureShape const> closures, Sequence as_of) override {
    std::atomic_store(&metric_, metric()->with_closures(closures, as_of));
  }
  std::optional<ClosedRoads> closed_by(gis::ClosureShape const& shape) const override {
    auto const edges = gis::edges_closed_by(*region_, shape);
    return ClosedRoads{edges.size(), gis::ways_of(*region_, edges)};
  }
  bool leads_over(gis::Route const& route, gis::ClosureShape const& shape) const override {
    return gis::leads_over(*region_, route.geometry, gis::edges_closed_by(*region_, shape));
  }
  Result<gis::RoadLookup> find_road(gis::RoadQuestion const& question) const override {
    return gis::find_road(*region_, *open_, *router_, question);
  }
  std::shared_ptr<Roads const> as_if(std::span<gis::ClosureShape const> closures,
                                     Distance snap_within) const override {
    auto roads = std::make_shared<RegionRoads>(*this);
    roads->limits_.snap_within = snap_within;
    auto const now = metric();
    std::atomic_store(&roads->metric_, now->with_closures(closures, now->as_of()));
    return roads;
  }
  std::shared_ptr<Roads const> in_condition(gis::RoadCondition condition) const override {
    auto const now = metric();
    auto roads = std::make_shared<RegionRoads>(*this);
    if (condition == now->condition()) {
      return roads;
    }
    std::scoped_lock const lock{conditions_->mutex};
    auto& kept = conditions_->metrics[static_cast<std::size_t>(condition)];
    kept = kept == nullptr ? now->in_condition(condition)
                           : kept->with_closures(now->closures(), now->as_of());
    std::atomic_store(&roads->metric_, kept);
    return roads;
  }
  gis::RegionInfo const* region() const override { return &region_->info(); }
  std::span<gis::Place const> places() const override { return region_->places(); }

 private:
  std::shared_ptr<gis::Metric const> metric() const { return std::atomic_load(&metric_); }

  /// Where a point has no road near it, how far the next one is.
  Error explained(Error error, gis::Metric const& roads, gis::Profile profile,
                  std::span<GeoPoint const> points) const {
    for (GeoPoint const point : points) {
      if (error.code == ErrorCode::NotFound &&
          !gis::snap(*region_, roads, profile, point, gis::RoutingLimits{}.snap_within)) {
        return {ErrorCode::NotFound, gis::far_from_roads(*region_, roads, profile, point)};
      }
    }
    return error;
  }

  std::shared_ptr<gis::Region const> region_;
  /// Metrics of other conditions, as they were when last asked for.
  struct Conditions {
    std::mutex mutex;
    std::array<std::shared_ptr<gis::Metric const>, gis::kRoadConditionCount> metrics;
  };

  gis::RoutingSettings settings_;
  gis::RoutingLimits limits_;
  std::shared_ptr<gis::Router const> router_;
  std::shared_ptr<gis::Metric const> open_;  ///< as if no road were closed
  std::shared_ptr<gis::Metric const> metric_;
  std::shared_ptr<Conditions> conditions_ = std::make_shared<Conditions>();
};

/// Around a point on the sphere, counter-clockwise, closed.
std::vector<GeoPoint> circle_around(GeoPoint at, double metres) {
  constexpr int kCorners = 72;
  constexpr double kDegrees = std::numbers::pi / 180;
  double const lat = at.lat_e7 * 1e-7 * kDegrees;
  double const angle = metres / 6'371'008.8;
  std::vector<GeoPoint> ring;
  for (int i = 0; i < kCorners; ++i) {
    double const bearing = -2 * std::numbers::pi * i / kCorners;
    double const to_lat = std::asin(std::sin(lat) * std::cos(angle) +
                                    std::cos(lat) * std::sin(angle) * std::cos(bearing));
    double const by_lon = std::atan2(std::sin(bearing) * std::sin(angle) * std::cos(lat),
                                     std::cos(angle) - std::sin(lat) * std::sin(to_lat));
    auto const units = [](double degrees, double most) {
      return static_cast<std::int32_t>(std::lround(std::clamp(degrees, -most, most) * 1e7));
    };
    ring.push_back(
        {units(to_lat / kDegrees, 90), units(at.lon_e7 * 1e-7 + by_lon / kDegrees, 180)});
  }
  ring.push_back(ring.front());
  return ring;
}

class StraightLineRoads final : public Roads {
 public:
  domain::EtaBasis basis() const override { return domain::EtaBasis::StraightLine; }
  std::string area_at(GeoPoint /*point*/) const override { return ""; }
  bool covers(GeoPoint /*point*/) const override { return true; }
  gis::Place const* nearest_settlement(GeoPoint /*point*/) const override { return nullptr; }

  Result<std::optional<gis::Route>> route(gis::Profile profile, GeoPoint from,
                                          GeoPoint to) const override {
    gis::Route route;
    route.duration = straight_line_time(profile, from, to);
    route.distance = gis::distance_between(from, to);
    route.geometry = {from, to};
    route.speed_assumed_permille = 1000;
    return std::optional{std::move(route)};
  }
  Result<gis::RouteThrough> route_through(gis::Profile profile, std::span<GeoPoint const> stops,
                                          bool /*with_steps*/) const override {
    return gis::route_through(stops,
                              [&](GeoPoint from, GeoPoint to) { return route(profile, from, to); });
  }
  Result<TravelTimeTable> travel_times(gis::Profile profile, std::span<GeoPoint const> origins,
                                       std::span<GeoPoint const> destinations) const override {
    std::vector<Duration> cells;
    for (auto const from : origins) {
      for (auto const to : destinations) {
        cells.push_back(straight_line_time(profile, from, to));
      }
    }
    return TravelTimeTable{origins.size(), destinations.size(), std::move(cells)};
  }
  Result<std::vector<gis::RouteChoice>> alternatives(gis::Profile profile, GeoPoint from,
                                                     GeoPoint to, std::size_t /*most*/,
                                                     bool /*with_steps*/) const override {
    auto const only = route(profile, from, to);
    return std::vector{gis::RouteChoice{**only, 1000, {}}};
  }
  Result<gis::ReachedBands> isochrone(gis::Profile profile, GeoPoint at,
                                      std::span<Duration const> within,
                                      gis::cch::Way /*way*/) const override {
    if (auto good = gis::check_bands(within); !good) {
      return good.error();
    }
    gis::ReachedBands out;
    for (Duration const limit : within) {
      // straight_line_time, turned round
      double const seconds = static_cast<double>(limit.us) / 1e6;
      double const metres = seconds * straight_line_cm_per_s(profile) / 100 / 1.4;
      out.bands.push_back({limit, {{circle_around(at, metres), {}}}, {}, 0});
    }
    return out;
  }
  Result<NearPlaces> nearest(gis::Profile profile, std::span<GeoPoint const> candidates,
                             gis::cch::Way /*way*/, GeoPoint point, std::size_t k) const override {
    NearPlaces out;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      out.nearest.push_back({i, straight_line_time(profile, candidates[i], point),
                             gis::distance_between(candidates[i], point)});
    }
    std::stable_sort(out.nearest.begin(), out.nearest.end(),
                     [](auto const& a, auto const& b) { return a.duration < b.duration; });
    out.nearest.resize(std::min(k, out.nearest.size()));
    return out;
  }
  bool near_road(gis::Profile /*profile*/, GeoPoint /*point*/) const override { return true; }
  void apply(std::span<gis::ClosureShape const> /*closures*/, Sequence /*as_of*/) override {}
  std::optional<ClosedRoads> closed_by(gis::ClosureShape const& /*shape*/) const override {
    return std::nullopt;
  }
  bool leads_over(gis::Route const& /*route*/, gis::ClosureShape const& /*shape*/) const override {
    return false;
  }
  Result<gis::RoadLookup> find_road(gis::RoadQuestion const& /*question*/) const override {
    return Error{
        ErrorCode::Unavailable,
        "this centre has no map (set `region`), so it knows no road by name: give \"geometry\""};
  }
  std::shared_ptr<Roads const> in_condition(gis::RoadCondition /*condition*/) const override {
    return nullptr;
  }
  std::shared_ptr<Roads const> as_if(std::span<gis::ClosureShape const> /*closures*/,
                                     Distance /*snap_within*/) const override {
    return nullptr;
  }
  gis::RegionInfo const* region() const override { return nullptr; }
  std::span<gis::Place const> places() const override { return {}; }
};

}  // namespace

std::unique_ptr<Roads> region_roads(std::shared_ptr<gis::Region const> region,
                                    gis::RoutingSettings const& settings) {
  return std::make_unique<RegionRoads>(std::move(region), settings);
}
std::unique_ptr<Roads> straight_line_roads() { return std::make_unique<StraightLineRoads>(); }

Duration straight_line_time(gis::Profile profile, GeoPoint from, GeoPoint to) {
  // 1.4: a usual detour factor of roads in hills.
  std::int64_t const cm = gis::distance_between(from, to).cm * 14 / 10;
  return milliseconds(cm * 1'000 / straight_line_cm_per_s(profile));
}

gis::ClosureShape shape_of(domain::ClosureFacts const& facts) {
  gis::ClosureShape shape;
  shape.points = facts.geometry.points;
  shape.is_area = facts.geometry.is_area;
  shape.breaks.assign(facts.geometry.breaks.begin(), facts.geometry.breaks.end());
  shape.speed_permille = static_cast<std::uint32_t>(facts.speed_permille);
  shape.ways = facts.ways;
  if (!facts.profiles.empty()) {
    shape.closes.fill(false);
    for (auto const profile : facts.profiles) {
      shape.closes[static_cast<std::size_t>(profile)] = true;
    }
  }
  return shape;
}

gis::ClosureShape shape_of(domain::Closure const& closure) {
  auto shape = shape_of(closure.facts);
  shape.id = to_text(closure.id);
  return shape;
}

void note_ways(Roads const& roads, domain::ClosureFacts& facts) {
  constexpr std::size_t kMost = 1'000;
  if (auto closed = roads.closed_by(shape_of(facts))) {
    closed->ways.resize(std::min(kMost, closed->ways.size()));
    facts.ways = std::move(closed->ways);
  }
}

}  // namespace fenghuo::center
