#pragma once

#include "core/base/units.h"

namespace fenghuo::gis {

/// Straight segments in the plane of longitude and latitude, exactly: whole numbers, no rounding.
/// Checked: through tests/gis/closure_match_test.cc and ring_test.cc.

/// Which side of a-b p lies on: 1 left, -1 right, 0 on the line.
int turn(GeoPoint a, GeoPoint b, GeoPoint p);
bool lies_on(GeoPoint p, GeoPoint a, GeoPoint b);
/// Whether two segments share a point, ends included.
bool touch(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d);
/// Whether a-b leads from one side of c-d to the other. A point that lies exactly on the other line counts as
/// left of it, so a path through a corner crosses once or not at all, never twice.
bool cross(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d);
/// Where the lines through two segments meet that touch each other, to the next whole unit.
GeoPoint meeting_point(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d);

}  // namespace fenghuo::gis
