#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "gis/demo/map_draft.h"

namespace fenghuo::gis::demo {

/// Writes the draft as .osm.pbf, sorted by type and id, without times, users or anything else that
/// would differ between two runs. Written beside the target and renamed when complete.
///
/// Errors:  Unavailable  the folder is missing, the disk is full, no permission
/// Threads: libosmium compresses in threads of its own; the order of blocks stays.
/// Checked: tests/gis_demo/demo_county_test.cc
Result<void> write_osm_file(MapDraft const& draft, std::filesystem::path const& file);

}  // namespace fenghuo::gis::demo
