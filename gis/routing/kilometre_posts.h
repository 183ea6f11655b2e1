#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gis/routing/road_pieces.h"

namespace fenghuo::gis {

/// Where a kilometre of a road is: one point, several where roads of the same number are counted from different
/// ends, or none with the reason.
struct KilometrePlace {
  std::vector<GeoPoint> points;
  std::string detail;  ///< why there is none, with the kilometres that the map knows
};

/// Posts count for the road if they name it as it was said, or stand within 60 m of it and name no other number. Posts within 2 km of each
/// other that say the same are one. Between posts: measured along the road, in proportion, if they are at most
/// 10 km apart.
/// Checked: tests/gis/road_lookup_test.cc.
KilometrePlace place_of_kilometre(Region const& region, RoadPieces const& road,
                                  std::string_view road_said, std::int64_t metres_asked);

/// 20 m of each carriageway of the road at a point beside it, with the edges they lie on.
std::pair<RoadLines, std::vector<EdgeId>> across_the_road(Region const& region,
                                                          RoadPieces const& road, GeoPoint point);

}  // namespace fenghuo::gis
