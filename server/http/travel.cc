#include <algorithm>

#include "server/http/arguments.h"
#include "server/http/asked_roads.h"
#include "server/http/page.h"
#include "server/http/route_json.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

std::optional<gis::Profile> profile_of(std::string const& name) {
  return name.empty() ? gis::Profile::Light : gis::profile_named(name);
}

/// From, the places on the way, to; what is wrong with them goes into `errors`.
std::vector<GeoPoint> stops_of(Call const& call, std::vector<messaging::FieldError>& errors) {
  std::vector<GeoPoint> stops;
  auto const add = [&](std::string const& name, std::string const& text) {
    if (auto const point = lon_lat(text)) {
      stops.push_back(*point);
    } else {
      errors.push_back({name, "expected longitude,latitude in degrees"});
    }
  };
  auto const between = call.arguments("via");
  add("from", call.argument("from"));
  if (between.size() > gis::kMostStopsBetween) {
    errors.push_back({"via", "at most 10 places on the way; ask for the rest in a second call"});
  } else {
    std::for_each(between.begin(), between.end(), [&](auto const& text) { add("via", text); });
  }
  add("to", call.argument("to"));
  return stops;
}

/// How many other ways are asked for.
std::size_t others_of(Call const& call, std::vector<GeoPoint> const& stops,
                      std::vector<messaging::FieldError>& errors) {
  if (!call.query.contains("alternatives")) {
    return 0;
  }
  auto const others = whole_number(call.argument("alternatives"));
  if (!others || *others < 0 || *others > static_cast<std::int64_t>(kMostAlternatives)) {
    errors.push_back({"alternatives", "expected a whole number from 0 to 3"});
    return 0;
  }
  if (*others > 0 && stops.size() > 2) {
    errors.push_back(
        {"alternatives",
         "other ways are found between two places; leave out via, or ask part by part"});
  }
  return static_cast<std::size_t>(*others);
}

Result<Json> alone(center::Roads const& roads, std::vector<GeoPoint> const& stops,
                   RouteAsked const& asked) {
  auto const found = roads.route_through(asked.profile, stops, asked.with_steps);
  return found ? Result<Json>{route_json(*found, asked)} : found.error();
}

Result<Json> with_alternatives(center::Roads const& roads, std::vector<GeoPoint> const& stops,
                               RouteAsked const& asked, std::size_t others) {
  auto const found =
      roads.alternatives(asked.profile, stops.front(), stops.back(), others, asked.with_steps);
  return found ? Result<Json>{route_choices_json(*found, asked)} : found.error();
}

Answer route(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(
          call, {"from", "to", "via", "profile", "steps", "alternatives", "condition"})) {
    return std::move(*unknown);
  }
  std::vector<messaging::FieldError> errors;
  auto const stops = stops_of(call, errors);
  auto const profile = profile_of(call.argument("profile"));
  if (!profile) {
    errors.push_back({"profile", "expected one of light, heavy, offroad, foot"});
  }
  std::string const steps = call.query.contains("steps") ? call.argument("steps") : "false";
  if (steps != "true" && steps != "false") {
    errors.push_back({"steps", "expected true or false"});
  }
  std::size_t const others = others_of(call, stops, errors);
  auto const asked_of = asked_roads(desk, call.argument("condition"), "condition", errors);
  if (!errors.empty()) {
    return problem(call, errors);
  }
  Sequence const as_of = travel_as_of(desk);
  center::Roads const& roads = *asked_of.roads;
  RouteAsked const asked{*profile, roads.basis(), stops.size() - 1, steps == "true"};
  auto body =
      others > 0 ? with_alternatives(roads, stops, asked, others) : alone(roads, stops, asked);
  if (!body) {
    return problem(call, body.error());
  }
  asked_of.tell(*body);
  body->add("as_of", as_of);
  return Answer::json(std::move(*body));
}

std::vector<GeoPoint> points_of(Body& body, char const* name) {
  std::vector<GeoPoint> out;
  Json const* list = body.member(name);
  if (list == nullptr || list->array() == nullptr || list->array()->empty()) {
    body.errors().push_back(
        {std::string{"/"} + name, "expected a list of positions [longitude, latitude]"});
    return out;
  }
  for (std::size_t i = 0; i < list->array()->size(); ++i) {
    body.context().path = std::string{"/"} + name + "/" + std::to_string(i);
    GeoPoint point;
    from_json(Json::object({{"type", "Point"}, {"coordinates", (*list->array())[i]}}), point,
              body.context());
    out.push_back(point);
    if (!body.good()) {
      break;
    }
  }
  return out;
}

Answer matrix(Desk& desk, Call& call) {
  Body body{call};
  auto const origins = points_of(body, "origins");
  auto const destinations = points_of(body, "destinations");
  Json const* name = body.member("profile");
  auto const profile = profile_of(name == nullptr             ? ""
                                  : name->string() == nullptr ? "?"
                                                              : *name->string());
  if (!profile) {
    body.errors().push_back({"/profile", "expected one of light, heavy, offroad, foot"});
  }
  Json const* condition = body.member("condition");
  auto const asked_of = asked_roads(desk,
                                    condition == nullptr             ? ""
                                    : condition->string() == nullptr ? "?"
                                                                     : *condition->string(),
                                    "/condition", body.errors());
  // An answer of more cells is a job for the command line, not for a call that others wait behind.
  constexpr std::size_t kMostCells = 250'000;
  if (body.good() && origins.size() * destinations.size() > kMostCells) {
    body.errors().push_back({"/origins", "at most 250000 cells; use `fenghuo matrix` for more"});
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  Sequence const as_of = travel_as_of(desk);
  auto const table = asked_of.roads->travel_times(*profile, origins, destinations);
  if (!table) {
    return problem(call, table.error());
  }
  Json::Array rows;
  for (std::size_t i = 0; i < table->origins(); ++i) {
    Json::Array row;
    for (std::size_t j = 0; j < table->destinations(); ++j) {
      Duration const time = table->at(i, j);
      row.push_back(time == dispatch::TravelTimeTable::kUnreachable
                        ? Json{}
                        : to_json(time, messaging::WriteStyle{}));
    }
    rows.push_back(std::move(row));
  }
  Json answer = Json::object({{"durations_s", std::move(rows)},
                              {"profile", gis::name_of(*profile)},
                              {"basis", name_of(asked_of.roads->basis())},
                              {"as_of", as_of}});
  asked_of.tell(answer);
  return Answer::json(std::move(answer));
}

}  // namespace

Sequence travel_as_of(Desk& desk) {
  Sequence const state = desk.center.committed().read([](auto const& s) { return s.sequence; });
  return std::min(state, desk.center.closures().as_of());
}

void add_travel_routes(RouteTable& routes, Desk& desk) {
  routes.add({"GET", "/api/v1/route", Permission::Read, [&](Call& c) { return route(desk, c); }});
  routes.add({"POST", "/api/v1/matrix", Permission::Read, [&](Call& c) { return matrix(desk, c); }})
      .work = WorkClass::Bulk;
}

}  // namespace fenghuo::server
