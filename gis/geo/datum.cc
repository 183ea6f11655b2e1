#include "gis/geo/datum.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace fenghuo::gis {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kSemiMajor = 6378245.0;
constexpr double kEccentricitySquared = 0.00669342162296594323;
constexpr double kBaiduTurn = kPi * 3000.0 / 180.0;

struct Degrees {
  double lat = 0;
  double lon = 0;
};

Degrees degrees_of(GeoPoint p) { return {p.lat_e7 * 1e-7, p.lon_e7 * 1e-7}; }

GeoPoint point_of(Degrees d) {
  return {static_cast<std::int32_t>(std::lround(d.lat * 1e7)),
          static_cast<std::int32_t>(std::lround(d.lon * 1e7))};
}

bool in_box(Degrees d) {
  return d.lon >= 72.004 && d.lon <= 137.8347 && d.lat >= 0.8293 && d.lat <= 55.8271;
}

double shift_lat(double x, double y) {
  double shift =
      -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x));
  shift += (20.0 * std::sin(6.0 * x * kPi) + 20.0 * std::sin(2.0 * x * kPi)) * 2.0 / 3.0;
  shift += (20.0 * std::sin(y * kPi) + 40.0 * std::sin(y / 3.0 * kPi)) * 2.0 / 3.0;
  shift += (160.0 * std::sin(y / 12.0 * kPi) + 320.0 * std::sin(y * kPi / 30.0)) * 2.0 / 3.0;
  return shift;
}

double shift_lon(double x, double y) {
  double shift = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x));
  shift += (20.0 * std::sin(6.0 * x * kPi) + 20.0 * std::sin(2.0 * x * kPi)) * 2.0 / 3.0;
  shift += (20.0 * std::sin(x * kPi) + 40.0 * std::sin(x / 3.0 * kPi)) * 2.0 / 3.0;
  shift += (150.0 * std::sin(x / 12.0 * kPi) + 300.0 * std::sin(x / 30.0 * kPi)) * 2.0 / 3.0;
  return shift;
}

Degrees gcj_from_wgs(Degrees w) {
  double const x = w.lon - 105.0;
  double const y = w.lat - 35.0;
  double const lat = w.lat * kPi / 180.0;
  double const sine = std::sin(lat);
  double const magic = 1.0 - kEccentricitySquared * sine * sine;
  double const root = std::sqrt(magic);
  double const dlat = shift_lat(x, y) * 180.0 /
                      ((kSemiMajor * (1.0 - kEccentricitySquared)) / (magic * root) * kPi);
  double const dlon = shift_lon(x, y) * 180.0 / (kSemiMajor / root * std::cos(lat) * kPi);
  return {w.lat + dlat, w.lon + dlon};
}

Degrees baidu_from_gcj(Degrees g) {
  double const z = std::hypot(g.lon, g.lat) + 0.00002 * std::sin(g.lat * kBaiduTurn);
  double const theta = std::atan2(g.lat, g.lon) + 0.000003 * std::cos(g.lon * kBaiduTurn);
  return {z * std::sin(theta) + 0.006, z * std::cos(theta) + 0.0065};
}

Degrees baidu_from_wgs(Degrees w) { return baidu_from_gcj(gcj_from_wgs(w)); }

/// The shifts change by less than a percent of themselves over their own length, so each round gains
/// two digits and more; thirty rounds are far beyond the need and bound the loop for any input.
Degrees undo(Degrees shifted, Degrees (*shift)(Degrees)) {
  Degrees guess = shifted;
  for (int round = 0; round < 30; ++round) {
    Degrees const there = shift(guess);
    double const dlat = shifted.lat - there.lat;
    double const dlon = shifted.lon - there.lon;
    guess = {guess.lat + dlat, guess.lon + dlon};
    if (std::abs(dlat) < 1e-10 && std::abs(dlon) < 1e-10) {
      break;
    }
  }
  return guess;
}

struct NamedDatum {
  std::string_view name;
  Datum datum;
};
constexpr std::array kDatums{NamedDatum{"wgs84", Datum::Wgs84},
                             NamedDatum{"cgcs2000", Datum::Cgcs2000},
                             NamedDatum{"gcj02", Datum::Gcj02}, NamedDatum{"bd09", Datum::Bd09}};

}  // namespace

std::optional<Datum> datum_named(std::string_view name) {
  for (auto const& known : kDatums) {
    if (known.name == name) {
      return known.datum;
    }
  }
  return std::nullopt;
}

GeoPoint to_wgs84(GeoPoint point, Datum datum) {
  Degrees const given = degrees_of(point);
  if (datum == Datum::Wgs84 || datum == Datum::Cgcs2000 || !in_box(given)) {
    return point;
  }
  return point_of(undo(given, datum == Datum::Gcj02 ? gcj_from_wgs : baidu_from_wgs));
}

GeoPoint from_wgs84(GeoPoint point, Datum datum) {
  Degrees const given = degrees_of(point);
  if (datum == Datum::Wgs84 || datum == Datum::Cgcs2000 || !in_box(given)) {
    return point;
  }
  return point_of(datum == Datum::Gcj02 ? gcj_from_wgs(given) : baidu_from_wgs(given));
}

}  // namespace fenghuo::gis
