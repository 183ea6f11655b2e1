#pragma once

#include <vector>

#include "gis/routing/road_point.h"
#include "gis/routing/router.h"

namespace fenghuo::gis {

/// The route that the pieces make, in their order: duration on the road, distance, legs, geometry, what
/// was assumed. Walks and as_of are left to the caller.
Route describe(Region const& region, Profile profile, Snap const& origin, Snap const& destination,
               std::vector<RoadPiece> const& pieces);

}  // namespace fenghuo::gis
