#pragma once

#include <cstdint>

#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

struct SingleRoad {
  std::uint64_t villages = 0, on_one_road = 0;
};

/// Villages and hamlets, and those of them that one broken stretch of road cuts off: their centre is not
/// in the part of the drivable network that stays whole whichever single stretch is taken out (the
/// largest 2-edge-connected component).
///
/// Cost:    linear in the drivable nodes.
/// Source:  R. E. Tarjan, "A note on finding the bridges of a graph", Information Processing Letters 2 (1974).
/// Checked: tests/gis_demo/demo_county_test.cc counts again from the file with Boost.Graph.
SingleRoad villages_on_one_road(Sheet& sheet);

}  // namespace fenghuo::gis::demo
