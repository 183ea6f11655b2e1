#pragma once

#include <string>
#include <vector>

#include "gis/region/osm_extract.h"

namespace fenghuo::gis {

struct BuiltArea {
  std::string path, name, name_en;
  std::uint8_t admin_level = 0;
  std::vector<std::vector<GeoPoint>> rings;  ///< closed: the first point is not repeated
};

struct BuiltAreas {
  std::vector<BuiltArea> areas;  ///< ordered by path
  std::uint64_t incomplete = 0;  ///< boundaries with a way or node missing, or with a gap
};

/// Joins member ways into rings and finds for each area the ones it lies in.
///
/// Rings:  the ways of a boundary form a graph in which every end must meet an even number of ways;
///         any split of it into closed trails serves, since inside and outside follow from the
///         even-odd rule over all trails together.
/// Parent: the area with the highest admin_level below its own that holds a point well inside it.
/// Checked: tests/gis/region_build_test.cc; extracts_test.cc.
BuiltAreas build_areas(OsmExtract const& osm);

}  // namespace fenghuo::gis
