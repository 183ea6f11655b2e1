#include "gis/geo/gauss_kruger.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace fenghuo::gis {

namespace {

// The ellipsoid of CGCS2000 (GB 22021-2008).
constexpr double kSemiMajor = 6'378'137.0;
constexpr double kFlattening = 1 / 298.257222101;
constexpr double kThird = kFlattening / (2 - kFlattening);
constexpr double kDegree = std::numbers::pi / 180;

/// Radius of the circle whose quarter is as long as the ellipsoid's meridian.
constexpr double kRectifying = kSemiMajor / (1 + kThird) *
                               (1 + kThird * kThird / 4 + kThird * kThird * kThird * kThird / 64 +
                                kThird * kThird * kThird * kThird * kThird * kThird / 256);

/// The inverse series' coefficients by powers of the third flattening (beta of the paper).
std::array<double, 6> coefficients() {
  constexpr double n = kThird;
  constexpr double n2 = n * n, n3 = n2 * n, n4 = n3 * n, n5 = n4 * n, n6 = n5 * n;
  return {n / 2 - n2 * 2 / 3 + n3 * 37 / 96 - n4 / 360 - n5 * 81 / 512 + n6 * 96'199 / 604'800,
          n2 / 48 + n3 / 15 - n4 * 437 / 1'440 + n5 * 46 / 105 - n6 * 1'118'711 / 3'870'720,
          n3 * 17 / 480 - n4 * 37 / 840 - n5 * 209 / 4'480 + n6 * 5'569 / 90'720,
          n4 * 4'397 / 161'280 - n5 * 11 / 504 - n6 * 830'251 / 7'257'600,
          n5 * 4'583 / 161'280 - n6 * 108'847 / 3'991'680,
          n6 * 20'648'693 / 638'668'800};
}

/// The tangent of the geographic latitude from that of the conformal one, by Newton's steps.
double geographic_tangent(double conformal) {
  constexpr double e2 = kFlattening * (2 - kFlattening);
  double const e = std::sqrt(e2);
  double tangent = conformal;
  for (int step = 0; step < 8; ++step) {
    double const root = std::sqrt(1 + tangent * tangent);
    double const sigma = std::sinh(e * std::atanh(e * tangent / root));
    double const there = tangent * std::sqrt(1 + sigma * sigma) - sigma * root;
    double const more = (conformal - there) / std::sqrt(1 + there * there) *
                        (1 + (1 - e2) * tangent * tangent) / ((1 - e2) * root);
    tangent += more;
    if (std::abs(more) < 1e-15) {
      break;
    }
  }
  return tangent;
}

}  // namespace

std::optional<GaussKrueger> gauss_krueger_of(int epsg) {
  constexpr int kFirst = 4'513, kZones = 21, kFirstZone = 25, kFirstMeridian = 75;
  if (epsg < kFirst || epsg >= kFirst + 2 * kZones) {
    return std::nullopt;
  }
  int const place = (epsg - kFirst) % kZones;
  bool const numbered = epsg < kFirst + kZones;
  return GaussKrueger{kFirstMeridian + 3 * place,
                      500'000 + (numbered ? 1e6 * (kFirstZone + place) : 0)};
}

std::optional<GeoPoint> from_gauss_krueger(GridPoint point, GaussKrueger const& grid) {
  constexpr double kWidest = 400'000, kNorthmost = 6'700'000;
  double const east = point.easting - grid.false_easting;
  // Written so that a NaN fails too.
  if (!(std::abs(east) <= kWidest && point.northing >= 0 && point.northing <= kNorthmost)) {
    return std::nullopt;
  }
  static std::array<double, 6> const kBeta = coefficients();
  double const xi = point.northing / kRectifying, eta = east / kRectifying;
  double xi_there = xi, eta_there = eta;
  for (std::size_t i = 0; i < kBeta.size(); ++i) {
    double const turn = 2.0 * static_cast<double>(i + 1);
    xi_there -= kBeta[i] * std::sin(turn * xi) * std::cosh(turn * eta);
    eta_there -= kBeta[i] * std::cos(turn * xi) * std::sinh(turn * eta);
  }
  double const sinh_eta = std::sinh(eta_there), cos_xi = std::cos(xi_there);
  double const latitude =
      std::atan(geographic_tangent(std::sin(xi_there) / std::hypot(sinh_eta, cos_xi))) / kDegree;
  double const off = std::atan2(sinh_eta, cos_xi) / kDegree;
  constexpr double kMostDegrees = 3.5, kMostNorth = 60;
  if (std::abs(off) > kMostDegrees || latitude > kMostNorth) {
    return std::nullopt;
  }
  constexpr double kUnits = 1e7;
  return GeoPoint{static_cast<std::int32_t>(std::lround(latitude * kUnits)),
                  static_cast<std::int32_t>(std::lround((grid.central_meridian + off) * kUnits))};
}

}  // namespace fenghuo::gis
