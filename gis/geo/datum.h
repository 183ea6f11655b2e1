#pragma once

#include <optional>
#include <string_view>

#include "core/base/units.h"

namespace fenghuo::gis {

/// Datums in which a position may be given; everything inside is WGS 84.
enum class Datum { Wgs84, Cgcs2000, Gcj02, Bd09 };
std::optional<Datum> datum_named(std::string_view name);

/// To WGS 84. GCJ-02 (Amap, Tencent) and BD-09 (Baidu) are undone by fixed-point iteration, good to
/// under 1 cm; CGCS2000 is taken as equal (centimetres apart). Outside the box of GCJ-02 (72.004..137.8347 E,
/// 0.8293..55.8271 N) the two are the identity.
/// Source:  the published formulas, a = 6378245.0, ee = 0.00669342162296594323.
/// Checked: tests/gis/datum_test.cc against published vectors.
GeoPoint to_wgs84(GeoPoint point, Datum datum);
GeoPoint from_wgs84(GeoPoint point, Datum datum);

}  // namespace fenghuo::gis
