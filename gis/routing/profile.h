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

/// What a rescue service may set without a new import.
struct RoutingSettings {
  /// Driving against a one-way street (blue lights) takes this many thousandths of the normal time;
  /// 0 forbids it. Never on motorways, trunk links, or roundabouts.
  std::uint32_t against_oneway_permille = 2500;
  /// The vehicle that the profile Heavy stands for.
  std::uint32_t heavy_weight_kg = 16'000;
  std::uint32_t heavy_height_cm = 350;
  std::uint32_t heavy_width_cm = 255;
};

}  // namespace fenghuo::gis
