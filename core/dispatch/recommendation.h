#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/state.h"
#include "core/domain/vocabulary.h"

namespace fenghuo::dispatch {

/// Where a team starts from and how well that is known.
enum class PositionBasis { Reported, Home, None };

/// What the map knows of one team's way to the incident; looked up before deciding, since core knows no map.
struct Approach {
  TeamId team;
  PositionBasis position = PositionBasis::None;
  std::optional<Duration> position_age;  ///< of a reported position
  std::optional<Duration> travel;        ///< nothing: no way leads there
  domain::EtaBasis basis = domain::EtaBasis::Unknown;
  std::int64_t assumed_permille = 0;  ///< share of the way whose speed is a default
};

/// Why a team is not proposed.
enum class WhyNot { OnOrder, OffDuty, OutOfService, LacksCapability, NoPosition, Unreachable };

struct Candidate {
  TeamId team;
  Duration eta, turnout, travel;  ///< eta = turnout + travel
  std::size_t rank = 0;           ///< by eta among those who could fill the same need, from 1
  std::string covers;             ///< capability of the need it fills; empty: no need was stated
  std::int64_t quantity = 0;      ///< how much of it the team brings
  Approach approach;
};

struct LookedAt {
  TeamId team;
  WhyNot why_not = WhyNot::LacksCapability;
  std::string detail;  ///< order id, reason of absence
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

}  // namespace fenghuo::dispatch

namespace fenghuo {
template <>
struct EnumNames<dispatch::PositionBasis> {
  static constexpr std::array<std::string_view, 3> kNames{"reported", "home", "none"};
};
template <>
struct EnumNames<dispatch::WhyNot> {
  static constexpr std::array<std::string_view, 6> kNames{
      "on_order", "off_duty", "out_of_service", "lacks_capability", "no_position", "unreachable"};
};
}  // namespace fenghuo
