#include "gis/routing/profile.h"

#include <cstddef>

namespace fenghuo::gis {

std::string_view name_of(Profile profile) {
  return kProfileNames[static_cast<std::size_t>(profile)];
}

std::optional<Profile> profile_named(std::string_view name) {
  for (std::size_t i = 0; i < kProfileCount; ++i) {
    if (kProfileNames[i] == name) {
      return static_cast<Profile>(i);
    }
  }
  return std::nullopt;
}

std::string_view name_of(RoadCondition condition) {
  return kRoadConditionNames[static_cast<std::size_t>(condition)];
}

std::optional<RoadCondition> road_condition_named(std::string_view name) {
  for (std::size_t i = 0; i < kRoadConditionCount; ++i) {
    if (kRoadConditionNames[i] == name) {
      return static_cast<RoadCondition>(i);
    }
  }
  return std::nullopt;
}

}  // namespace fenghuo::gis
