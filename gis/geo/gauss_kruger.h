#pragma once

#include <optional>

#include "core/base/units.h"

namespace fenghuo::gis {

/// Metres on a grid of China's surveys. The surveys call the northing X and the easting Y.
struct GridPoint {
  double easting = 0;   ///< with the zone in front of it where the system has that: 35623230.37
  double northing = 0;  ///< from the equator
};

/// What a number of the EPSG register says of a grid: CGCS2000 in Gauss-Krueger zones of three degrees.
struct GaussKrueger {
  int central_meridian = 0;  ///< degrees east: 75, 78 … 135
  double false_easting = 0;  ///< 500,000, or with the zone's number in front: 35,500,000
};

/// EPSG:4513–4533 (zones 25–45, the number in front of the easting) and 4534–4554 (by central meridian); nothing
/// for other numbers.
std::optional<GaussKrueger> gauss_krueger_of(int epsg);

/// The point in CGCS2000, which is taken as WGS 84 (centimetres apart), rounded to 1e-7 degree (11 mm). Nothing where the
/// numbers lie outside the zone: more than 3.5 degrees off its meridian, or not between 0 and 60 degrees north, as when
/// easting and northing are swapped.
///
/// Source:  L. Krüger 1912, the series in the third flattening to the sixth order (C. F. F. Karney, Transverse
///          Mercator with an accuracy of a few nanometers, 2011, equations 36 and 15 to 21).
/// Threads: any.
/// Checked: tests/gis/gauss_kruger_test.cc against cs2cs of PROJ 9.1.1.
std::optional<GeoPoint> from_gauss_krueger(GridPoint point, GaussKrueger const& grid);

}  // namespace fenghuo::gis
