#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/base/result.h"
#include "gis/region/region.h"

namespace fenghuo::gis {

struct BuildOptions {
  std::string name;     ///< "" takes the file's name
  std::string licence;  ///< "" takes OpenStreetMap's attribution
  /// Called with a phase name and 0..100; may be empty.
  std::function<void(std::string_view phase, int percent)> progress;
};

/// Reads an OpenStreetMap extract and writes the region folder (region.fhr, region.json).
///
/// In:      FILE.osm.pbf; ways may come before or after nodes, nodes may be missing.
/// Out:     the counts. Each file is written under a temporary name, synced and renamed, so that an
///          interrupted build leaves nothing that opens, or the region that stood there before;
///          other files in the folder are not touched.
/// Errors:  NotFound         no such file
///          InvalidArgument  not a PBF file, truncated, or no road in it (the message says which);
///                           a file that ends exactly between two blobs looks whole
///          Unavailable      the folder cannot be written
/// Cost:    see docs/figures.md; memory is dominated by 16 bytes a node in use (id and place) and 8 bytes a
///          node of a road's list.
/// Source:  OpenStreetMap wiki: Key:highway, Key:access, OSM tags for routing.
/// Checked: tests/gis/region_build_test.cc on extracts written there, tests/gis/extracts_test.cc on
///          real ones.
Result<RegionInfo> build_region(std::filesystem::path const& osm_file,
                                std::filesystem::path const& out_folder,
                                BuildOptions const& options);

}  // namespace fenghuo::gis
