#include "center/roads.h"

#include <array>
#include <atomic>

#include "gis/geo/distance.h"

namespace fenghuo::center {

namespace {

using dispatch::TravelTimeTable;

class RegionRoads final : public Roads {
 public:
  RegionRoads(std::shared_ptr<gis::Region const> region, gis::RoutingSettings const& settings)
      : region_{std::move(region)}, settings_{settings}, router_{gis::Router::make(region_)} {
    open_ = gis::Metric::build(*region_, settings_, {}, 0);
    metric_ = open_;
  }

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
    return router_->route(*metric(), profile, from, to, {});
  }
  Result<TravelTimeTable> travel_times(gis::Profile profile, std::span<GeoPoint const> origins,
                                       std::span<GeoPoint const> destinations) const override {
    return router_->travel_times(*metric(), profile, origins, destinations, {});
  }
  bool near_road(gis::Profile profile, GeoPoint point) const override {
    return gis::snap(*region_, *open_, profile, point, gis::RoutingLimits{}.snap_within)
        .has_value();
  }

  void apply(std::span<gis::ClosureShape const> closures, Sequence as_of) override {
    auto next = gis::Metric::build(*region_, settings_, closures, as_of);
    std::atomic_store(&metric_, std::move(next));
  }
  std::optional<std::size_t> edges_closed_by(gis::ClosureShape const& shape) const override {
    return gis::edges_closed_by(*region_, shape).size();
  }
  gis::RegionInfo const* region() const override { return &region_->info(); }
  std::span<gis::Place const> places() const override { return region_->places(); }

 private:
  std::shared_ptr<gis::Metric const> metric() const { return std::atomic_load(&metric_); }

  std::shared_ptr<gis::Region const> region_;
  gis::RoutingSettings settings_;
  std::shared_ptr<gis::Router const> router_;
  std::shared_ptr<gis::Metric const> open_;  ///< as if no road were closed
  std::shared_ptr<gis::Metric const> metric_;
};

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
  bool near_road(gis::Profile /*profile*/, GeoPoint /*point*/) const override { return true; }
  void apply(std::span<gis::ClosureShape const> /*closures*/, Sequence /*as_of*/) override {}
  std::optional<std::size_t> edges_closed_by(gis::ClosureShape const& /*shape*/) const override {
    return std::nullopt;
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
  // 1.4: a usual detour factor of roads in hills; 40 km/h = 1111 cm/s, 4 km/h = 111 cm/s.
  std::int64_t const cm = gis::distance_between(from, to).cm * 14 / 10;
  std::int64_t const cm_per_s = profile == gis::Profile::Foot ? 111 : 1'111;
  return milliseconds(cm * 1'000 / cm_per_s);
}

gis::ClosureShape shape_of(domain::Closure const& closure) {
  gis::ClosureShape shape;
  shape.id = to_text(closure.id);
  shape.points = closure.facts.geometry.points;
  shape.is_area = closure.facts.geometry.is_area;
  shape.speed_permille = static_cast<std::uint32_t>(closure.facts.speed_permille);
  shape.ways = closure.facts.ways;
  shape.breaks.assign(closure.facts.geometry.breaks.begin(), closure.facts.geometry.breaks.end());
  if (!closure.facts.profiles.empty()) {
    shape.closes.fill(false);
    for (auto const profile : closure.facts.profiles) {
      shape.closes[static_cast<std::size_t>(profile)] = true;
    }
  }
  return shape;
}

}  // namespace fenghuo::center
