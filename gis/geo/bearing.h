#pragma once

#include "core/base/units.h"

namespace fenghuo::gis {

/// The compass direction from a to b in whole degrees, 0 = north, 90 = east, 0 <= x < 360; 0 where the two are one
/// point. Reckoned in integers (CORDIC), so every machine says the same; on the plane that touches the earth at
/// their middle latitude, which over the tens of metres of a junction is right to the degree.
/// Source:  J. Volder, The CORDIC trigonometric computing technique, 1959.
/// Threads: any.
/// Checked: tests/gis/bearing_test.cc against std::atan2.
int bearing_between(GeoPoint a, GeoPoint b);

/// How far somebody turns who came by one bearing and goes on by another: -179 .. 180, right is positive.
int turn_between(int before, int after);

/// The point at `part` of `whole` of the way from a to b, rounded down to 1e-7 degree.
/// In: 0 <= part <= whole, whole > 0.
GeoPoint point_between(GeoPoint a, GeoPoint b, std::int64_t part, std::int64_t whole);

}  // namespace fenghuo::gis
