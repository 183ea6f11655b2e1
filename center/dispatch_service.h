#pragma once

#include <optional>
#include <vector>

#include "center/clock.h"
#include "center/closure_keeper.h"
#include "center/positions.h"
#include "center/proposal_memory.h"
#include "center/roads.h"
#include "core/base/result.h"
#include "core/dispatch/recommendation.h"
#include "messaging/command_loop/committed_state.h"

namespace fenghuo::center {

/// A candidate with what its way looks like.
struct RecommendedTeam {
  dispatch::Candidate candidate;
  Distance distance;  ///< of its way; 0 where no way was looked up
  GeoPoint starts_at;
};

struct RecommendationAnswer {
  std::vector<RecommendedTeam> teams, alternatives;
  std::vector<domain::CapabilityAmount> unmet;
  std::vector<dispatch::LookedAt> looked_at;
  Sequence as_of = 0;        ///< the lower of state and roads
  Sequence state_as_of = 0;  ///< the state it was made from
  std::string proposal;  ///< token for proposal(); empty where it holds too many teams to be kept
};

/// Brings state, positions and roads together: core decides, this looks travel times up and carries the
/// answer.
///
/// Errors:  NotFound  no such incident
///          Conflict  the incident has no location yet
/// Cost:    one table of travel times a vehicle profile, one route for each of the first candidates.
/// Threads: any.
/// Checked: tests/center/dispatch_service_test.cc.
class DispatchService {
 public:
  DispatchService(messaging::CommittedState const& committed, Positions const& positions,
                  Roads const& roads, ClosureKeeper const& closures, Clock const& clock)
      : committed_{committed},
        positions_{positions},
        roads_{roads},
        closures_{closures},
        clock_{clock} {}

  Result<RecommendationAnswer> recommend(IncidentId incident) const;

  /// The rows of an answer given lately, for orders given on it; nothing where the token is not known, or was
  /// given for another incident.
  std::shared_ptr<domain::ProposalRows const> proposal(std::string_view token,
                                                       IncidentId incident) const {
    return answered_.find(token, incident);
  }

  /// What is to be expected if this team goes there now; goes into the order. Unknown where the team or
  /// the incident has no place, or no way leads there.
  domain::TravelEstimate estimate(TeamId team, IncidentId incident) const;

  /// A team's starting point: its latest position if that is younger than half an hour, else its home.
  struct Start {
    dispatch::PositionBasis basis = dispatch::PositionBasis::None;
    GeoPoint point;
    std::optional<Duration> age;
  };
  Start start_of(domain::Team const& team) const;

 private:
  std::vector<dispatch::Approach> approaches(domain::State const& state, GeoPoint to,
                                             std::string_view area) const;
  static std::optional<Duration> stated_way(domain::State const& state, domain::Team const& team,
                                            std::string_view area, dispatch::PositionBasis start,
                                            bool road_is_open);
  std::string remember(IncidentId id, domain::ProposalRows rows,
                       RecommendationAnswer const& answer) const;
  RecommendedTeam without_way(dispatch::Candidate candidate, domain::State const& state) const;
  RecommendedTeam with_way(dispatch::Candidate candidate, domain::State const& state,
                           GeoPoint to) const;

  messaging::CommittedState const& committed_;
  Positions const& positions_;
  Roads const& roads_;
  ClosureKeeper const& closures_;
  Clock const& clock_;
  mutable ProposalMemory answered_;
};

}  // namespace fenghuo::center
