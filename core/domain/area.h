#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/master_data.h"

/// An area 区域 with its card (村情卡): who answers for it, how many live there, who needs help, and how to get
/// there when the road is gone. Entered by hand by those who know the place.
namespace fenghuo::domain {

enum class AreaLevel { County, Subdistrict, Township, Community, Village, Hamlet };

/// A named responsible person 责任人; the order of the list is the order of calling.
struct Responsible {
  std::string function;  ///< 村支书、包村干部、网格员、信息员
  PersonCode person;
  bool operator==(Responsible const&) const = default;
  static void fields(auto& f, auto& self) {
    f("function", self.function);
    f("person", self.person);
  }
};

/// Who needs help to get away 需转移帮扶人员, and who helps.
struct Assisted {
  Sealed name;
  std::string need;
  std::optional<PersonCode> helper;
  bool operator==(Assisted const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("need", self.need);
    f("helper", self.helper);
  }
};

/// How long it really takes, as somebody who went there says. It stands above what the map computes.
struct HandTravel {
  std::string from;  ///< teams whose area lies in this one; empty: from anywhere
  VehicleProfile profile = VehicleProfile::Foot;
  Duration takes;
  std::string note;
  bool operator==(HandTravel const&) const = default;
  static void fields(auto& f, auto& self) {
    f("from", self.from);
    f("profile", self.profile);
    f("takes", self.takes);
    f("note", self.note);
  }
};

struct AreaFacts {
  std::string name;
  AreaLevel level = AreaLevel::Village;
  std::optional<Location> location;
  std::int64_t population = 0, households = 0, assisted_count = 0;
  std::vector<Responsible> responsible;
  std::vector<Assisted> assisted;
  std::vector<HandTravel> travel;
  std::optional<Duration> walking;  ///< from the last place that a car reaches
  std::string walking_path, phone, radio, note;
  std::optional<Location> boat_point, landing_place;
  std::optional<FacilityCode> shelter;
  bool retired = false;
  bool operator==(AreaFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("level", self.level);
    f("location", self.location);
    f("population", self.population);
    f("households", self.households);
    f("assisted_count", self.assisted_count);
    f("responsible", self.responsible);
    f("assisted", self.assisted);
    f("travel", self.travel);
    f("walking", self.walking);
    f("walking_path", self.walking_path);
    f("phone", self.phone);
    f("radio", self.radio);
    f("note", self.note);
    f("boat_point", self.boat_point);
    f("landing_place", self.landing_place);
    f("shelter", self.shelter);
    f("retired", self.retired);
  }
};

struct Area {
  static constexpr std::string_view kRecordName = "record_area";
  static constexpr std::string_view kRecordedName = "area_recorded";
  static constexpr int kVersion = 1;
  using Facts = AreaFacts;
  AreaCode id;
  AreaFacts facts;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    AreaFacts::fields(f, self.facts);
    f("revision", self.revision);
  }
};

using RecordArea = Record<Area>;
using AreaRecorded = Recorded<Area>;

/// What the card of the innermost area around a place says of a team's way there; nothing without such a word.
/// The most precise origin wins, then the profile of the team. Checked: tests/core/master_data_test.cc.
std::optional<HandTravel> travel_by_hand(State const& state, std::string_view to,
                                         std::string_view team_area, VehicleProfile profile);

Decision decide(State const& state, Context const& context, RecordArea const& command);
void apply(State& state, Stamp const& stamp, AreaRecorded const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::AreaLevel> {
  static constexpr std::array<std::string_view, 6> kNames{"county",    "subdistrict", "township",
                                                          "community", "village",     "hamlet"};
};
}  // namespace fenghuo
