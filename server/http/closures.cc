#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

Answer close(Desk& desk, Call& call) {
  domain::CloseRoad command;
  Body body{call};
  body.require({"geometry"}).read(command);
  if (!body.good()) {
    return problem(call, body.errors());
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
        auto const edges = desk.center.roads().edges_closed_by(center::shape_of(closure));
        answer.headers.emplace_back("Location", "/api/v1/closures/" + to_text(closure.id));
        answer.body.add("closure", view(desk, closure));
        answer.body.add("arcs_closed", edges ? Json{std::uint64_t{*edges * 2}} : Json{});
        answer.body.add("in_force", swapped);
      });
}

}  // namespace

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
