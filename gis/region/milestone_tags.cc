#include "gis/region/milestone_tags.h"

namespace fenghuo::gis {

std::optional<MilestoneTags> milestone_of(TagSet const& tags) {
  if (!tags.is("highway", "milestone")) {
    return std::nullopt;
  }
  std::string_view const ref = tags["ref"];
  auto const from_ref = kilometre_m(ref);
  auto metres = kilometre_m(tags.first_of({"distance", "pk"}));
  if (!metres && tags["name"].starts_with('K')) {
    metres = kilometre_m(tags["name"]);
  }
  metres = metres ? metres : from_ref;
  if (!metres) {
    return std::nullopt;
  }
  std::string_view const road = tags["road_ref"];
  return MilestoneTags{*metres, !road.empty() || from_ref ? road : ref};
}

}  // namespace fenghuo::gis
