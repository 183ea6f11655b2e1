#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using domain::State;
using messaging::Json;

Answer open(Desk& desk, Call& call) {
  domain::OpenCallDown command;
  Body body{call};
  body.require({"title", "text"}).read(command);
  if (body.good() && command.areas.empty() && command.persons.empty() && command.teams.empty()) {
    body.errors().push_back({"/areas", "name areas, persons or teams"});
  }
  for (auto const& [name, value] : {std::pair{"/answer_within_s", command.answer_within},
                                    std::pair{"/silent_after_s", command.silent_after},
                                    std::pair{"/keep_hearing_s", command.keep_hearing}}) {
    if (value && (*value < seconds(10) || *value > hours(24))) {
      body.errors().push_back({name, "10 s to 24 h"});
    }
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  bool const inside = desk.center.committed().read([&](State const& state) {
    bool all = true;
    for (auto const& area : command.areas) {
      all = all && call.who.in_scope(area.text);
    }
    for (auto const& code : command.persons) {
      domain::Person const* person = domain::find(state.persons, code);
      all = all && (person == nullptr || sees(call.who, state, *person));
    }
    for (auto const id : command.teams) {
      domain::Team const* team = domain::find(state.teams, id);
      all = all && (team == nullptr || sees(call.who, state, *team));
    }
    return all;
  });
  if (!inside) {
    return problem(call, 403, "outside_area", "some of those to be called are not in your area");
  }
  return carry_out(
      desk, call, {.command = command, .permission = Permission::CallDown},
      [&](auto const& events, Answer& answer) {
        auto const& opened = std::get<domain::CallDownOpened>(events.front().event);
        State fresh;
        domain::apply(
            fresh, {events.front().sequence, events.front().recorded_at, events.front().actor.name},
            opened);
        Json shown = to_json(*fresh.call_downs.begin()->second, api_style(desk));
        shown.add("count", to_json(domain::count_rows(fresh, *fresh.call_downs.begin()->second),
                                   api_style(desk)));
        answer.headers.emplace_back("Location", "/api/v1/call-downs/" + to_text(opened.call_down));
        answer.body.add("call_down", std::move(shown));
      });
}

/// The rows of one call-down: deliveries, with the same filters as theirs.
Answer rows(Desk& desk, Call& call) {
  auto const id = path_id<CallDownId>(call, 0);
  if (!id) {
    return problem(call, 404, "not_found", "\"" + call.parameters.at(0) + "\" is not an id");
  }
  auto const found = find_at(desk, call, Moment{}, &State::call_downs, *id);
  if (auto refused = refuse_found(call, found)) {
    return std::move(*refused);
  }
  call.query["call_down"] = to_text(*id);
  if (found->archived_at) {
    call.query["archived"] = "true";
  }
  return list(desk, call, &State::deliveries);
}

}  // namespace

void add_call_down_routes(RouteTable& routes, Desk& desk) {
  std::string const base = "/api/v1/call-downs";
  auto const shelf = &State::call_downs;
  routes.add({"POST", base, Permission::CallDown, [&](Call& c) { return open(desk, c); }});
  routes.add(
      {"GET", base, Permission::Read, [&desk, shelf](Call& c) { return list(desk, c, shelf); }});
  routes.add({"GET", base + "/{}", Permission::Read,
              [&desk, shelf](Call& c) { return show(desk, c, shelf); }});
  routes.add({"GET", base + "/{}/rows", Permission::Read, [&](Call& c) { return rows(desk, c); }});
  routes.add({"POST", base + "/{}/close", Permission::CallDown, [&desk, shelf](Call& c) {
                return change<domain::CloseCallDown>(desk, c, "call_down", shelf,
                                                     {.permission = Permission::CallDown});
              }});
}

}  // namespace fenghuo::server
