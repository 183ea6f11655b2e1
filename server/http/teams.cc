#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

void check(domain::TeamFacts const& facts, Body& body) {
  if (facts.name.empty()) {
    body.errors().push_back({"/name", "is required"});
  }
  for (std::size_t i = 0; i < facts.capabilities.size(); ++i) {
    if (facts.capabilities[i].capability.empty() || facts.capabilities[i].quantity < 1) {
      body.errors().push_back(
          {"/capabilities/" + std::to_string(i), "a name and a quantity of at least 1"});
    }
  }
  if (facts.members < 0) {
    body.errors().push_back({"/members", "at least 0"});
  }
  if (facts.turnout > hours(24)) {
    body.errors().push_back({"/turnout_s", "at most a day"});
  }
}

/// A team without an area of its own belongs where its home lies.
void place(domain::TeamFacts& facts, Desk& desk) {
  if (facts.area.empty() && facts.home) {
    facts.area = desk.center.roads().area_at(*facts.home);
  }
}

Answer enrol(Desk& desk, Call& call) {
  domain::RegisterTeam command;
  Body body{call};
  body.require({"name"}).read(command);
  if (body.good()) {
    check(command.facts, body);
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  place(command.facts, desk);
  if (!call.who.in_scope(command.facts.area)) {
    return problem(call, 403, "outside_area", "the team's home lies in another area");
  }
  return carry_out(
      desk, call, {.command = command, .permission = Permission::EditTeams},
      [&](auto const& events, Answer& answer) {
        Json shown = born<domain::TeamRegistered>(desk, events.front(), &domain::State::teams);
        answer.headers.emplace_back("Location", "/api/v1/teams/" + *shown.find("id")->string());
        answer.body.add("team", std::move(shown));
      });
}

/// Replaces the facts of a team; nobody gives a team away into an area that he does not see.
Answer replace(Desk& desk, Call& call) {
  bool elsewhere = false;
  Answer answer = change<domain::UpdateTeam>(
      desk, call, "team", &domain::State::teams,
      {.permission = Permission::EditTeams, .required = {"name"}},
      [&](domain::UpdateTeam& command, Body& body) {
        check(command.facts, body);
        place(command.facts, desk);
        elsewhere = body.good() && !call.who.in_scope(command.facts.area);
        if (elsewhere) {
          body.errors().push_back({"/area", "another area"});
        }
      });
  return elsewhere ? problem(call, 403, "outside_area", "the team would belong to another area")
                   : std::move(answer);
}

}  // namespace

void add_team_routes(RouteTable& routes, Desk& desk) {
  auto const shelf = &domain::State::teams;
  std::string const base = "/api/v1/teams";
  routes.add({"POST", base, Permission::EditTeams, [&](Call& c) { return enrol(desk, c); }});
  routes.add(
      {"GET", base, Permission::Read, [&desk, shelf](Call& c) { return list(desk, c, shelf); }});
  routes.add({"GET", base + "/{}", Permission::Read,
              [&desk, shelf](Call& c) { return show(desk, c, shelf); }});
  routes.add(
      {"PUT", base + "/{}", Permission::EditTeams, [&](Call& c) { return replace(desk, c); }});
  routes
      .add({"PUT", base + "/{}/availability", Permission::OrderStatus,
            [&desk, shelf](Call& c) {
              return change<domain::SetTeamAvailability>(
                  desk, c, "team", shelf,
                  {.permission = Permission::OrderStatus, .required = {"availability"}});
            }})
      .work = WorkClass::Status;
}

}  // namespace fenghuo::server
