#include "server/http/arguments.h"

#include <charconv>
#include <cmath>
#include <vector>

namespace fenghuo::server {

namespace {

std::optional<double> degrees(std::string_view text, double limit) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(std::fabs(value) <= limit)) {
    return std::nullopt;
  }
  return value;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    auto const comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(comma + 1);
  }
}

std::optional<GeoPoint> point(std::string_view lon_text, std::string_view lat_text) {
  auto const lon = degrees(lon_text, 180);
  auto const lat = degrees(lat_text, 90);
  if (!lon || !lat) {
    return std::nullopt;
  }
  return GeoPoint{static_cast<std::int32_t>(std::llround(*lat * 1e7)),
                  static_cast<std::int32_t>(std::llround(*lon * 1e7))};
}

}  // namespace

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<GeoPoint> lon_lat(std::string_view text) {
  auto const parts = split(text);
  return parts.size() == 2 ? point(parts[0], parts[1]) : std::nullopt;
}

std::optional<std::array<GeoPoint, 2>> bounding_box(std::string_view text) {
  auto const parts = split(text);
  if (parts.size() != 4) {
    return std::nullopt;
  }
  auto const south_west = point(parts[0], parts[1]);
  auto const north_east = point(parts[2], parts[3]);
  if (!south_west || !north_east || south_west->lat_e7 > north_east->lat_e7 ||
      south_west->lon_e7 > north_east->lon_e7) {
    return std::nullopt;
  }
  return std::array{*south_west, *north_east};
}

}  // namespace fenghuo::server
