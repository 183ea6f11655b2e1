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

std::optional<Refusal> refuse_names(State const& state, TeamFacts const& facts,
                                    std::optional<TeamId> self) {
  if (auto refusal = refuse_taken_name(state, facts.name, self)) {
    return refusal;
  }
  auto const it = state.team_codes.find(facts.code);
  if (it == state.team_codes.end() || it->second == self) {
    return std::nullopt;
  }
  return refuse(Rejection::NameTaken, {{"code", facts.code}, {"team", to_text(it->second)}});
}

std::optional<Refusal> refuse_contacts(State const& state, TeamFacts const& facts) {
  for (auto const& person : facts.contacts) {
    if (find(state.persons, person) == nullptr) {
      return refuse(Rejection::UnknownPerson, {{"person", person.text}});
    }
  }
  return std::nullopt;
}

void note_code(State& state, TeamFacts const& facts, TeamId id) {
  if (!facts.code.empty()) {
    state.team_codes[facts.code] = id;
  }
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
  if (auto refusal = refuse_contacts(state, command.facts)) {
    return *refusal;
  }
  if (auto refusal = refuse_names(state, command.facts, std::nullopt)) {
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
  if (auto refusal = refuse_contacts(state, command.facts)) {
    return *refusal;
  }
  if (auto refusal = refuse_stale(context, team->revision)) {
    return *refusal;
  }
  if (team->facts == command.facts) {
    return refuse(Rejection::AlreadyInThatState, {{"team", to_text(command.team)}});
  }
  if (auto refusal = refuse_names(state, command.facts, command.team)) {
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
  note_code(state, event.facts, event.team);
  note_id(state.team_numbers, event.team);
}

void apply(State& state, Stamp const& stamp, TeamUpdated const& event) {
  edit(state.teams, event.team, stamp.sequence, [&](Team& team) {
    state.team_names.erase(team.facts.name);
    state.team_codes.erase(team.facts.code);
    team.facts = event.facts;
  });
  state.team_names[event.facts.name] = event.team;
  note_code(state, event.facts, event.team);
}

void apply(State& state, Stamp const& stamp, TeamAvailabilitySet const& event) {
  edit(state.teams, event.team, stamp.sequence, [&](Team& team) {
    team.availability = event.to;
    team.unavailable_because = event.to == Availability::Available ? "" : event.reason;
  });
}

}  // namespace fenghuo::domain
