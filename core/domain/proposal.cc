#include "core/domain/proposal.h"

#include <set>

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

ProposalRecorded record(State const& state, Context const& context, IncidentId incident,
                        ProposalRows const& rows, std::vector<TeamId> chosen, std::string because) {
  std::set<TeamId> proposed;
  for (auto const& team : rows.teams) {
    proposed.insert(team.team);
  }
  ProposalRecorded event;
  event.proposal = next_id<ProposalId>(state.proposal_numbers, year_in(state, context.time));
  event.incident = incident;
  event.rows = rows;
  event.deviates = proposed != std::set<TeamId>{chosen.begin(), chosen.end()};
  event.chosen = std::move(chosen);
  event.because = std::move(because);
  return event;
}

void apply(State& state, Stamp const& stamp, ProposalRecorded const& event) {
  auto proposal = std::make_shared<Proposal>();
  proposal->id = event.proposal;
  proposal->incident = event.incident;
  proposal->made_for = event.incident;
  proposal->rows = event.rows;
  proposal->chosen = event.chosen;
  proposal->deviates = event.deviates;
  proposal->because = event.because;
  proposal->recorded_at = stamp.time;
  proposal->revision = stamp.sequence;
  state.proposals[event.proposal] = std::move(proposal);
  edit(state.incidents, event.incident, stamp.sequence,
       [&](Incident& incident) { incident.proposals.push_back(event.proposal); });
  note_id(state.proposal_numbers, event.proposal);
}

}  // namespace fenghuo::domain
