#include "gis/geo/segments.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace fenghuo::gis {

namespace {

bool in_box_of(GeoPoint a, GeoPoint b, GeoPoint p) {
  auto const [west, east] = std::minmax(a.lon_e7, b.lon_e7);
  auto const [south, north] = std::minmax(a.lat_e7, b.lat_e7);
  return p.lon_e7 >= west && p.lon_e7 <= east && p.lat_e7 >= south && p.lat_e7 <= north;
}

/// How far p is to the left of the line through a and b, in any unit.
double away_from_line(GeoPoint p, GeoPoint a, GeoPoint b) {
  auto const apart = [](std::int32_t x, std::int32_t y) {
    return static_cast<double>(std::int64_t{x} - y);
  };
  return apart(b.lon_e7, a.lon_e7) * apart(p.lat_e7, a.lat_e7) -
         apart(b.lat_e7, a.lat_e7) * apart(p.lon_e7, a.lon_e7);
}

}  // namespace

int turn(GeoPoint a, GeoPoint b, GeoPoint p) {
  // Neither product leaves 64 bits, and they are compared, not subtracted.
  std::int64_t const east =
      (std::int64_t{b.lon_e7} - a.lon_e7) * (std::int64_t{p.lat_e7} - a.lat_e7);
  std::int64_t const north =
      (std::int64_t{b.lat_e7} - a.lat_e7) * (std::int64_t{p.lon_e7} - a.lon_e7);
  return east > north ? 1 : east < north ? -1 : 0;
}

bool lies_on(GeoPoint p, GeoPoint a, GeoPoint b) {
  return turn(a, b, p) == 0 && in_box_of(a, b, p);
}

bool touch(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d) {
  int const c_side = turn(a, b, c);
  int const d_side = turn(a, b, d);
  int const a_side = turn(c, d, a);
  int const b_side = turn(c, d, b);
  return (c_side * d_side < 0 && a_side * b_side < 0) || (c_side == 0 && in_box_of(a, b, c)) ||
         (d_side == 0 && in_box_of(a, b, d)) || (a_side == 0 && in_box_of(c, d, a)) ||
         (b_side == 0 && in_box_of(c, d, b));
}

bool cross(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d) {
  return (turn(a, b, c) >= 0) != (turn(a, b, d) >= 0) &&
         (turn(c, d, a) >= 0) != (turn(c, d, b) >= 0);
}

GeoPoint meeting_point(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d) {
  double const c_away = away_from_line(c, a, b);
  double const d_away = away_from_line(d, a, b);
  if (c_away == d_away) {  // along each other: an end that lies on the other one
    return lies_on(c, a, b) ? c : lies_on(d, a, b) ? d : a;
  }
  double const share = c_away / (c_away - d_away);
  auto const between = [&](std::int32_t from, std::int32_t to) {
    return static_cast<std::int32_t>(std::lround(from + share * (static_cast<double>(to) - from)));
  };
  return {between(c.lat_e7, d.lat_e7), between(c.lon_e7, d.lon_e7)};
}

}  // namespace fenghuo::gis
