#include "center/dispatch_service.h"

#include <algorithm>
#include <array>
#include <map>

namespace fenghuo::center {

namespace {

using dispatch::Approach;
using dispatch::PositionBasis;
using dispatch::TravelTimeTable;

constexpr Duration kPositionStale = minutes(30);
constexpr std::size_t kWaysLookedUp = 12;  ///< of the candidates, the first: a route costs a search

}  // namespace

DispatchService::Start DispatchService::start_of(domain::Team const& team) const {
  if (auto const latest = positions_.latest(team.id)) {
    Duration const age = clock_.now() - latest->device_time;
    if (age < kPositionStale || !team.facts.home) {
      return {PositionBasis::Reported, latest->point, std::max(age, Duration{0})};
    }
  }
  if (team.facts.home) {
    return {PositionBasis::Home, *team.facts.home, std::nullopt};
  }
  return {};
}

/// What a village's card says of the way of a team that starts at home. Who is under way is better known by his
/// position; and where the map says that no road is left, a word about driving is older than that.
std::optional<Duration> DispatchService::stated_way(domain::State const& state,
                                                    domain::Team const& team, std::string_view area,
                                                    PositionBasis start, bool road_is_open) {
  if (start != PositionBasis::Home) {
    return std::nullopt;
  }
  auto const stated =
      domain::travel_by_hand(state, area, team.facts.area, domain::travel_profile(team.facts));
  bool const holds = stated && (road_is_open || stated->profile == domain::VehicleProfile::Foot);
  return holds ? std::optional{stated->takes} : std::nullopt;
}

std::vector<Approach> DispatchService::approaches(domain::State const& state, GeoPoint to,
                                                  std::string_view area) const {
  std::vector<Approach> out;
  struct Group {
    std::vector<GeoPoint> origins;
    std::vector<std::size_t> at;  ///< index in `out`
  };
  std::array<Group, gis::kProfileCount> groups;
  for (auto const& [id, team] : state.teams) {
    Start const start = start_of(*team);
    Approach approach;
    approach.team = id;
    approach.position = start.basis;
    approach.position_age = start.age;
    if (start.basis != PositionBasis::None) {
      auto& group = groups[static_cast<std::size_t>(to_gis(domain::travel_profile(team->facts)))];
      group.origins.push_back(start.point);
      group.at.push_back(out.size());
      approach.starts_at = start.point;
    }
    out.push_back(approach);
  }
  for (std::size_t p = 0; p < groups.size(); ++p) {
    Group const& group = groups[p];
    if (group.origins.empty()) {
      continue;
    }
    auto const profile = static_cast<gis::Profile>(p);
    // Far from every road (a ridge, a lake) an honest straight line is worth more than "unreachable".
    bool const by_road = roads_.near_road(profile, to);
    std::array const destination{to};
    auto const table = by_road ? roads_.travel_times(profile, group.origins, destination)
                               : Result<TravelTimeTable>{Error{ErrorCode::NotFound, ""}};
    for (std::size_t i = 0; i < group.origins.size(); ++i) {
      Approach& approach = out[group.at[i]];
      if (!table) {
        approach.travel = straight_line_time(profile, group.origins[i], to);
        approach.basis = domain::EtaBasis::StraightLine;
      } else if (Duration const time = table->at(i, 0); time != TravelTimeTable::kUnreachable) {
        approach.travel = time;
        approach.basis = roads_.basis();
      }
    }
  }
  for (auto& approach : out) {
    domain::Team const& team = *domain::find(state.teams, approach.team);
    if (auto const takes = stated_way(state, team, area, approach.position,
                                      approach.basis != domain::EtaBasis::Unknown)) {
      approach.travel = *takes;
      approach.basis = domain::EtaBasis::Stated;
    }
  }
  return out;
}

RecommendedTeam DispatchService::with_way(dispatch::Candidate candidate, domain::State const& state,
                                          GeoPoint to) const {
  domain::Team const& team = *domain::find(state.teams, candidate.team);
  Start const start = start_of(team);
  RecommendedTeam out{std::move(candidate), {}, start.point};
  if (out.candidate.approach.basis == domain::EtaBasis::RoadNetwork) {
    auto const way = roads_.route(to_gis(domain::travel_profile(team.facts)), start.point, to);
    if (way && way->has_value()) {
      out.distance = (*way)->distance;
      out.candidate.approach.assumed_permille = (*way)->speed_assumed_permille;
    }
  }
  return out;
}

RecommendedTeam DispatchService::without_way(dispatch::Candidate candidate,
                                             domain::State const& state) const {
  Start const start = start_of(*domain::find(state.teams, candidate.team));
  return {std::move(candidate), {}, start.point};
}

Result<RecommendationAnswer> DispatchService::recommend(IncidentId id) const {
  domain::State const state = committed_.copy();
  domain::Incident const* incident = domain::find(state.incidents, id);
  if (incident == nullptr) {
    return Error{ErrorCode::NotFound, "there is no incident " + to_text(id)};
  }
  if (!incident->facts.location) {
    return Error{ErrorCode::Conflict,
                 "incident " + to_text(id) +
                     " has no location yet: set one, then teams can be compared by travel time"};
  }
  GeoPoint const to = incident->facts.location->point;
  RecommendationAnswer answer;
  answer.state_as_of = state.sequence;
  Sequence const metric_as_of = closures_.as_of();
  answer.as_of = std::min(state.sequence, metric_as_of);
  std::vector<Approach> ways_of_all = approaches(state, to, incident->facts.area);
  dispatch::Recommendation made = dispatch::recommend(state, *incident, ways_of_all);
  domain::ProposalRows rows = rows_of(made, state, *incident, std::move(ways_of_all));
  rows.metric_as_of = metric_as_of;
  answer.unmet = std::move(made.unmet);
  answer.looked_at = std::move(made.looked_at);
  std::size_t ways = 0;
  auto const carry = [&](std::vector<dispatch::Candidate>& from,
                         std::vector<RecommendedTeam>& into) {
    for (auto& candidate : from) {
      into.push_back(ways++ < kWaysLookedUp ? with_way(std::move(candidate), state, to)
                                            : without_way(std::move(candidate), state));
    }
  };
  carry(made.teams, answer.teams);
  carry(made.alternatives, answer.alternatives);
  answer.proposal = remember(id, std::move(rows), answer);
  return answer;
}

/// Keeps an answer with what its looked-up ways added to the approaches. Nothing of that changes a row.
std::string DispatchService::remember(IncidentId id, domain::ProposalRows rows,
                                      RecommendationAnswer const& answer) const {
  if (rows.approaches.size() > domain::kMaxApproaches) {
    return "";
  }
  rows.made_at = clock_.now();
  std::map<TeamId, RecommendedTeam const*> looked_up;
  for (auto const* list : {&answer.teams, &answer.alternatives}) {
    for (auto const& team : *list) {
      looked_up[team.candidate.team] = &team;
    }
  }
  for (auto& approach : rows.approaches) {
    auto const it = looked_up.find(approach.team);
    if (it == looked_up.end()) {
      continue;
    }
    approach.assumed_permille = it->second->candidate.approach.assumed_permille;
    if (it->second->distance.cm > 0) {
      approach.distance = it->second->distance;
    }
  }
  Time const now = rows.made_at;
  return answered_.keep(id, std::move(rows), now);
}

domain::TravelEstimate DispatchService::estimate(TeamId team_id, IncidentId incident_id) const {
  auto const [team, incident] = committed_.read([&](domain::State const& state) {
    auto const t = state.teams.find(team_id);
    auto const i = state.incidents.find(incident_id);
    return std::pair{t == state.teams.end() ? nullptr : t->second,
                     i == state.incidents.end() ? nullptr : i->second};
  });
  domain::TravelEstimate out;
  if (team == nullptr || incident == nullptr || !incident->facts.location) {
    return out;
  }
  Start const start = start_of(*team);
  if (start.basis == PositionBasis::None) {
    return out;
  }
  auto const profile = to_gis(domain::travel_profile(team->facts));
  GeoPoint const to = incident->facts.location->point;
  Sequence const metric_as_of = closures_.as_of();
  if (!roads_.near_road(profile, to)) {
    out.eta = team->facts.turnout + straight_line_time(profile, start.point, to);
    out.basis = domain::EtaBasis::StraightLine;
  } else if (auto const way = roads_.route(profile, start.point, to); way && way->has_value()) {
    out.eta = team->facts.turnout + (*way)->duration;
    out.basis = roads_.basis();
    out.assumed_permille = (*way)->speed_assumed_permille;
    // A straight line knows no closures.
    out.metric_as_of = out.basis == domain::EtaBasis::RoadNetwork ? metric_as_of : 0;
  }
  auto const stated = committed_.read([&](domain::State const& state) {
    return stated_way(state, *team, incident->facts.area, start.basis,
                      out.basis != domain::EtaBasis::Unknown);
  });
  if (stated) {
    out = {};
    out.eta = team->facts.turnout + *stated;
    out.basis = domain::EtaBasis::Stated;
  }
  return out;
}

}  // namespace fenghuo::center
