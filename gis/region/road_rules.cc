#include "gis/region/road_rules.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace fenghuo::gis {

namespace {

using namespace std::string_view_literals;

struct ClassRule {
  std::string_view highway;
  RoadClass road_class;
  std::uint8_t speed;  ///< km/h on an open paved road where no limit is known
  bool motor;          ///< motor vehicles may use it unless a tag says otherwise
  bool foot;
  bool link = false;
};

constexpr std::array kClassRules{
    ClassRule{"motorway", RoadClass::Motorway, 100, true, false},
    ClassRule{"motorway_link", RoadClass::Motorway, 50, true, false, true},
    ClassRule{"trunk", RoadClass::Trunk, 80, true, true},
    ClassRule{"trunk_link", RoadClass::Trunk, 45, true, true, true},
    ClassRule{"primary", RoadClass::Primary, 65, true, true},
    ClassRule{"primary_link", RoadClass::Primary, 40, true, true, true},
    ClassRule{"secondary", RoadClass::Secondary, 55, true, true},
    ClassRule{"secondary_link", RoadClass::Secondary, 40, true, true, true},
    ClassRule{"tertiary", RoadClass::Tertiary, 45, true, true},
    ClassRule{"tertiary_link", RoadClass::Tertiary, 35, true, true, true},
    ClassRule{"unclassified", RoadClass::Unclassified, 40, true, true},
    ClassRule{"road", RoadClass::Unclassified, 30, true, true},
    ClassRule{"residential", RoadClass::Residential, 30, true, true},
    ClassRule{"living_street", RoadClass::LivingStreet, 15, true, true},
    ClassRule{"service", RoadClass::Service, 20, true, true},
    ClassRule{"busway", RoadClass::Service, 30, true, true},
    ClassRule{"track", RoadClass::Track, 15, true, true},
    ClassRule{"pedestrian", RoadClass::Pedestrian, 10, false, true},
    ClassRule{"footway", RoadClass::Footway, 5, false, true},
    ClassRule{"path", RoadClass::Path, 5, false, true},
    ClassRule{"bridleway", RoadClass::Path, 5, false, true},
    ClassRule{"steps", RoadClass::Steps, 3, false, true},
    ClassRule{"cycleway", RoadClass::Cycleway, 10, false, true}};

ClassRule const* rule_for(TagSet const& tags) {
  static constexpr ClassRule kFerry{"", RoadClass::Ferry, 8, false, true};
  if (tags.is("route", "ferry") && tags["highway"].empty()) {
    return &kFerry;
  }
  std::string_view const highway = tags["highway"];
  auto const* const rule =
      std::find_if(kClassRules.begin(), kClassRules.end(),
                   [&](ClassRule const& known) { return known.highway == highway; });
  return rule == kClassRules.end() ? nullptr : rule;
}

enum class Access { Unsaid, Open, Shut };

Access access_of(std::string_view value) {
  if (value.empty()) {
    return Access::Unsaid;
  }
  static constexpr std::array kShut{"no"sv, "impassable"sv, "unsuitable"sv};
  return std::find(kShut.begin(), kShut.end(), value) == kShut.end() ? Access::Open : Access::Shut;
}

/// The most specific of the keys, given from specific to general, that says something.
Access access_by(TagSet const& tags, std::initializer_list<std::string_view> keys) {
  for (auto const key : keys) {
    // The key "emergency" also names things (hydrants, telephones), which say nothing of access.
    static constexpr std::array kAccessWords{"yes"sv,      "no"sv,          "designated"sv,
                                             "official"sv, "destination"sv, "permissive"sv};
    bool const says = key != "emergency" || std::find(kAccessWords.begin(), kAccessWords.end(),
                                                      tags[key]) != kAccessWords.end();
    if (auto const access = access_of(tags[key]); says && access != Access::Unsaid) {
      return access;
    }
  }
  return Access::Unsaid;
}

Access motor_access(TagSet const& tags) {
  return access_by(tags, {"emergency", "motorcar", "motor_vehicle", "vehicle", "access"});
}

bool means_yes(std::string_view value) {
  return !value.empty() && value != "no" && value != "false" && value != "0";
}

std::uint16_t oneway_flags(TagSet const& tags, RoadClass road_class, bool link) {
  std::string_view const oneway =
      tags.first_of({"oneway:motor_vehicle", "oneway:vehicle", "oneway"});
  if (oneway == "yes" || oneway == "true" || oneway == "1") {
    return edge_flag::kOnewayForward;
  }
  if (oneway == "-1" || oneway == "reverse") {
    return edge_flag::kOnewayBackward;
  }
  if (oneway == "reversible") {
    return edge_flag::kNoMotor;  // open in a direction that the data cannot tell
  }
  bool const implied = tags.is("junction", "roundabout") || tags.is("junction", "circular") ||
                       (road_class == RoadClass::Motorway && !link);
  return oneway.empty() && implied ? edge_flag::kOnewayForward : std::uint16_t{0};
}

bool is_unpaved(TagSet const& tags, RoadClass road_class) {
  static constexpr std::array kPaved{"paved"sv,
                                     "asphalt"sv,
                                     "concrete"sv,
                                     "concrete:lanes"sv,
                                     "concrete:plates"sv,
                                     "paving_stones"sv,
                                     "sett"sv,
                                     "cobblestone"sv,
                                     "metal"sv,
                                     "wood"sv,
                                     "bricks"sv,
                                     "chipseal"sv,
                                     "unhewn_cobblestone"sv};
  std::string_view const surface = tags["surface"];
  if (!surface.empty()) {
    return std::find(kPaved.begin(), kPaved.end(), surface) == kPaved.end();
  }
  return (road_class == RoadClass::Track && !tags.is("tracktype", "grade1")) ||
         road_class == RoadClass::Path;
}

/// km/h that a vehicle keeps up on the ground as it is, whatever the signs allow.
std::uint32_t speed_of_ground(TagSet const& tags, RoadClass road_class, bool unpaved) {
  static constexpr std::array kBad{"mud"sv,   "sand"sv, "grass"sv, "rock"sv,
                                   "earth"sv, "dirt"sv, "ground"sv};
  std::uint32_t speed = 255;
  if (road_class == RoadClass::Track) {
    std::string_view const grade = tags["tracktype"];
    speed = grade == "grade1"   ? 30
            : grade == "grade2" ? 20
            : grade == "grade4" ? 10
            : grade == "grade5" ? 7
                                : 15;
  }
  if (unpaved) {
    std::string_view const surface = tags["surface"];
    bool const bad = std::find(kBad.begin(), kBad.end(), surface) != kBad.end();
    speed = std::min(speed, bad ? 20U : 40U);
  }
  if (road_class == RoadClass::Service && !tags["service"].empty()) {
    speed = std::min(speed, 15U);
  }
  return speed;
}

void set_speeds(TagSet const& tags, ClassRule const& rule, RoadTraits& out) {
  bool const unpaved = (out.flags & edge_flag::kUnpaved) != 0;
  std::uint32_t const ground = speed_of_ground(tags, rule.road_class, unpaved);
  auto const both = speed_kmh(tags["maxspeed"]);
  auto const direction = [&](std::string_view key) {
    auto const own = speed_kmh(tags[key]);
    auto const limit = own ? own : both;
    out.flags |= limit ? std::uint16_t{0} : edge_flag::kSpeedAssumed;
    std::uint32_t const speed = std::min(limit.value_or(rule.speed), ground);
    return static_cast<std::uint8_t>(std::clamp(speed, 1U, 140U));
  };
  out.speed_forward = direction("maxspeed:forward");
  out.speed_backward = direction("maxspeed:backward");
}

std::uint16_t as_limit(std::uint32_t value) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint16_t>::max();
  return static_cast<std::uint16_t>(std::min(value, kMost));
}

