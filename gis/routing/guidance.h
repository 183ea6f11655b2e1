#pragma once

#include <vector>

#include "gis/region/region.h"
#include "gis/routing/profile.h"
#include "gis/routing/router.h"

namespace fenghuo::gis {

/// What a driver is told on a route, from Depart to Arrive; route_words.h makes sentences of it.
///
/// Junctions: what is said and what not, turn_rules.h. Nodes less than 15 m apart (carriageways of one road) and turning
///            lanes of up to 120 m are one junction. Directions are measured over 20 m of road.
/// Closures:  the turnings that a driver sees are those of the map, closed or not.
/// On the way: gates, fords, landmarks (driven_road.h) and the start of a one-way road that is driven against are steps
///            of their own, or remarks where an instruction stands less than 100 m before.
/// In:        the route with its pieces on this region; `to` is the place that was asked for, `profile` and
///            `settings` those that the route was found with.
/// Sums:      distances of the steps add up to that of the route, and durations to that of the route: the walk to the road is in Depart,
///            that from the road in Arrive.
/// Cost:      linear in the pieces, some microseconds each.
/// Threads:   any number; reads immutable data only.
/// Checked:   tests/gis/guidance_test.cc, guidance_random_test.cc.
std::vector<RouteStep> steps_of(Region const& region, RoutingSettings const& settings,
                                Profile profile, Route const& route, GeoPoint to);

}  // namespace fenghuo::gis
