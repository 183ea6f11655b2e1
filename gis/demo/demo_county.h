#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace fenghuo::gis {

/// How large the made-up map is: a county (about 30 k OpenStreetMap nodes on roads), a city of nine
/// counties and districts (300 k), a province of ninety (3 M).
enum class DemoSize { County, City, Province };
/// `county`, `city`, `province`.
std::optional<DemoSize> demo_size_named(std::string_view name);

/// `villages` counts villages and hamlets; on one road are those that a single broken stretch cuts off
/// (outside the largest 2-edge-connected part of the drivable network).
struct DemoFigures {
  std::string name;  ///< of the county, or of the first prefecture where there are several counties
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
/// Cost:    County 0.1 s and 12 MiB, City 1 s and 50 MiB, Province 13 s and 400 MiB, on one idle core.
/// Threads: any number at once, each to its own file.
/// Checked: tests/gis_demo/demo_county_test.cc: read back by libosmium, rings closed by its assembler, the
///          network measured with Boost.Graph; docs/demo-county.md has the figures beside those of real places.
Result<DemoFigures> write_demo_county(std::filesystem::path const& osm_file, std::uint64_t seed,
                                      DemoSize size);

}  // namespace fenghuo::gis
