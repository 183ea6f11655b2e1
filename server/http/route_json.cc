#include "server/http/route_json.h"

#include "gis/routing/route_words.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

messaging::WriteStyle const kStyle;

Json words_json(gis::Words const& words) {
  return Json::object({{"zh", words.zh}, {"en", words.en}});
}

Json naming_json(gis::RoadNaming const& road) {
  return Json::object(
      {{"name", road.name}, {"ref", road.reference}, {"words", words_json(spoken(road))}});
}

Json remark_json(gis::RouteRemark const& remark) {
  Json out = Json::object({{"kind", name_of(remark.kind)}});
  if (remark.distance.cm > 0) {
    out.add("distance_m", to_json(remark.distance, kStyle));
  }
  if (remark.kind == gis::RemarkKind::WeightLimit) {
    out.add("limit_kg", remark.limit);
  } else if (remark.limit > 0) {
    out.add("limit_m", to_json(Distance{remark.limit}, kStyle));
  }
  if (!remark.name.empty()) {
    out.add("name", remark.name);
  }
  return out;
}

/// Only the assumptions that were made.
Json assumed_json(gis::RouteStep const& step) {
  Json out{Json::Object{}};
  for (auto const& [name, distance] :
       {std::pair{"speed_m", step.speed_assumed}, std::pair{"load_m", step.load_assumed},
        std::pair{"width_m", step.width_assumed}}) {
    if (distance.cm > 0) {
      out.add(name, to_json(distance, kStyle));
    }
  }
  return out;
}

Json step_json(gis::RouteStep const& step, gis::Profile profile) {
  Json::Array remarks;
  for (auto const& remark : step.remarks) {
    remarks.push_back(remark_json(remark));
  }
  Json out = Json::object({{"manoeuvre", name_of(step.manoeuvre)},
                           {"direction", name_of(step.direction)},
                           {"text", words_json(words_for(step, profile))},
                           {"place", to_json(step.place, kStyle)},
                           {"bearing_before", step.bearing_before},
                           {"bearing_after", step.bearing_after},
                           {"road", naming_json(step.road)},
                           {"distance_m", to_json(step.distance, kStyle)},
                           {"duration_s", to_json(step.duration, kStyle)},
                           {"remarks", std::move(remarks)},
                           {"assumed", assumed_json(step)}});
  if (step.exit > 0) {
    out.add("exit", step.exit);
  }
  if (step.via > 0) {
    out.add("via", step.via);
  }
  if (step.road.is_link) {
    out.add("towards", naming_json(step.towards));
  }
  return out;
}

Json cut_json(std::size_t part, std::size_t parts) {
  gis::Words const name = gis::spoken_part(part, parts);
  return Json::object({{"part", static_cast<std::int64_t>(part + 1)},
                       {"text", words_json({name.zh + "无路可通", "no road leads " + name.en})}});
}

Json parts_json(gis::RouteThrough const& found) {
  Json::Array parts;
  for (auto const& part : found.parts) {
    parts.push_back(Json::object({{"distance_m", to_json(part.distance, kStyle)},
                                  {"duration_s", to_json(part.duration, kStyle)},
                                  {"access_from_m", to_json(part.access_from, kStyle)},
                                  {"access_to_m", to_json(part.access_to, kStyle)}}));
  }
  return Json{std::move(parts)};
}

Json legs_json(gis::Route const& route) {
  Json::Array legs;
  for (auto const& leg : route.legs) {
    legs.push_back(Json::object({{"road", leg.road},
                                 {"distance_m", to_json(leg.distance, kStyle)},
                                 {"duration_s", to_json(leg.duration, kStyle)}}));
  }
  return Json{std::move(legs)};
}

void add_route(Json& out, gis::Route const& route) {
  domain::Geometry line;
  line.points = route.geometry;
  out.add("duration_s", to_json(route.duration, kStyle));
  out.add("distance_m", to_json(route.distance, kStyle));
  out.add("access_from_m", to_json(route.access_from, kStyle));
  out.add("access_to_m", to_json(route.access_to, kStyle));
  out.add("speed_assumed_permille", route.speed_assumed_permille);
  out.add("load_assumed_permille", route.load_assumed_permille);
  out.add("width_assumed_permille", route.width_assumed_permille);
  out.add("against_oneway", route.against_oneway);
  out.add("uses_ferry", route.uses_ferry);
  out.add("legs", legs_json(route));
  out.add("geometry", to_json(line, kStyle));
}

void add_steps(Json& out, gis::Route const& route, RouteAsked const& asked) {
  if (asked.with_steps) {
    Json::Array steps;
    for (auto const& step : route.steps) {
      steps.push_back(step_json(step, asked.profile));
    }
    out.add("steps", std::move(steps));
  }
}

Json head_json(bool reachable, RouteAsked const& asked) {
  return Json::object({{"reachable", reachable},
                       {"profile", gis::name_of(asked.profile)},
                       {"basis", name_of(asked.basis)}});
}

/// 「经G65」, "via G65", where it has a road of its own.
void add_via(Json& out, gis::RouteChoice const& choice) {
  if (auto const words = spoken_via(choice.via)) {
    Json via = naming_json(choice.via);
    via.add("text", words_json(*words));
    out.add("via", std::move(via));
  }
}

}  // namespace

Json route_json(gis::RouteThrough const& found, RouteAsked const& asked) {
  Json out = head_json(found.route.has_value(), asked);
  if (!found.route) {
    if (asked.parts > 1) {
      out.add("cut", cut_json(found.cut, asked.parts));
    }
    return out;
  }
  add_route(out, *found.route);
  if (asked.parts > 1) {
    out.add("parts", parts_json(found));
  }
  add_steps(out, *found.route, asked);
  return out;
}

Json route_choices_json(std::span<gis::RouteChoice const> choices, RouteAsked const& asked) {
  Json out = head_json(!choices.empty(), asked);
  Json::Array others;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    Json other{Json::Object{}};
    Json& way = i == 0 ? out : other;
    add_route(way, choices[i].route);
    add_steps(way, choices[i].route, asked);
    add_via(way, choices[i]);
    if (i > 0) {
      other.add("shared_permille", choices[i].shared_permille);
      others.push_back(std::move(other));
    }
  }
  out.add("alternatives", std::move(others));
  return out;
}

}  // namespace fenghuo::server
