#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "core/base/result.h"

namespace fenghuo::gis {

/// How large a fictitious county is: about 30 k, 300 k or 3 M OpenStreetMap nodes on roads.
enum class DemoSize { County, City, Province };
std::optional<DemoSize> demo_size_named(std::string_view name);

struct DemoFigures {
  std::uint64_t nodes = 0, ways = 0, relations = 0;
  std::uint64_t townships = 0, villages = 0, villages_on_one_road = 0;
};

/// Writes a fictitious Chinese county as .osm.pbf: an urban core with a street grid and ring roads,
/// townships in valleys, mountain roads with hairpins and bridges, villages on a single road, rivers,
/// reservoirs, a chemical park, a mine, hospitals, fire stations, boundaries, Chinese names.
///
/// In:      seed: the same seed and size give the same bytes.
/// Out:     what was written. Every name is invented, and the ground under it (around 30.55 N, 106.30 E)
///          is not shown as it is: nothing here is a map of a real place.
/// Errors:  Unavailable  the file cannot be written
/// Checked: tests/gis/demo_county_test.cc: read back by libosmium, valid by its own rules, figures.
Result<DemoFigures> write_demo_county(std::filesystem::path const& osm_file, std::uint64_t seed,
                                      DemoSize size);

}  // namespace fenghuo::gis
