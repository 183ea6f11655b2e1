#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fenghuo::gis {

/// How a vehicle (or a person) uses the road network.
enum class Profile : std::uint8_t {
  Light,    ///< cars, ambulances, command vehicles: every road for motor vehicles, no tracks
  Heavy,    ///< fire engines, lorries: as Light, within weight, height and width limits
  Offroad,  ///< four-wheel drive: also tracks and fords
  Foot,     ///< people: paths and steps too, no motorways, both directions of every one-way road
};
inline constexpr std::size_t kProfileCount = 4;
inline constexpr std::array<std::string_view, kProfileCount> kProfileNames{"light", "heavy",
                                                                           "offroad", "foot"};

std::string_view name_of(Profile profile);
std::optional<Profile> profile_named(std::string_view name);

/// What the roads are like at an hour: the same network with other speeds.
enum class RoadCondition : std::uint8_t { Day, Night, Rain, Snow };
inline constexpr std::size_t kRoadConditionCount = 4;
inline constexpr std::array<std::string_view, kRoadConditionCount> kRoadConditionNames{
    "day", "night", "rain", "snow"};
std::string_view name_of(RoadCondition condition);
std::optional<RoadCondition> road_condition_named(std::string_view name);

/// The share of the usual speed that is left in a condition, in thousandths, 1 to 1000.
struct ConditionSpeeds {
  std::uint32_t paved = 1000;
  std::uint32_t unpaved = 1000;  ///< tracks, and what the data call unpaved
  std::uint32_t on_foot = 1000;
};
/// Defaults for vehicles with blue lights in hills, to be set by each county: of dry day speeds, rain and snow
/// within the ranges that the Highway Capacity Manual (2010, ch. 10) gives for free-flow speed on paved roads (heavy
/// rain 6 to 17 % less, heavy snow 30 to 40 % less); what it says nothing about (night on unlit roads, unpaved
/// roads, walking) is assumed.
inline constexpr std::array<ConditionSpeeds, kRoadConditionCount> kConditionSpeeds{
    {{1000, 1000, 1000}, {930, 850, 900}, {880, 700, 850}, {650, 500, 600}}};

/// What a rescue service may set without a new import.
struct RoutingSettings {
  RoadCondition condition = RoadCondition::Day;
  std::array<ConditionSpeeds, kRoadConditionCount> speeds = kConditionSpeeds;
  /// Driving against a one-way street (blue lights) takes this many thousandths of the normal time;
  /// 0 forbids it. Never on motorways, trunk links, roundabouts or in tunnels.
  std::uint32_t against_oneway_permille = 2500;
  /// The vehicle that the profile Heavy stands for.
  std::uint32_t heavy_weight_kg = 16'000;
  std::uint32_t heavy_height_cm = 350;
  std::uint32_t heavy_width_cm = 255;
};

}  // namespace fenghuo::gis
