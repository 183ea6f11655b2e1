#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/vocabulary.h"

/// A proposal 派遣建议存证: a recommendation that somebody acted on, kept with all it rested on: who was
/// proposed, who else could have gone, who could not and why, and what was known then of every team's way.
/// It is recorded in one step with the orders given on it and never changes; it follows its incident when
/// that is merged into another one.
///
/// Asked again, dispatch::recommend gives the same rows from the state of `made_from` and `approaches`.
/// Checked: tests/center/proposal_check_test.cc; on any journal by `fenghuo journal check-proposals`.
namespace fenghuo::domain {

struct State;
struct Context;
struct Stamp;

/// Where a team starts from and how well that is known.
enum class PositionBasis { Reported, Home, None };

/// Why a team is not proposed.
enum class WhyNot { OnOrder, OffDuty, OutOfService, LacksCapability, NoPosition, Unreachable };

/// What the map knows of one team's way to the incident; looked up before deciding, since core knows no map.
struct Approach {
  TeamId team;
  PositionBasis position = PositionBasis::None;
  std::optional<Duration> position_age;  ///< of a reported position
  std::optional<Duration> travel;        ///< nothing: no way leads there
  EtaBasis basis = EtaBasis::Unknown;
  std::int64_t assumed_permille = 0;  ///< share of the way whose speed is a default
  std::optional<GeoPoint> starts_at = {};
  std::optional<Distance> distance = {};  ///< of the way, where it was looked up
  bool operator==(Approach const&) const = default;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    f("position", self.position);
    f("position_age", self.position_age);
    f("travel", self.travel);
    f("basis", self.basis);
    f("assumed_permille", self.assumed_permille);
    f("starts_at", self.starts_at);
    f("distance", self.distance);
  }
};

/// A team that was proposed, or could have been.
struct ProposedTeam {
  TeamId team;
  std::int64_t rank = 0;  ///< by eta among those who could fill the same need, from 1
  Duration eta, turnout;  ///< eta = turnout + the travel of its approach
  std::string covers;     ///< capability of the need it fills; empty: no need was stated
  std::int64_t quantity = 0;
  bool operator==(ProposedTeam const&) const = default;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    f("rank", self.rank);
    f("eta", self.eta);
    f("turnout", self.turnout);
    f("covers", self.covers);
    f("quantity", self.quantity);
  }
};

struct LookedAt {
  TeamId team;
  WhyNot why_not = WhyNot::LacksCapability;
  std::string detail;  ///< order id, reason of absence
  bool operator==(LookedAt const&) const = default;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    f("why_not", self.why_not);
    f("detail", self.detail);
  }
};

/// A recommendation as it is stored: the answer and what it was made from, without the travel table.
struct ProposalRows {
  Sequence made_from = 0;     ///< the state it was made from
  Sequence metric_as_of = 0;  ///< the sequence whose closures were on the roads
  Time made_at;
  std::vector<CapabilityAmount> needs;  ///< of the incident then
  std::vector<CapabilityAmount> unmet;
  std::vector<ProposedTeam> teams;         ///< proposed, soonest first
  std::vector<ProposedTeam> alternatives;  ///< could have gone, soonest first
  std::vector<LookedAt> looked_at;         ///< could not, and why
  std::vector<Approach> approaches;        ///< of every team of the state
  bool operator==(ProposalRows const&) const = default;
  static void fields(auto& f, auto& self) {
    f("made_from", self.made_from);
    f("metric_as_of", self.metric_as_of);
    f("made_at", self.made_at);
    f("needs", self.needs);
    f("unmet", self.unmet);
    f("teams", self.teams);
    f("alternatives", self.alternatives);
    f("looked_at", self.looked_at);
    f("approaches", self.approaches);
  }
};
/// More teams than this are not stored; a county has a few hundred.
inline constexpr std::size_t kMaxApproaches = 1'000;

struct Proposal {
  ProposalId id;
  IncidentId incident;  ///< where its orders are now
  IncidentId made_for;  ///< the incident that was asked for
  ProposalRows rows;
  std::vector<TeamId> chosen;  ///< teams that were sent on it
  bool deviates = false;       ///< others were sent than proposed
  std::string because;
  Time recorded_at;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("incident", self.incident);
    f("made_for", self.made_for);
    ProposalRows::fields(f, self.rows);
    f("chosen", self.chosen);
    f("deviates", self.deviates);
    f("because", self.because);
    f("recorded_at", self.recorded_at);
    f("revision", self.revision);
  }
};

/// Follows from IssueOrders, before the orders that name it.
struct ProposalRecorded {
  static constexpr std::string_view kName = "proposal_recorded";
  static constexpr int kVersion = 1;
  ProposalId proposal;
  IncidentId incident;
  ProposalRows rows;
  std::vector<TeamId> chosen;
  bool deviates = false;
  std::string because;
  static void fields(auto& f, auto& self) {
    f("proposal", self.proposal);
    f("incident", self.incident);
    ProposalRows::fields(f, self.rows);
    f("chosen", self.chosen);
    f("deviates", self.deviates);
    f("because", self.because);
  }
};

/// The event that keeps `rows` beside what was chosen. Rows never stop an order: nothing is refused here.
ProposalRecorded record(State const& state, Context const& context, IncidentId incident,
                        ProposalRows const& rows, std::vector<TeamId> chosen, std::string because);

void apply(State& state, Stamp const& stamp, ProposalRecorded const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::PositionBasis> {
  static constexpr std::array<std::string_view, 3> kNames{"reported", "home", "none"};
};
template <>
struct EnumNames<domain::WhyNot> {
  static constexpr std::array<std::string_view, 6> kNames{
      "on_order", "off_duty", "out_of_service", "lacks_capability", "no_position", "unreachable"};
};
}  // namespace fenghuo
