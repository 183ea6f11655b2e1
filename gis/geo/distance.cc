#include "gis/geo/distance.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace fenghuo::gis {

namespace {

constexpr double kEarthRadius = 6'371'008.8;
constexpr double kRadiansPerUnit = std::numbers::pi / 180.0 * 1e-7;

double metres_between(GeoPoint a, GeoPoint b) {
  double const lat_a = a.lat_e7 * kRadiansPerUnit;
  double const lat_b = b.lat_e7 * kRadiansPerUnit;
  double const half_dlat = std::sin((lat_b - lat_a) / 2);
  double const half_dlon =
      std::sin(static_cast<double>(std::int64_t{b.lon_e7} - a.lon_e7) * kRadiansPerUnit / 2);
  double const h =
      half_dlat * half_dlat + std::cos(lat_a) * std::cos(lat_b) * half_dlon * half_dlon;
  return 2 * kEarthRadius * std::asin(std::sqrt(std::min(1.0, h)));
}

}  // namespace

Distance distance_between(GeoPoint a, GeoPoint b) {
  return {std::llround(metres_between(a, b) * 100)};
}

Distance length_of(std::span<GeoPoint const> line) {
  double sum = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    sum += metres_between(line[i - 1], line[i]);
  }
  return {std::llround(sum * 100)};
}

NearestOnSegment nearest_on_segment(GeoPoint p, GeoPoint a, GeoPoint b) {
  constexpr double kMetresPerUnit = kEarthRadius * kRadiansPerUnit;
  double const squeeze = std::cos(p.lat_e7 * kRadiansPerUnit);
  auto const east = [&](GeoPoint q) {
    return static_cast<double>(std::int64_t{q.lon_e7} - p.lon_e7) * kMetresPerUnit * squeeze;
  };
  auto const north = [&](GeoPoint q) {
    return static_cast<double>(std::int64_t{q.lat_e7} - p.lat_e7) * kMetresPerUnit;
  };
  double const ax = east(a);
  double const ay = north(a);
  double const dx = east(b) - ax;
  double const dy = north(b) - ay;
  double const square = dx * dx + dy * dy;
  double const share = square > 0 ? std::clamp(-(ax * dx + ay * dy) / square, 0.0, 1.0) : 0.0;
  auto const between = [&](std::int32_t from, std::int32_t to) {
    double const step = static_cast<double>(std::int64_t{to} - from) * share;
    return static_cast<std::int32_t>(std::llround(static_cast<double>(from) + step));
  };
  return {{between(a.lat_e7, b.lat_e7), between(a.lon_e7, b.lon_e7)},
          share,
          std::hypot(ax + share * dx, ay + share * dy)};
}

bool crosses_to_the_east(GeoPoint p, GeoPoint a, GeoPoint b) {
  if ((a.lat_e7 > p.lat_e7) == (b.lat_e7 > p.lat_e7)) {
    return false;
  }
  double const up = static_cast<double>(std::int64_t{p.lat_e7} - a.lat_e7) /
                    static_cast<double>(std::int64_t{b.lat_e7} - a.lat_e7);
  return p.lon_e7 < a.lon_e7 + up * static_cast<double>(std::int64_t{b.lon_e7} - a.lon_e7);
}

bool inside_ring(GeoPoint p, std::span<GeoPoint const> ring) {
  bool inside = false;
  for (std::size_t i = 0, before = ring.size() - 1; i < ring.size(); before = i++) {
    inside = crosses_to_the_east(p, ring[before], ring[i]) ? !inside : inside;
  }
  return inside;
}

}  // namespace fenghuo::gis