/// The lowest limit that the keys give; false if none of them says anything that can be read.
bool lowest_limit(TagSet const& tags, std::initializer_list<std::string_view> keys,
                  std::optional<std::uint32_t> (*parse)(std::string_view), std::uint32_t& lowest) {
  bool said = false;
  for (auto const key : keys) {
    auto const value = parse(tags[key]);
    said = said || value.has_value();
    if (value && *value > 0 && (lowest == 0 || *value < lowest)) {
      lowest = *value;
    }
  }
  return said;
}

void set_limits(TagSet const& tags, RoadTraits& out) {
  std::uint32_t weight = 0;
  std::uint32_t height = 0;
  std::uint32_t width = 0;
  if (!lowest_limit(tags, {"maxweight", "maxweightrating"}, weight_kg, weight)) {
    out.flags |= edge_flag::kLoadAssumed;
  }
  lowest_limit(tags, {"maxheight", "maxheight:physical"}, length_cm, height);
  if (!lowest_limit(tags, {"maxwidth", "maxwidth:physical", "width"}, length_cm, width)) {
    out.flags |= edge_flag::kWidthAssumed;
  }
  // Rounded down: a limit that is a little too low costs a detour, one that is too high a bridge.
  out.max_weight = weight == 0 ? std::uint16_t{0} : as_limit(std::max(1U, weight / 10));
  out.max_height = as_limit(height);
  out.max_width = as_limit(width);
}

