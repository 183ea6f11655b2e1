#include "server/http/arguments.h"
#include "server/http/asked_roads.h"
#include "server/http/page.h"
#include "server/http/reach_json.h"

namespace fenghuo::server {

namespace {

using messaging::Json;
using Errors = std::vector<messaging::FieldError>;

/// The argument, or what stands for it where there is none.
std::string argument_or(Call const& call, std::string const& name, char const* otherwise) {
  return call.query.contains(name) ? call.argument(name) : otherwise;
}

GeoPoint point_of(Call const& call, std::string const& name, Errors& errors) {
  auto const point = lon_lat(call.argument(name));
  if (!point) {
    errors.push_back({name, "expected longitude,latitude in degrees"});
  }
  return point.value_or(GeoPoint{});
}

gis::Profile profile_of(Call const& call, Errors& errors) {
  auto const profile = gis::profile_named(argument_or(call, "profile", "light"));
  if (!profile) {
    errors.push_back({"profile", "expected one of light, heavy, offroad, foot"});
  }
  return profile.value_or(gis::Profile::Light);
}

Answer isochrone(Desk& desk, Call& call) {
  if (auto unknown =
          refuse_other_arguments(call, {"at", "minutes", "profile", "way", "condition"})) {
    return std::move(*unknown);
  }
  Errors errors;
  IsochroneAsked asked;
  GeoPoint const at = point_of(call, "at", errors);
  asked.profile = profile_of(call, errors);
  auto const within = minutes_from(call.argument("minutes"));
  if (!within) {
    errors.push_back({"minutes", within.error().message});
  }
  auto const way = reach_way(argument_or(call, "way", "leaving"));
  if (!way) {
    errors.push_back({"way", "expected leaving (from the point) or arriving (at the point)"});
  }
  auto const asked_of = asked_roads(desk, argument_or(call, "condition", ""), "condition", errors);
  if (!errors.empty()) {
    return problem(call, errors);
  }
  asked.way = *way;
  asked.as_of = travel_as_of(desk);
  auto const found = asked_of.roads->isochrone(asked.profile, at, *within, *way);
  if (!found) {
    return problem(call, found.error());
  }
  Json body = isochrone_json(*asked_of.roads, *found, asked);
  asked_of.tell(body);
  return Answer::json(std::move(body));
}

Answer nearest(Desk& desk, Call& call) {
  if (auto unknown =
          refuse_other_arguments(call, {"to", "kind", "k", "profile", "way", "condition"})) {
    return std::move(*unknown);
  }
  Errors errors;
  NearestAsked asked;
  asked.point = point_of(call, "to", errors);
  asked.profile = profile_of(call, errors);
  asked.kind = call.argument("kind");
  if (auto const known = facilities_of_kind({}, asked.kind); !known) {
    errors.push_back({"kind", known.error().message});
  }
  auto const most = whole_number(argument_or(call, "k", "5"));
  if (!most || *most < 1 || *most > static_cast<std::int64_t>(kMostNearest)) {
    errors.push_back({"k", "expected a whole number from 1 to 50"});
  }
  auto const way = nearest_way(argument_or(call, "way", "from"));
  if (!way) {
    errors.push_back({"way", "expected from (the facility to the point) or to (the facility)"});
  }
  auto const asked_of = asked_roads(desk, argument_or(call, "condition", ""), "condition", errors);
  if (!errors.empty()) {
    return problem(call, errors);
  }
  asked.most = static_cast<std::size_t>(*most);
  asked.way = *way;
  Sequence const as_of = travel_as_of(desk);
  auto const found = find_nearest(*asked_of.roads, asked);
  if (!found) {
    return problem(call, found.error());
  }
  Json body = nearest_json(*asked_of.roads, *found, asked);
  asked_of.tell(body);
  body.add("as_of", as_of);
  return Answer::json(std::move(body));
}

}  // namespace

void add_reach_routes(RouteTable& routes, Desk& desk) {
  routes
      .add({"GET", "/api/v1/isochrone", Permission::Read,
            [&](Call& c) { return isochrone(desk, c); }})
      .work = WorkClass::Bulk;
  routes.add(
      {"GET", "/api/v1/nearest", Permission::Read, [&](Call& c) { return nearest(desk, c); }});
}

}  // namespace fenghuo::server
