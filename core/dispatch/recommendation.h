#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/state.h"
#include "core/domain/vocabulary.h"

namespace fenghuo::dispatch {

using domain::Approach;
using domain::LookedAt;
using domain::PositionBasis;
using domain::WhyNot;

struct Candidate {
  TeamId team;
  Duration eta, turnout, travel;  ///< eta = turnout + travel
  std::size_t rank = 0;           ///< by eta among those who could fill the same need, from 1
  std::string covers;             ///< capability of the need it fills; empty: no need was stated
  std::int64_t quantity = 0;      ///< how much of it the team brings
  Approach approach;
};

struct Recommendation {
  std::vector<Candidate> teams;                 ///< to send, soonest first
  std::vector<domain::CapabilityAmount> unmet;  ///< what no team is left for
  std::vector<Candidate> alternatives;  ///< capable and available, not needed; soonest first
  std::vector<LookedAt> looked_at;      ///< and why not; by id
};

/// Which teams to send: for each need, the scarcest capability first, the teams with the soonest arrival
/// until the amount is met. A team fills one need: a crew cannot pump and cut at once. Needs that
/// active orders of the incident already fill are not asked again. Without stated needs the soonest
/// available team is proposed.
///
/// In:      approaches: one for each team of the state, any order; a missing one counts as NoPosition.
/// Out:     deterministic; ties by team id.
/// Cost:    needs x teams x log teams.
/// Source:  closest suitable unit, the default of dispatch centres.
/// Checked: tests/core/recommendation_test.cc.
Recommendation recommend(domain::State const& state, domain::Incident const& incident,
                         std::vector<Approach> const& approaches);

/// The rows in which a recommendation is stored beside what it was made from.
domain::ProposalRows rows_of(Recommendation const& made, domain::State const& state,
                             domain::Incident const& incident, std::vector<Approach> approaches);

}  // namespace fenghuo::dispatch
