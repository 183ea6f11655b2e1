#include "server/workbook/trial.h"

#include <type_traits>
#include <vector>

namespace fenghuo::server {

using domain::State;

namespace {

/// Whether a row makes something that was not there.
bool makes(std::vector<domain::Event> const& events, State const& before) {
  return std::visit(
      [&](auto const& event) {
        using E = std::decay_t<decltype(event)>;
        if constexpr (requires { event.id.text; }) {
          if constexpr (std::is_same_v<E, domain::OrganizationRecorded>) {
            return find(before.organizations, event.id) == nullptr;
          } else if constexpr (std::is_same_v<E, domain::PersonRecorded>) {
            return find(before.persons, event.id) == nullptr;
          } else if constexpr (std::is_same_v<E, domain::AreaRecorded>) {
            return find(before.areas, event.id) == nullptr;
          } else if constexpr (std::is_same_v<E, domain::FacilityRecorded>) {
            return find(before.facilities, event.id) == nullptr;
          } else if constexpr (std::is_same_v<E, domain::EnterpriseRecorded>) {
            return find(before.enterprises, event.id) == nullptr;
          } else if constexpr (std::is_same_v<E, domain::PlanContactRecorded>) {
            return find(before.plan_contacts, event.id) == nullptr;
          } else if constexpr (std::is_same_v<E, domain::DutyPostRecorded>) {
            return find(before.duty_posts, event.id) == nullptr;
          } else {
            return find(before.duty_shifts, event.id) == nullptr;
          }
        } else {
          return std::is_same_v<E, domain::TeamRegistered>;
        }
      },
      events.front());
}

}  // namespace

domain::Command command_against(State const& state, domain::Command command) {
  auto const* team = std::get_if<domain::RegisterTeam>(&command);
  auto const known =
      team == nullptr ? state.team_codes.end() : state.team_codes.find(team->facts.code);
  if (known == state.team_codes.end()) {
    return command;
  }
  return domain::UpdateTeam{known->second, team->facts};
}

std::variant<RowFate, domain::Refusal> Trial::decide(domain::Command command) {
  kernel::CommandEnvelope const envelope{"", actor_, now_, std::nullopt,
                                         command_against(state_, std::move(command))};
  auto decision = kernel::decide(state_, envelope);
  if (auto* refusal = std::get_if<domain::Refusal>(&decision.outcome)) {
    if (refusal->rejection == domain::Rejection::AlreadyInThatState) {
      return RowFate::Unchanged;
    }
    return std::move(*refusal);
  }
  auto const& events = std::get<std::vector<domain::Event>>(decision.outcome);
  auto const fate = makes(events, state_) ? RowFate::Created : RowFate::Changed;
  for (auto const& event : events) {
    kernel::apply(state_, {state_.sequence + 1, now_, now_, "", 0, actor_, event});
  }
  return fate;
}

}  // namespace fenghuo::server
