#include "core/domain/team.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

std::optional<Refusal> refuse_taken_name(State const& state, std::string const& name,
                                         std::optional<TeamId> self) {
  auto const it = state.team_names.find(name);
  if (it == state.team_names.end() || it->second == self) {
    return std::nullopt;
  }
  return refuse(Rejection::NameTaken, {{"name", name}, {"team", to_text(it->second)}});
}

Refusal unknown(TeamId id) { return refuse(Rejection::UnknownTeam, {{"team", to_text(id)}}); }

int slowness(VehicleProfile profile) {
  switch (profile) {
    case VehicleProfile::Foot:
      return 3;
    case VehicleProfile::Heavy:
      return 2;
    case VehicleProfile::Light:
      return 1;
    case VehicleProfile::Offroad:
      return 0;
  }
  return 0;
}

}  // namespace

VehicleProfile travel_profile(TeamFacts const& team) {
  if (team.vehicles.empty()) {
    return VehicleProfile::Foot;
  }
  VehicleProfile slowest = team.vehicles.front().profile;
  for (auto const& vehicle : team.vehicles) {
    slowest = slowness(vehicle.profile) > slowness(slowest) ? vehicle.profile : slowest;
  }
  return slowest;
}

Decision decide(State const& state, Context const& context, RegisterTeam const& command) {
  if (auto refusal = refuse_taken_name(state, command.facts.name, std::nullopt)) {
    return *refusal;
  }
  return TeamRegistered{next_id<TeamId>(state.team_numbers, year_in(state, context.time)),
                        command.facts};
}

Decision decide(State const& state, Context const& context, UpdateTeam const& command) {
  Team const* team = find(state.teams, command.team);
  if (team == nullptr) {
    return unknown(command.team);
  }
  if (auto refusal = refuse_stale(context, team->revision)) {
    return *refusal;
  }
  if (auto refusal = refuse_taken_name(state, command.facts.name, command.team)) {
    return *refusal;
  }
  return TeamUpdated{command.team, command.facts};
}

Decision decide(State const& state, Context const& context, SetTeamAvailability const& command) {
  Team const* team = find(state.teams, command.team);
  if (team == nullptr) {
    return unknown(command.team);
  }
  if (auto refusal = refuse_stale(context, team->revision)) {
    return *refusal;
  }
  if (auto refusal = refuse_future(context, command.testimony.occurred_at)) {
    return *refusal;
  }
  if (team->availability == command.availability) {
    return refuse(Rejection::AlreadyInThatState,
                  {{"availability", std::string{fenghuo::name_of(command.availability)}}});
  }
  return TeamAvailabilitySet{command.team, team->availability, command.availability, command.reason,
                             command.testimony};
}

void apply(State& state, Stamp const& stamp, TeamRegistered const& event) {
  auto team = std::make_shared<Team>();
  team->id = event.team;
  team->facts = event.facts;
  team->revision = stamp.sequence;
  state.teams[event.team] = std::move(team);
  state.team_names[event.facts.name] = event.team;
  note_id(state.team_numbers, event.team);
}

void apply(State& state, Stamp const& stamp, TeamUpdated const& event) {
  edit(state.teams, event.team, stamp.sequence, [&](Team& team) {
    state.team_names.erase(team.facts.name);
    team.facts = event.facts;
  });
  state.team_names[event.facts.name] = event.team;
}

void apply(State& state, Stamp const& stamp, TeamAvailabilitySet const& event) {
  edit(state.teams, event.team, stamp.sequence, [&](Team& team) {
    team.availability = event.to;
    team.unavailable_because = event.to == Availability::Available ? "" : event.reason;
  });
}

}  // namespace fenghuo::domain
