#include "gis/routing/reached_places.h"

#include <algorithm>

#include "core/base/text_form.h"
#include "gis/geo/distance.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

/// Settlements whose road may be one that is reached.
std::vector<Place const*> settlements_near(Region const& region,
                                           std::vector<ReachedBand> const& bands) {
  GeoPoint low{900'000'000, 1'800'000'000};
  GeoPoint high{-900'000'000, -1'800'000'000};
  for (ReachedBand const& band : bands) {
    for (AreaPolygon const& polygon : band.area) {
      for (GeoPoint const p : polygon.outer) {
        low = {std::min(low.lat_e7, p.lat_e7), std::min(low.lon_e7, p.lon_e7)};
        high = {std::max(high.lat_e7, p.lat_e7), std::max(high.lon_e7, p.lon_e7)};
      }
    }
  }
  std::vector<Place const*> out;
  for (Place const& place : region.places()) {
    GeoPoint const p = place.point;
    GeoPoint const in_box{std::clamp(p.lat_e7, low.lat_e7, std::max(low.lat_e7, high.lat_e7)),
                          std::clamp(p.lon_e7, low.lon_e7, std::max(low.lon_e7, high.lon_e7))};
    if (!place.is_facility && !bands.empty() &&
        distance_between(p, in_box) <= RoutingLimits{}.snap_within) {
      out.push_back(&place);
    }
  }
  return out;
}

void fill_places(ReachedBand& band, std::vector<ReachedPlace> const& all) {
  for (ReachedPlace const& one : all) {
    if (one.duration <= band.within) {
      band.places_reached += 1;
      if (band.places.size() < kMostPlacesOfBand) {
        band.places.push_back(one);
      }
    }
  }
}

Distance outside_of(RegionInfo const& info, GeoPoint point) {
  GeoPoint const inside{std::clamp(point.lat_e7, info.south_west.lat_e7, info.north_east.lat_e7),
                        std::clamp(point.lon_e7, info.south_west.lon_e7, info.north_east.lon_e7)};
  return distance_between(point, inside);
}

std::string kilometres(std::int64_t cm) {
  std::int64_t const tenths = (cm + 5'000) / 10'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " km";
}

}  // namespace

Result<ReachedBands> reached_bands(Region const& region, Router const& router, Metric const& metric,
                                   Profile profile, GeoPoint point,
                                   std::span<Duration const> within, cch::Way way,
                                   RoutingLimits const& limits) {
  auto const roads = router.isochrone(metric, profile, point, within, way, limits);
  if (!roads) {
    return roads.error();
  }
  auto areas = areas_around(region, roads->bands);
  ReachedBands out{roads->snap.away, areas.margin, roads->as_of, {}};
  for (std::size_t i = 0; i < within.size(); ++i) {
    out.bands.push_back({within[i], std::move(areas.areas[i]), {}, 0});
  }
  auto const settlements = settlements_near(region, out.bands);
  if (settlements.empty()) {
    return out;
  }
  std::vector<GeoPoint> points;
  for (Place const* place : settlements) {
    points.push_back(place->point);
  }
  auto const reached = router.nearest(
      metric, profile, points, way == cch::Way::Leaving ? cch::Way::Arriving : cch::Way::Leaving,
      point, points.size(), limits);
  if (!reached) {
    return reached.error();
  }
  std::vector<ReachedPlace> all;
  for (NearCandidate const& one : reached->nearest) {
    all.push_back({settlements[one.index], one.duration});
  }
  std::stable_sort(all.begin(), all.end(), [](ReachedPlace const& a, ReachedPlace const& b) {
    return a.place->population > b.place->population;
  });
  std::for_each(out.bands.begin(), out.bands.end(),
                [&](ReachedBand& band) { fill_places(band, all); });
  return out;
}

std::string far_from_roads(Region const& region, Metric const& metric, Profile profile,
                           GeoPoint point) {
  std::string text;
  append_text(text, point);
  if (Distance const outside = outside_of(region.info(), point); outside.cm > 0) {
    text += " lies " + kilometres(outside.cm) + " outside the region " + region.info().name + "; ";
  } else {
    text += " has no road near it; ";
  }
  for (std::int64_t within = 4'000; within <= 64'000; within *= 4) {
    if (auto const road = snap(region, metric, profile, point, metres(within))) {
      return text + "the nearest road for " + std::string{name_of(profile)} + " is " +
             kilometres(road->away.cm) + " away, and at most " +
             kilometres(RoutingLimits{}.snap_within.cm) + " is allowed";
    }
  }
  return text + "there is no road for " + std::string{name_of(profile)} + " within 64 km";
}

}  // namespace fenghuo::gis
