#pragma once

#include "gis/routing/driven_road.h"

namespace fenghuo::gis {

/// What the road of the stretches first .. end-1 is called: where it has no name at first, by the name that it soon gets.
RoadNaming called_on(DrivenRoad const& road, std::size_t first, std::size_t end);

/// What the stretches first .. end-1 add to a step whose manoeuvre ends where stretch `last` begins: the road's name,
/// distance, time, remarks, what was assumed. Checked: tests/gis/guidance_test.cc.
void add_figures(Region const& region, Profile profile, DrivenRoad const& road, std::size_t first,
                 std::size_t last, std::size_t end, RouteStep& step);

}  // namespace fenghuo::gis