void set_access(TagSet const& tags, ClassRule const& rule, RoadTraits& out) {
  // A footway or a ferry takes vehicles only where it says so of vehicles; "access=yes" is not that.
  bool const motor_open =
      rule.motor
          ? motor_access(tags) != Access::Shut
          : access_by(tags, {"emergency", "motorcar", "motor_vehicle", "vehicle"}) == Access::Open;
  Access const foot = access_of(tags["foot"]);
  bool const foot_default =
      rule.foot && !means_yes(tags["motorroad"]) && access_of(tags["access"]) != Access::Shut;
  bool const foot_open = foot == Access::Unsaid ? foot_default : foot == Access::Open;
  out.flags |= motor_open ? std::uint16_t{0} : edge_flag::kNoMotor;
  out.flags |= foot_open ? std::uint16_t{0} : edge_flag::kNoFoot;
}

}  // namespace

std::optional<RoadTraits> road_traits(TagSet const& tags) {
  ClassRule const* const rule = rule_for(tags);
  if (rule == nullptr) {
    return std::nullopt;
  }
  RoadTraits out;
  out.road_class = rule->road_class;
  set_access(tags, *rule, out);
  constexpr std::uint16_t kShut = edge_flag::kNoMotor | edge_flag::kNoFoot;
  if ((out.flags & kShut) == kShut) {
    return std::nullopt;
  }
  out.flags |= oneway_flags(tags, rule->road_class, rule->link);
  if ((out.flags & kShut) == kShut) {
    return std::nullopt;
  }
  auto const set_if = [&](bool holds, std::uint16_t flag) {
    out.flags |= holds ? flag : std::uint16_t{0};
  };
  set_if(rule->link, edge_flag::kLink);
  set_if(means_yes(tags["bridge"]), edge_flag::kBridge);
  set_if(means_yes(tags["tunnel"]), edge_flag::kTunnel);
  set_if(means_yes(tags["ford"]), edge_flag::kFord);
  set_if(tags.is("junction", "roundabout") || tags.is("junction", "circular"),
         edge_flag::kRoundabout);
  set_if(is_unpaved(tags, rule->road_class), edge_flag::kUnpaved);
  set_speeds(tags, *rule, out);
  set_limits(tags, out);
  if (rule->road_class == RoadClass::Ferry) {
    out.ferry_s = duration_s(tags["duration"]).value_or(0);
  }
  return out;
}

