#pragma once

#include <string>

#include "gis/routing/cch/hierarchy.h"

namespace fenghuo::gis::cch {

/// What in the arrays of a hierarchy contradicts its invariants, in a few words; "" if nothing does. Reads within
/// the spans whatever they hold. After it no sweep, customization or unpacking leads outside.
///
/// In:      edge_from and edge_to, of equal length, name nodes below rank_count.
/// Cost:    one pass over the arcs.
/// Checked: tests/gis/region_test.cc, random damage with the checksum made right again.
std::string contradiction_in(Hierarchy const& hierarchy);

}  // namespace fenghuo::gis::cch
