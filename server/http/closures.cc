#include <fmt/format.h>

#include "center/cut_off.h"
#include "gis/geo/distance.h"
#include "gis/geo/ring.h"
#include "server/http/page.h"
#include "server/http/road_words.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

Json arcs_json(std::optional<std::size_t> edges) {
  return edges ? Json{std::uint64_t{*edges * 2}} : Json{};
}

std::string degrees(GeoPoint point) {
  return fmt::format("[{:.5f}, {:.5f}]", point.lon_e7 / 1e7, point.lat_e7 / 1e7);
}

/// What no reading of single members finds.
void check_form(Body& body, domain::CloseRoad const& command, bool in_words) {
  auto const wrong = [&](char const* pointer, std::string message) {
    body.errors().push_back({pointer, std::move(message)});
  };
  if (in_words == (body.member("geometry") != nullptr)) {
    wrong("/geometry", "say either geometry or where");
  }
  if (body.member("ways") != nullptr) {
    wrong("/ways", "the ways are found by the centre itself");
  }
  std::int64_t const speed = command.facts.speed_permille;
  if (speed < 0 || speed > 999) {
    wrong("/speed_permille",
          "expected 1 to 999 per mille of the usual speed; leave it out for a closed road");
  }
  // Every import of a map and every start measures each line along its whole length again.
  constexpr std::int64_t kLongestLineKm = 2'000;
  constexpr std::int64_t kLongestRingKm = 10'000;
  std::int64_t const km = gis::length_of(command.facts.geometry.points).cm / 100'000;
  std::int64_t const most = command.facts.geometry.is_area ? kLongestRingKm : kLongestLineKm;
  if (km > most) {
    wrong("/geometry/coordinates",
          fmt::format("it is {} km long, at most {} km can be closed at once", km, most));
  }
  if (command.facts.geometry.is_area && body.good()) {
    if (auto const crossing = gis::crossing_of(command.facts.geometry.points)) {
      wrong(
          "/geometry/coordinates/0",
          fmt::format("the ring crosses itself near {}: its side {} meets its side {}; draw it so "
                      "that no side touches another",
                      degrees(crossing->at), crossing->side, crossing->other_side));
    }
  }
}

/// At most as long as a name may be, and no part of a character.
std::string short_name(std::string const& name) {
  std::size_t size = std::min(name.size(), domain::kMaxName);
  while (size > 0 && size < name.size() &&
         (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  return name.substr(0, size);
}

gis::Profile profile_of(domain::ClosureFacts const& facts) {
  return facts.profiles.empty() ? gis::Profile::Light : center::to_gis(facts.profiles.front());
}

Json found_json(gis::FoundRoad const& road) {
  Json::Array roads{road.roads.begin(), road.roads.end()};
  return Json::object({{"name", road.name},
                       {"roads", std::move(roads)},
                       {"length_m", to_json(road.length, messaging::WriteStyle{})}});
}

Json cut_off_json(std::optional<center::CutOff> const& cut_off) {
  constexpr std::size_t kMostNamed = 50;
  if (!cut_off) {
    return {};
  }
  Json::Array places;
  for (std::size_t i = 0; i < std::min(kMostNamed, cut_off->places.size()); ++i) {
    gis::Place const& place = *cut_off->places[i];
    places.push_back(
        Json::object({{"id", std::string{place.osm_type, '/'} + std::to_string(place.osm_id)},
                      {"kind", place.kind},
                      {"name", place.name},
                      {"population", place.population},
                      {"location", to_json(place.point, messaging::WriteStyle{})}}));
  }
  return Json::object({{"from", cut_off->from->name},
                       {"count", std::uint64_t{cut_off->places.size()}},
                       {"places", std::move(places)}});
}

/// The command that a body asks for; what was found by its words goes to `found`.
std::optional<Answer> read_closure(Desk& desk, Call& call, domain::CloseRoad& command,
                                   std::optional<gis::FoundRoad>& found) {
  Body body{call};
  body.read(command, {"where"});
  Json const* where = body.member("where");
  if (body.good() && where != nullptr) {
    command.facts.where = road_words(*where, body);
  }
  if (body.good()) {
    check_form(body, command, where != nullptr);
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  if (command.facts.where) {
    auto looked_up = look_up(desk, call, *command.facts.where, profile_of(command.facts));
    if (auto* answer = std::get_if<Answer>(&looked_up)) {
      return std::move(*answer);
    }
    found = std::move(std::get<gis::FoundRoad>(looked_up));
    command.facts.geometry = {false, found->points, {found->breaks.begin(), found->breaks.end()}};
    command.facts.ways = found->ways;
    if (command.facts.name.empty()) {
      command.facts.name = short_name(found->name);
    }
  }
  center::note_ways(desk.center.roads(), command.facts);
  return std::nullopt;
}

Answer close(Desk& desk, Call& call) {
  domain::CloseRoad command;
  std::optional<gis::FoundRoad> found;
  if (auto wrong = read_closure(desk, call, command, found)) {
    return std::move(*wrong);
  }
  if (command.facts.area.empty()) {
    command.facts.area = desk.center.roads().area_at(command.facts.geometry.points.front());
  }
  if (!call.who.in_scope(command.facts.area)) {
    return problem(call, 403, "outside_area", "that road lies in another area");
  }
  return carry_out(
      desk, call, {.command = command, .permission = Permission::EditMap},
      [&](auto const& events, Answer& answer) {
        domain::State one;
        domain::apply(one, {events.front().sequence, events.front().recorded_at},
                      std::get<domain::RoadClosed>(events.front().event));
        domain::Closure const& closure = *one.closures.begin()->second;
        // Answered after the swap: who asks for a route now gets it around the closure.
        bool const swapped = desk.center.closures().wait_for(events.front().sequence, seconds(10));
        answer.headers.emplace_back("Location", "/api/v1/closures/" + to_text(closure.id));
        answer.body.add("closure", view(desk, closure));
        answer.body.add("arcs_closed", arcs_json(desk.center.closures().edges_closed(closure)));
        answer.body.add("in_force", swapped && closure.status == domain::ClosureStatus::Active);
        answer.body.add("found", found ? found_json(*found) : Json{});
        answer.body.add("cut_off",
                        cut_off_json(center::cut_off_by(
                            desk.center.roads(), desk.center.committed().copy(), closure.id)));
      });
}

}  // namespace

Json view(Desk& desk, domain::Closure const& closure) {
  Json out = to_json(closure, api_style(desk));
  out.add("arcs_closed", arcs_json(desk.center.closures().edges_closed(closure)));
  return out;
}

void add_closure_routes(RouteTable& routes, Desk& desk) {
  auto const shelf = &domain::State::closures;
  std::string const base = "/api/v1/closures";
  routes.add({"POST", base, Permission::EditMap, [&](Call& c) { return close(desk, c); }});
  routes.add(
      {"GET", base, Permission::Read, [&desk, shelf](Call& c) { return list(desk, c, shelf); }});
  routes.add({"GET", base + "/{}", Permission::Read,
              [&desk, shelf](Call& c) { return show(desk, c, shelf); }});
  routes.add({"POST", base + "/{}/lift", Permission::EditMap, [&desk, shelf](Call& c) {
                return change<domain::LiftClosure>(
                    desk, c, "closure", shelf,
                    {.permission = Permission::EditMap, .required = {"reason"}}, {},
                    [&](auto const& events, Answer&) {
                      desk.center.closures().wait_for(events.front().sequence, seconds(10));
                    });
              }});
}

}  // namespace fenghuo::server
