#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/units.h"

/// Arguments of queries and of the command line, as people write them.
namespace fenghuo::server {

std::optional<std::int64_t> whole_number(std::string_view text);
/// "LON,LAT" in degrees, finite and in range.
std::optional<GeoPoint> lon_lat(std::string_view text);
/// "west,south,east,north": the south-west and the north-east corner.
std::optional<std::array<GeoPoint, 2>> bounding_box(std::string_view text);

}  // namespace fenghuo::server
