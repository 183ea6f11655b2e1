#include <fmt/format.h>

#include "server/cli/travel_roads.h"
#include "server/http/arguments.h"
#include "server/http/reach_json.h"

namespace fenghuo::server {

namespace {

Error invalid(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

/// A line for each time, and under it the largest settlements.
std::string summary(gis::ReachedBands const& found) {
  constexpr std::size_t kShown = 10;
  std::string out;
  for (auto const& band : found.bands) {
    out +=
        fmt::format("{} min  {} settlements\n", band.within.us / 60'000'000, band.places_reached);
    for (std::size_t i = 0; i < std::min(kShown, band.places.size()); ++i) {
      auto const& reached = band.places[i];
      out += fmt::format("  {:>12}  {}", duration_text(reached.duration), reached.place->name);
      out +=
          reached.place->population > 0 ? fmt::format("  {}\n", reached.place->population) : "\n";
    }
  }
  return out;
}

}  // namespace

int isochrone(TravelWish const& wish, Settings const& settings) {
  auto const at = lon_lat(wish.at);
  auto const within = minutes_from(wish.minutes);
  auto const profile = gis::profile_named(wish.profile);
  auto const way = reach_way(wish.way.empty() ? "leaving" : wish.way);
  if (!at) {
    return report_error(invalid("--at takes LON,LAT in degrees, longitude first"));
  }
  if (!within) {
    return report_error(invalid("--minutes: " + within.error().message));
  }
  if (!profile) {
    return report_error(invalid("--profile is light, heavy, offroad or foot"));
  }
  if (!way) {
    return report_error(invalid("--way is leaving or arriving"));
  }
  auto const roads = roads_for(wish, settings);
  if (!roads) {
    return report_error(roads.error());
  }
  auto const found = (*roads)->isochrone(*profile, *at, *within, *way);
  if (!found) {
    return report_error(found.error());
  }
  if (!wish.json && wish.out.empty()) {
    fmt::print("{}", summary(*found));
    return 0;
  }
  auto const json = isochrone_json(**roads, *found, {*profile, *way, std::nullopt});
  return write_or_print(wish.out, json.text() + "\n");
}

int nearest(TravelWish const& wish, Settings const& settings) {
  auto const to = lon_lat(wish.to);
  auto const profile = gis::profile_named(wish.profile);
  auto const way = nearest_way(wish.way.empty() ? "from" : wish.way);
  if (!to) {
    return report_error(invalid("--to takes LON,LAT in degrees, longitude first"));
  }
  if (auto const known = facilities_of_kind({}, wish.kind); !known) {
    return report_error(invalid("--kind: " + known.error().message));
  }
  if (wish.most < 1 || wish.most > kMostNearest) {
    return report_error(invalid("-k is a whole number from 1 to 50"));
  }
  if (!profile) {
    return report_error(invalid("--profile is light, heavy, offroad or foot"));
  }
  if (!way) {
    return report_error(invalid("--way is from or to"));
  }
  auto const roads = roads_for(wish, settings);
  if (!roads) {
    return report_error(roads.error());
  }
  NearestAsked const asked{*profile, *way, wish.kind, *to, wish.most};
  auto const found = find_nearest(**roads, asked);
  if (!found) {
    return report_error(found.error());
  }
  if (wish.json) {
    fmt::print("{}\n", nearest_json(**roads, *found, asked).text());
    return 0;
  }
  for (auto const& one : found->near.nearest) {
    gis::Place const& place = *found->facilities[one.index];
    fmt::print("{:>12}  {:6.1f} km  {}\n", duration_text(one.duration),
               static_cast<double>(one.distance.cm) / 100'000,
               place.name.empty() ? place.kind : place.name);
  }
  if (found->facilities.empty()) {
    fmt::print(stderr, "fenghuo: the map holds no facility of this kind\n");
  }
  if (found->near.unreachable > 0) {
    fmt::print(stderr, "fenghuo: {} of {} cannot be reached\n", found->near.unreachable,
               found->facilities.size());
  }
  return 0;
}

}  // namespace fenghuo::server
