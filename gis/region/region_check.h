#pragma once

#include <string>

#include "gis/region/region_format.h"

namespace fenghuo::gis {

/// What in the arrays contradicts the invariants of RoadGraph, Region and the format, in a few words;
/// "" if nothing does. Reads within the spans whatever they hold. Cost: one pass.
std::string contradiction_in(RegionView const& view);

}  // namespace fenghuo::gis
