#pragma once

#include "core/base/units.h"

namespace fenghuo {

/// Distance on the ground by integers alone, so that decisions which rest on it (is this the same
/// incident?) replay to the same bytes everywhere: plane of the mean latitude on a sphere of radius
/// 6,371,008.8 m, cosine from a one-degree table with linear interpolation.
/// Error below 0.2 % up to 100 km and 85 degrees of latitude (below 0.02 % up to 60 degrees), beside the
/// cutting to whole centimetres.
/// Checked: tests/core/base_test.cc against the great circle in floating point.
Distance ground_distance(GeoPoint a, GeoPoint b);

/// The largest integer whose square is not above n; n >= 0.
std::int64_t integer_root(std::int64_t n);

}  // namespace fenghuo
