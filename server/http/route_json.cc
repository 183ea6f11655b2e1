#include "server/http/route_json.h"

namespace fenghuo::server {

using messaging::Json;

Json route_json(std::optional<gis::Route> const& route, gis::Profile profile,
                domain::EtaBasis basis) {
  messaging::WriteStyle const style;
  if (!route) {
    return Json::object(
        {{"reachable", false}, {"profile", gis::name_of(profile)}, {"basis", name_of(basis)}});
  }
  Json::Array legs;
  for (auto const& leg : route->legs) {
    legs.push_back(Json::object({{"road", leg.road},
                                 {"distance_m", to_json(leg.distance, style)},
                                 {"duration_s", to_json(leg.duration, style)}}));
  }
  domain::Geometry line;
  line.points = route->geometry;
  return Json::object({{"reachable", true},
                       {"profile", gis::name_of(profile)},
                       {"basis", name_of(basis)},
                       {"duration_s", to_json(route->duration, style)},
                       {"distance_m", to_json(route->distance, style)},
                       {"access_from_m", to_json(route->access_from, style)},
                       {"access_to_m", to_json(route->access_to, style)},
                       {"speed_assumed_permille", route->speed_assumed_permille},
                       {"load_assumed_permille", route->load_assumed_permille},
                       {"width_assumed_permille", route->width_assumed_permille},
                       {"against_oneway", route->against_oneway},
                       {"uses_ferry", route->uses_ferry},
                       {"legs", std::move(legs)},
                       {"geometry", to_json(line, style)}});
}

}  // namespace fenghuo::server
