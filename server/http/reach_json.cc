#include "server/http/reach_json.h"

#include <algorithm>
#include <array>

#include "server/http/arguments.h"
#include "server/http/place_json.h"

namespace fenghuo::server {

using gis::cch::Way;
using messaging::Json;

namespace {

messaging::WriteStyle const kStyle;

constexpr std::array kFacilityKinds{gis::FacilityKind::Hospital,
                                    gis::FacilityKind::Clinic,
                                    gis::FacilityKind::FireStation,
                                    gis::FacilityKind::Police,
                                    gis::FacilityKind::School,
                                    gis::FacilityKind::Fuel,
                                    gis::FacilityKind::WaterSource,
                                    gis::FacilityKind::Shelter,
                                    gis::FacilityKind::Helipad,
                                    gis::FacilityKind::TownHall,
                                    gis::FacilityKind::AmbulanceStation,
                                    gis::FacilityKind::Industrial,
                                    gis::FacilityKind::Mine,
                                    gis::FacilityKind::Reservoir};

Json ring_json(std::vector<GeoPoint> const& ring) {
  domain::Geometry line;
  line.points = ring;
  return *to_json(line, kStyle).find("coordinates");
}

Json area_json(gis::MultiPolygon const& area) {
  Json::Array polygons;
  for (auto const& polygon : area) {
    Json::Array rings{ring_json(polygon.outer)};
    for (auto const& hole : polygon.holes) {
      rings.push_back(ring_json(hole));
    }
    polygons.push_back(Json{std::move(rings)});
  }
  return Json::object({{"type", "MultiPolygon"}, {"coordinates", std::move(polygons)}});
}

/// Whole minutes within which it is.
std::int64_t minutes_up(Duration duration) { return (duration.us + 59'999'999) / 60'000'000; }

Json places_json(center::Roads const& roads, gis::ReachedBand const& band) {
  Json::Array places;
  for (auto const& reached : band.places) {
    Json place = place_json(*reached.place, roads.area_at(reached.place->point));
    place.add("minutes", minutes_up(reached.duration));
    place.add("duration_s", to_json(reached.duration, kStyle));
    places.push_back(std::move(place));
  }
  return Json{std::move(places)};
}

}  // namespace

Result<std::vector<Duration>> minutes_from(std::string_view text) {
  Error const wrong{ErrorCode::InvalidArgument,
                    "expected 1 to 4 different whole minutes from 1 to 240, such as 10,20,30"};
  std::vector<Duration> out;
  for (std::string_view rest = text;;) {
    std::size_t const comma = rest.find(',');
    auto const number = whole_number(rest.substr(0, comma));
    if (!number || *number < 1 || *number > 240 || out.size() == gis::kMostBands) {
      return wrong;
    }
    out.push_back(minutes(*number));
    if (comma == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(comma + 1);
  }
  std::sort(out.begin(), out.end());
  if (std::adjacent_find(out.begin(), out.end()) != out.end()) {
    return wrong;
  }
  return out;
}

std::optional<Way> reach_way(std::string_view name) {
  return name == "leaving"    ? std::optional{Way::Leaving}
         : name == "arriving" ? std::optional{Way::Arriving}
                              : std::nullopt;
}

std::optional<Way> nearest_way(std::string_view name) {
  return name == "from" ? std::optional{Way::Leaving}
         : name == "to" ? std::optional{Way::Arriving}
                        : std::nullopt;
}

Result<std::vector<gis::Place const*>> facilities_of_kind(std::span<gis::Place const> places,
                                                          std::string_view kind) {
  std::string known;
  bool is_known = false;
  for (auto const one : kFacilityKinds) {
    known += (known.empty() ? "" : ", ") + std::string{name_of(one)};
    is_known = is_known || name_of(one) == kind;
  }
  if (!is_known) {
    return Error{ErrorCode::InvalidArgument, "expected one of " + known};
  }
  std::vector<gis::Place const*> out;
  for (gis::Place const& place : places) {
    if (place.is_facility && place.kind == kind) {
      out.push_back(&place);
    }
  }
  return out;
}

Json isochrone_json(center::Roads const& roads, gis::ReachedBands const& found,
                    IsochroneAsked const& asked) {
  Json::Array features;
  for (auto const& band : found.bands) {
    Json properties =
        Json::object({{"minutes", band.within.us / 60'000'000},
                      {"profile", gis::name_of(asked.profile)},
                      {"way", asked.way == Way::Leaving ? "leaving" : "arriving"},
                      {"basis", name_of(roads.basis())},
                      {"access_m", to_json(found.access, kStyle)},
                      {"margin_m", to_json(found.margin, kStyle)},
                      {"places_reached", static_cast<std::int64_t>(band.places_reached)},
                      {"places", places_json(roads, band)}});
    if (asked.as_of) {
      properties.add("as_of", *asked.as_of);
    }
    features.push_back(Json::object({{"type", "Feature"},
                                     {"geometry", area_json(band.area)},
                                     {"properties", std::move(properties)}}));
  }
  return Json::object({{"type", "FeatureCollection"}, {"features", std::move(features)}});
}

Result<NearestFound> find_nearest(center::Roads const& roads, NearestAsked const& asked) {
  auto facilities = facilities_of_kind(roads.places(), asked.kind);
  if (!facilities) {
    return facilities.error();
  }
  NearestFound out{std::move(*facilities), {}};
  std::vector<GeoPoint> points;
  for (gis::Place const* place : out.facilities) {
    points.push_back(place->point);
  }
  if (points.empty()) {
    return out;
  }
  auto near = roads.nearest(asked.profile, points, asked.way, asked.point, asked.most);
  if (!near) {
    return near.error();
  }
  out.near = std::move(*near);
  return out;
}

Json nearest_json(center::Roads const& roads, NearestFound const& found,
                  NearestAsked const& asked) {
  Json::Array items;
  for (auto const& one : found.near.nearest) {
    gis::Place const& place = *found.facilities[one.index];
    items.push_back(Json::object({{"place", place_json(place, roads.area_at(place.point))},
                                  {"duration_s", to_json(one.duration, kStyle)},
                                  {"distance_m", to_json(one.distance, kStyle)}}));
  }
  return Json::object({{"kind", asked.kind},
                       {"profile", gis::name_of(asked.profile)},
                       {"way", asked.way == Way::Leaving ? "from" : "to"},
                       {"basis", name_of(roads.basis())},
                       {"candidates", static_cast<std::int64_t>(found.facilities.size())},
                       {"unreachable", static_cast<std::int64_t>(found.near.unreachable)},
                       {"items", std::move(items)}});
}

}  // namespace fenghuo::server
