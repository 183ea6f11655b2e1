#include "core/dispatch/recommendation.h"

#include <algorithm>
#include <set>

namespace fenghuo::dispatch {

namespace {

using domain::CapabilityAmount;
using domain::Team;

std::int64_t amount_of(Team const& team, std::string const& capability) {
  std::int64_t amount = 0;
  for (auto const& has : team.facts.capabilities) {
    amount += has.capability == capability ? has.quantity : 0;
  }
  return amount;
}

bool sooner(Candidate const& a, Candidate const& b) {
  return a.eta == b.eta ? a.team < b.team : a.eta < b.eta;
}

/// What is still missing once the teams on active orders are counted, each for the first need it fits.
std::vector<CapabilityAmount> open_needs(domain::State const& state,
                                         domain::Incident const& incident) {
  std::vector<CapabilityAmount> needs = incident.facts.needs;
  for (auto const id : incident.orders) {
    domain::Order const& order = *domain::find(state.orders, id);
    if (!domain::is_active(order.status)) {
      continue;
    }
    Team const& team = *domain::find(state.teams, order.team);
    auto const need = std::find_if(needs.begin(), needs.end(), [&](auto const& n) {
      return n.quantity > 0 && amount_of(team, n.capability) > 0;
    });
    if (need != needs.end()) {
      need->quantity -= amount_of(team, need->capability);
    }
  }
  std::erase_if(needs, [](auto const& need) { return need.quantity <= 0; });
  return needs;
}

std::optional<LookedAt> why_not(Team const& team, Approach const& approach,
                                std::vector<CapabilityAmount> const& needs) {
  if (team.order) {
    return LookedAt{team.id, WhyNot::OnOrder, to_text(*team.order)};
  }
  if (team.availability == domain::Availability::OffDuty) {
    return LookedAt{team.id, WhyNot::OffDuty, team.unavailable_because};
  }
  if (team.availability == domain::Availability::OutOfService) {
    return LookedAt{team.id, WhyNot::OutOfService, team.unavailable_because};
  }
  bool const fits = needs.empty() || std::any_of(needs.begin(), needs.end(), [&](auto const& need) {
                      return amount_of(team, need.capability) > 0;
                    });
  if (!fits) {
    return LookedAt{team.id, WhyNot::LacksCapability, ""};
  }
  if (approach.position == PositionBasis::None) {
    return LookedAt{team.id, WhyNot::NoPosition, ""};
  }
  if (!approach.travel) {
    return LookedAt{team.id, WhyNot::Unreachable, ""};
  }
  return std::nullopt;
}

/// Fills one need with the soonest of the teams that are left.
void fill(domain::State const& state, CapabilityAmount need, std::vector<Candidate>& pool,
          Recommendation& out) {
  std::size_t rank = 0;
  for (auto it = pool.begin(); it != pool.end() && need.quantity > 0;) {
    std::int64_t const amount = amount_of(*domain::find(state.teams, it->team), need.capability);
    if (amount == 0) {
      ++it;
      continue;
    }
    it->rank = ++rank;
    it->covers = need.capability;
    it->quantity = amount;
    need.quantity -= amount;
    out.teams.push_back(*it);
    it = pool.erase(it);
  }
  if (need.quantity > 0) {
    out.unmet.push_back(need);
  }
}

std::int64_t supply(domain::State const& state, std::vector<Candidate> const& pool,
                    std::string const& capability) {
  return std::count_if(pool.begin(), pool.end(), [&](Candidate const& candidate) {
    return amount_of(*domain::find(state.teams, candidate.team), capability) > 0;
  });
}

}  // namespace

Recommendation recommend(domain::State const& state, domain::Incident const& incident,
                         std::vector<Approach> const& approaches) {
  std::map<TeamId, Approach> ways;
  for (auto const& approach : approaches) {
    ways.emplace(approach.team, approach);
  }
  Recommendation out;
  std::vector<CapabilityAmount> needs = open_needs(state, incident);
  std::vector<CapabilityAmount> const& wanted = needs.empty() ? incident.facts.needs : needs;
  std::vector<Candidate> pool;
  for (auto const& [id, team] : state.teams) {
    Approach const& approach = ways[id];
    if (auto reason = why_not(*team, approach, wanted)) {
      out.looked_at.push_back(std::move(*reason));
      continue;
    }
    pool.push_back({id, team->facts.turnout + *approach.travel, team->facts.turnout,
                    *approach.travel, 0, "", 0, approach});
  }
  std::sort(pool.begin(), pool.end(), sooner);
  std::stable_sort(needs.begin(), needs.end(), [&](auto const& a, auto const& b) {
    return supply(state, pool, a.capability) < supply(state, pool, b.capability);
  });
  for (auto const& need : needs) {
    fill(state, need, pool, out);
  }
  if (incident.facts.needs.empty() && !pool.empty()) {
    pool.front().rank = 1;
    out.teams.push_back(pool.front());
    pool.erase(pool.begin());
  }
  std::sort(out.teams.begin(), out.teams.end(), sooner);
  for (std::size_t i = 0; i < pool.size(); ++i) {
    pool[i].rank = i + 1;
  }
  out.alternatives = std::move(pool);
  return out;
}

domain::ProposalRows rows_of(Recommendation const& made, domain::State const& state,
                             domain::Incident const& incident, std::vector<Approach> approaches) {
  domain::ProposalRows rows;
  rows.made_from = state.sequence;
  rows.needs = incident.facts.needs;
  rows.unmet = made.unmet;
  auto const carry = [](std::vector<Candidate> const& from,
                        std::vector<domain::ProposedTeam>& into) {
    into.reserve(from.size());
    for (auto const& one : from) {
      into.push_back({one.team, static_cast<std::int64_t>(one.rank), one.eta, one.turnout,
                      one.covers, one.quantity});
    }
  };
  carry(made.teams, rows.teams);
  carry(made.alternatives, rows.alternatives);
  rows.looked_at = made.looked_at;
  rows.approaches = std::move(approaches);
  return rows;
}

}  // namespace fenghuo::dispatch
