#include <algorithm>
#include <map>

#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

bool was_chosen(domain::Proposal const& proposal, TeamId team) {
  return std::find(proposal.chosen.begin(), proposal.chosen.end(), team) != proposal.chosen.end();
}

/// The rows with what was known of each team's way, as the recommendation showed them.
class Rows {
 public:
  Rows(domain::Proposal const& proposal, messaging::WriteStyle const& style)
      : proposal_{proposal}, style_{style} {
    for (auto const& approach : proposal.rows.approaches) {
      ways_.emplace(approach.team, &approach);
    }
  }

  Json candidates(std::vector<domain::ProposedTeam> const& teams) const {
    Json::Array out;
    for (auto const& team : teams) {
      Json row = to_json(team, style_);
      add_way(row, team.team);
      out.push_back(std::move(row));
    }
    return out;
  }
  Json looked_at() const {
    Json::Array out;
    for (auto const& look : proposal_.rows.looked_at) {
      Json row = to_json(look, style_);
      add_way(row, look.team);
      out.push_back(std::move(row));
    }
    return out;
  }

 private:
  void add_way(Json& row, TeamId team) const {
    auto const it = ways_.find(team);
    domain::Approach const unknown;
    domain::Approach const& way = it == ways_.end() ? unknown : *it->second;
    row.add("travel_s", to_json(way.travel, style_));
    row.add("distance_m", to_json(way.distance, style_));
    row.add("basis", name_of(way.basis));
    row.add("position", name_of(way.position));
    row.add("position_age_s", to_json(way.position_age, style_));
    row.add("starts_at", to_json(way.starts_at, style_));
    row.add("speed_assumed_permille", way.assumed_permille);
    row.add("chosen", was_chosen(proposal_, team));
  }

  domain::Proposal const& proposal_;
  messaging::WriteStyle style_;
  std::map<TeamId, domain::Approach const*> ways_;
};

Json frame(domain::Proposal const& proposal, messaging::WriteStyle const& style) {
  auto const& rows = proposal.rows;
  return Json::object({{"id", to_text(proposal.id)},
                       {"incident", to_text(proposal.incident)},
                       {"made_for", to_text(proposal.made_for)},
                       {"made_from", rows.made_from},
                       {"metric_as_of", rows.metric_as_of},
                       {"made_at", to_json(rows.made_at, style)},
                       {"recorded_at", to_json(proposal.recorded_at, style)},
                       {"needs", to_json(rows.needs, style)},
                       {"unmet", to_json(rows.unmet, style)},
                       {"chosen", to_json(proposal.chosen, style)},
                       {"deviates", proposal.deviates},
                       {"because", proposal.because},
                       {"revision", proposal.revision}});
}

/// Those of one incident, oldest first, each with the teams proposed; the other rows are shown one by one.
Answer of_incident(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"at"})) {
    return std::move(*unknown);
  }
  auto const id = path_id<IncidentId>(call);
  if (!id) {
    return problem(call, 404, "not_found", "\"" + call.parameters[0] + "\" is not an id");
  }
  auto asked = moment_of(desk, call);
  if (auto* wrong = std::get_if<Answer>(&asked)) {
    return std::move(*wrong);
  }
  Moment const& moment = std::get<Moment>(asked);
  auto const incident = find_at(desk, call, moment, &domain::State::incidents, *id);
  if (auto refused = refuse_found(call, incident)) {
    return std::move(*refused);
  }
  std::vector<std::shared_ptr<domain::Proposal const>> found;
  for (auto const proposal : incident->object->proposals) {
    auto const one = find_at(desk, call, moment, &domain::State::proposals, proposal);
    if (!one) {
      return problem(call, one.error());
    }
    if (one->object != nullptr) {
      found.push_back(one->object);
    }
  }
  auto const style = api_style(desk);
  Json::Array items;
  for (auto const& proposal : found) {
    Json item = frame(*proposal, style);
    item.add("teams", Rows{*proposal, style}.candidates(proposal->rows.teams));
    items.push_back(std::move(item));
  }
  return page_detail::page(std::move(items), "", incident->as_of);
}

}  // namespace

Json view(Desk& desk, domain::Proposal const& proposal) {
  auto const style = api_style(desk);
  Rows const rows{proposal, style};
  Json out = frame(proposal, style);
  out.add("teams", rows.candidates(proposal.rows.teams));
  out.add("alternatives", rows.candidates(proposal.rows.alternatives));
  out.add("looked_at", rows.looked_at());
  return out;
}

void add_proposal_routes(RouteTable& routes, Desk& desk) {
  routes.add({"GET", "/api/v1/incidents/{}/proposals", Permission::Read,
              [&](Call& c) { return of_incident(desk, c); }});
  routes.add({"GET", "/api/v1/proposals/{}", Permission::Read,
              [&](Call& c) { return show(desk, c, &domain::State::proposals); }});
}

}  // namespace fenghuo::server
