#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/vocabulary.h"

/// A team 救援队伍: a rescue force with capabilities, vehicles, a home and a turnout time.
///
///   available <-> off_duty <-> out_of_service        committed = an active order holds it (derived)
///
/// Who may move it: dispatchers, and the team itself. Availability lives here; the course of a
/// deployment lives on the order. A team on an active order may be set out of service (a breakdown on
/// the way): the order stays and is for people to decide.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

enum class Availability { Available, OffDuty, OutOfService };

struct Vehicle {
  std::string name;
  VehicleProfile profile = VehicleProfile::Light;
  bool operator==(Vehicle const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("profile", self.profile);
  }
};

struct TeamFacts {
  std::string name;
  std::string code;  ///< as the office's spreadsheet calls it; one team a code
  std::string organization, phone, area;
  Tier tier = Tier::Professional;
  Force force = Force::Own;
  std::vector<CapabilityAmount> capabilities;
  std::vector<Vehicle> vehicles;  ///< empty: the team goes on foot
  std::int64_t members = 0;
  std::optional<GeoPoint> home;
  Duration turnout = minutes(2);     ///< from the order to leaving
  std::vector<PersonCode> contacts;  ///< leader first: who is told if the team does not answer
  std::string radio;                 ///< call sign or channel
  bool operator==(TeamFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("code", self.code);
    f("organization", self.organization);
    f("phone", self.phone);
    f("area", self.area);
    f("tier", self.tier);
    f("force", self.force);
    f("capabilities", self.capabilities);
    f("vehicles", self.vehicles);
    f("members", self.members);
    f("home", self.home);
    f("turnout", self.turnout);
    f("contacts", self.contacts);
    f("radio", self.radio);
  }
};

struct Team {
  TeamId id;
  TeamFacts facts;
  Availability availability = Availability::Available;
  std::string unavailable_because;
  std::optional<OrderId> order;  ///< the active order that holds it
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    TeamFacts::fields(f, self.facts);
    f("availability", self.availability);
    f("unavailable_because", self.unavailable_because);
    f("order", self.order);
    f("revision", self.revision);
  }
};

/// The profile by which the whole team gets through: the one with the least freedom among its vehicles,
/// foot before heavy before light before offroad (which also takes tracks and fords); foot without vehicles.
/// Checked: tests/core/recommendation_test.cc.
VehicleProfile travel_profile(TeamFacts const& team);

// Commands.

struct RegisterTeam {
  static constexpr std::string_view kName = "register_team";
  TeamFacts facts;
  static void fields(auto& f, auto& self) { TeamFacts::fields(f, self.facts); }
};

/// Replaces all facts of a team.
struct UpdateTeam {
  static constexpr std::string_view kName = "update_team";
  TeamId team;
  TeamFacts facts;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    TeamFacts::fields(f, self.facts);
  }
};

struct SetTeamAvailability {
  static constexpr std::string_view kName = "set_team_availability";
  TeamId team;
  Availability availability = Availability::Available;
  std::string reason;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    f("availability", self.availability);
    f("reason", self.reason);
    Testimony::fields(f, self.testimony);
  }
};

// Events.

struct TeamRegistered {
  static constexpr std::string_view kName = "team_registered";
  static constexpr int kVersion = 1;
  TeamId team;
  TeamFacts facts;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    TeamFacts::fields(f, self.facts);
  }
};

struct TeamUpdated {
  static constexpr std::string_view kName = "team_updated";
  static constexpr int kVersion = 1;
  TeamId team;
  TeamFacts facts;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    TeamFacts::fields(f, self.facts);
  }
};

struct TeamAvailabilitySet {
  static constexpr std::string_view kName = "team_availability_set";
  static constexpr int kVersion = 1;
  TeamId team;
  Availability from = Availability::Available, to = Availability::Available;
  std::string reason;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    f("from", self.from);
    f("to", self.to);
    f("reason", self.reason);
    Testimony::fields(f, self.testimony);
  }
};

Decision decide(State const& state, Context const& context, RegisterTeam const& command);
Decision decide(State const& state, Context const& context, UpdateTeam const& command);
Decision decide(State const& state, Context const& context, SetTeamAvailability const& command);

void apply(State& state, Stamp const& stamp, TeamRegistered const& event);
void apply(State& state, Stamp const& stamp, TeamUpdated const& event);
void apply(State& state, Stamp const& stamp, TeamAvailabilitySet const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::Availability> {
  static constexpr std::array<std::string_view, 3> kNames{"available", "off_duty",
                                                          "out_of_service"};
};
}  // namespace fenghuo
