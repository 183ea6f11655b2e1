#include "gis/geo/bearing.h"

#include <array>
#include <cstddef>

namespace fenghuo::gis {

namespace {

/// atan(2^-i) in 1e-7 degree.
constexpr std::array<std::int64_t, 20> kSteps{450000000, 265650512, 140362435, 71250163, 35763344,
                                              17899106,  8951737,   4476142,   2238105,  1119057,
                                              559529,    279765,    139882,    69941,    34971,
                                              17485,     8743,      4371,      2186,     1093};
constexpr std::int64_t kOne = 1'000'000'000;
/// The product of cos(atan(2^-i)), as a share of kOne.
constexpr std::int64_t kShrink = 607'252'935;

/// cos of an angle of at most 90 degrees either way, as a share of kOne.
std::int64_t cosine(std::int64_t angle_e7) {
  std::int64_t x = kShrink;
  std::int64_t y = 0;
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    std::int64_t const divisor = std::int64_t{1} << i;
    std::int64_t const dx = y / divisor;
    std::int64_t const dy = x / divisor;
    bool const more = angle_e7 >= 0;
    x += more ? -dx : dx;
    y += more ? dy : -dy;
    angle_e7 -= more ? kSteps[i] : -kSteps[i];
  }
  return x;
}

/// The angle of (x, y) with x >= 0, from the x axis, in 1e-7 degree.
std::int64_t angle_of(std::int64_t x, std::int64_t y) {
  std::int64_t angle = 0;
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    std::int64_t const divisor = std::int64_t{1} << i;
    std::int64_t const dx = y / divisor;
    std::int64_t const dy = x / divisor;
    bool const above = y > 0;
    x += above ? dx : -dx;
    y += above ? -dy : dy;
    angle += above ? kSteps[i] : -kSteps[i];
  }
  return angle;
}

}  // namespace

int bearing_between(GeoPoint a, GeoPoint b) {
  std::int64_t const middle = (std::int64_t{a.lat_e7} + b.lat_e7) / 2;
  std::int64_t const north = (std::int64_t{b.lat_e7} - a.lat_e7) * 1024;
  std::int64_t const lon = std::int64_t{b.lon_e7} - a.lon_e7;
  std::int64_t const east = lon * 1024 * (cosine(middle) / 1000) / (kOne / 1000);
  if (north == 0 && east == 0) {
    return 0;
  }
  // Half a turn for what lies south, since angle_of looks to one side only.
  std::int64_t const angle = north >= 0 ? angle_of(north, east) : angle_of(-north, -east);
  std::int64_t const degrees = (angle + std::int64_t{360} * 10'000'000 + 5'000'000) / 10'000'000;
  return static_cast<int>((degrees + (north >= 0 ? 0 : 180)) % 360);
}

int turn_between(int before, int after) {
  int const turn = ((after - before) % 360 + 360) % 360;
  return turn > 180 ? turn - 360 : turn;
}

GeoPoint point_between(GeoPoint a, GeoPoint b, std::int64_t part, std::int64_t whole) {
  auto const between = [&](std::int32_t from, std::int32_t to) {
    return static_cast<std::int32_t>(from + (std::int64_t{to} - from) * part / whole);
  };
  return {between(a.lat_e7, b.lat_e7), between(a.lon_e7, b.lon_e7)};
}

}  // namespace fenghuo::gis