NodeObstacle obstacle_of(TagSet const& tags) {
  static constexpr std::array kGates{
      "gate"sv,           "lift_gate"sv,   "swing_gate"sv, "sliding_gate"sv,
      "hampshire_gate"sv, "wicket_gate"sv, "chain"sv,      "rope"sv};
  static constexpr std::array kBlocks{"bollard"sv,
                                      "block"sv,
                                      "jersey_barrier"sv,
                                      "log"sv,
                                      "debris"sv,
                                      "cycle_barrier"sv,
                                      "stile"sv,
                                      "kissing_gate"sv,
                                      "turnstile"sv,
                                      "planter"sv,
                                      "horse_stile"sv,
                                      "wall"sv,
                                      "fence"sv,
                                      "ditch"sv,
                                      "motorcycle_barrier"sv,
                                      "full-height_turnstile"sv,
                                      "bus_trap"sv,
                                      "sump_buster"sv,
                                      "step"sv,
                                      "delineators"sv};
  auto const among = [](auto const& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::string_view const barrier = tags["barrier"];
  NodeObstacle out;
  if (!barrier.empty()) {
    Access const motor = motor_access(tags);
    bool const shut = motor == Access::Shut || (among(kBlocks, barrier) && motor != Access::Open);
    bool const foot_shut = access_by(tags, {"foot", "access"}) == Access::Shut;
    out.flags |= among(kGates, barrier) ? edge_flag::kGate : std::uint16_t{0};
    out.flags |= shut ? edge_flag::kNoMotor : std::uint16_t{0};
    out.flags |= foot_shut ? edge_flag::kNoFoot : std::uint16_t{0};
  }
  if (means_yes(tags["ford"]) || tags.is("highway", "ford")) {
    out.flags |= edge_flag::kFord;
  }
  // The width of a crossing is no limit to those who drive over it.
  TagSet says;
  for (auto const& [key, value] : tags) {
    if (key != "width" || !barrier.empty()) {
      says.add(key, value);
    }
  }
  RoadTraits limits;
  set_limits(says, limits);
  out.max_weight = limits.max_weight;
  out.max_height = limits.max_height;
  out.max_width = limits.max_width;
  return out;
}

namespace {

template <class Kind>
struct KindRule {
  std::string_view key, value;
  Kind kind;
};

template <class Kind, std::size_t Count>
std::optional<Kind> first_match(TagSet const& tags,
                                std::array<KindRule<Kind>, Count> const& rules) {
  for (auto const& rule : rules) {
    if (tags.is(rule.key, rule.value)) {
      return rule.kind;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<PlaceKind> place_kind(TagSet const& tags) {
  using Rule = KindRule<PlaceKind>;
  static constexpr std::array kRules{
      Rule{"place", "city", PlaceKind::City},       Rule{"place", "town", PlaceKind::Town},
      Rule{"place", "village", PlaceKind::Village}, Rule{"place", "hamlet", PlaceKind::Hamlet},
      Rule{"place", "suburb", PlaceKind::Suburb},   Rule{"place", "locality", PlaceKind::Locality}};
  return tags["place"].empty() ? std::nullopt : first_match(tags, kRules);
}

std::optional<FacilityKind> facility_kind(TagSet const& tags) {
  using Rule = KindRule<FacilityKind>;
  using enum FacilityKind;
  static constexpr std::array kRules{Rule{"amenity", "hospital", Hospital},
                                     Rule{"healthcare", "hospital", Hospital},
                                     Rule{"amenity", "fire_station", FireStation},
                                     Rule{"emergency", "fire_station", FireStation},
                                     Rule{"emergency", "ambulance_station", AmbulanceStation},
                                     Rule{"amenity", "clinic", Clinic},
                                     Rule{"amenity", "doctors", Clinic},
                                     Rule{"healthcare", "clinic", Clinic},
                                     Rule{"healthcare", "centre", Clinic},
                                     Rule{"amenity", "police", Police},
                                     Rule{"amenity", "school", School},
                                     Rule{"amenity", "kindergarten", School},
                                     Rule{"amenity", "college", School},
                                     Rule{"amenity", "university", School},
                                     Rule{"amenity", "fuel", Fuel},
                                     Rule{"emergency", "fire_hydrant", WaterSource},
                                     Rule{"emergency", "suction_point", WaterSource},
                                     Rule{"emergency", "water_tank", WaterSource},
                                     Rule{"emergency", "fire_water_pond", WaterSource},
                                     Rule{"man_made", "water_tower", WaterSource},
                                     Rule{"man_made", "water_well", WaterSource},
                                     Rule{"emergency", "assembly_point", Shelter},
                                     Rule{"social_facility", "shelter", Shelter},
                                     Rule{"amenity", "refugee_site", Shelter},
                                     Rule{"aeroway", "helipad", Helipad},
                                     Rule{"aeroway", "heliport", Helipad},
                                     Rule{"emergency", "landing_site", Helipad},
                                     Rule{"amenity", "townhall", TownHall},
                                     Rule{"man_made", "mineshaft", Mine},
                                     Rule{"man_made", "adit", Mine},
                                     Rule{"industrial", "mine", Mine},
                                     Rule{"landuse", "quarry", Mine},
                                     Rule{"landuse", "reservoir", Reservoir},
                                     Rule{"water", "reservoir", Reservoir},
                                     Rule{"landuse", "industrial", Industrial},
                                     Rule{"man_made", "works", Industrial}};
  // A roof over a bus stop shelters nobody in a flood.
  if (tags.is("amenity", "shelter") && !tags.is("shelter_type", "public_transport")) {
    return Shelter;
  }
  return first_match(tags, kRules);
}

}  // namespace fenghuo::gis
