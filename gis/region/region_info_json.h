#pragma once

#include <string>

#include "gis/region/region.h"

namespace fenghuo::gis {

/// RegionInfo as one JSON object (RFC 8259), a member a line, ending in a newline. Text that is not
/// UTF-8 has its bad bytes replaced by U+FFFD.
std::string info_json(RegionInfo const& info);

}  // namespace fenghuo::gis
