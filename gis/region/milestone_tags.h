#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gis/region/tag_values.h"

namespace fenghuo::gis {

/// A kilometre post: highway=milestone with a distance or pk in kilometres ("123.5", "123,5 km", "K123+500").
/// `ref` is the road's number where it is no number of kilometres itself; road_ref stands over it.
struct MilestoneTags {
  std::int64_t metres = 0;
  std::string_view road;
};
/// nullopt for everything else, and for a post whose kilometre nobody can read.
/// Source:  OpenStreetMap wiki, Tag:highway=milestone.
/// Checked: tests/gis/road_rules_test.cc.
std::optional<MilestoneTags> milestone_of(TagSet const& tags);

}  // namespace fenghuo::gis
