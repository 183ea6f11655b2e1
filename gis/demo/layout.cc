#include "gis/demo/layout.h"

#include <cmath>

#include "core/base/random.h"
#include "gis/demo/noise.h"

namespace fenghuo::gis::demo {

namespace {

constexpr int kUnitWidth = 144;   // cells: 36 km
constexpr int kUnitHeight = 128;  // cells: 32 km
constexpr int kMargin = 14;  // cells around the outermost counties, so that their border can wander
constexpr int kPrefectureSide = 3;

constexpr double kSouth = 30.55;
constexpr double kWest = 106.30;
constexpr double kMetresPerDegree = 111194.93;
constexpr double kCosineOfSouth = 0.861185;

double jitter(Random& random, std::int64_t metres) {
  return static_cast<double>(random.between(-metres, metres));
}

}  // namespace

Layout::Layout(std::uint64_t seed, DemoSize size) {
  switch (size) {
    case DemoSize::County:
      break;
    case DemoSize::City:
      columns_ = rows_ = kPrefectureSide;
      break;
    case DemoSize::Province:
      columns_ = 10;
      rows_ = 9;
      break;
  }
  lattice_ = {columns_ * kUnitWidth + 2 * kMargin, rows_ * kUnitHeight + 2 * kMargin};
  place_units(seed);
  assign_cells(seed);
}

void Layout::place_units(std::uint64_t seed) {
  Random random{sub_seed(seed, 1)};
  int const prefecture_columns = (columns_ + 1) / kPrefectureSide;
  int const across = prefecture_columns < 1 ? 1 : prefecture_columns;
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_; ++column) {
      Unit unit;
      unit.column = column;
      unit.row = row;
      int const pc = column / kPrefectureSide < across ? column / kPrefectureSide : across - 1;
      unit.prefecture = row / kPrefectureSide * across + pc;
      prefectures_ = unit.prefecture + 1 > prefectures_ ? unit.prefecture + 1 : prefectures_;
      unit.urban = columns_ > 1 && row % kPrefectureSide == 1 && column % kPrefectureSide == 1 &&
                   column / kPrefectureSide < across;
      unit.town = {(kMargin + (column + 0.5) * kUnitWidth) * kCell + jitter(random, 3500),
                   (kMargin + (row + 0.5) * kUnitHeight) * kCell + jitter(random, 3000)};
      double const grow = static_cast<double>(random.between(90, 115)) / 100.0;
      unit.half_x = (unit.urban ? 5200 : 2300) * grow;
      unit.half_y = (unit.urban ? 4300 : 1800) * grow;
      units_.push_back(unit);
    }
  }
}

void Layout::assign_cells(std::uint64_t seed) {
  unit_of_ = PerCell<std::int16_t>(lattice_.cells(), std::int16_t{kNone});
  std::uint64_t const east = sub_seed(seed, 2);
  std::uint64_t const north = sub_seed(seed, 3);
  for (CellId c = 0; c < lattice_.cells(); ++c) {
    Spot const s = lattice_.centre(c);
    // Both amplitudes stay below the margin and below a slope of 1, so that every county is one piece.
    double const dx = 2300 * noise(east, s.x / 9000, s.y / 9000);
    double const dy = 2300 * noise(north, s.x / 9000, s.y / 9000);
    auto const column = static_cast<int>(std::floor(((s.x + dx) / kCell - kMargin) / kUnitWidth));
    auto const row = static_cast<int>(std::floor(((s.y + dy) / kCell - kMargin) / kUnitHeight));
    unit_of_[c] = static_cast<std::int16_t>(unit_index(column, row));
  }
}

double Layout::wildness(Spot s, double from, double to) const {
  auto const column = static_cast<int>(std::floor((s.x / kCell - kMargin) / kUnitWidth));
  auto const row = static_cast<int>(std::floor((s.y / kCell - kMargin) / kUnitHeight));
  double wild = 1;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      int const index = unit_index(column + dx, row + dy);
      if (index == kNone) {
        continue;
      }
      Unit const& u = unit(index);
      double const reach =
          std::sqrt(square((s.x - u.town.x) / u.half_x) + square((s.y - u.town.y) / u.half_y));
      double const here = ease((reach - from) / (to - from));
      wild = here < wild ? here : wild;
    }
  }
  return wild;
}

Ground::Ground(std::uint64_t seed, Layout const& layout)
    : seed_{sub_seed(seed, 4)},
      lattice_{layout.lattice()},
      calm_{layout.lattice().corners(), 1.0F} {
  for (CornerId k = 0; k < lattice_.corners(); ++k) {
    double const wild = layout.wildness(lattice_.corner_spot(k), 1.0, 2.2);
    calm_[k] = static_cast<float>(0.12 + 0.88 * wild);
  }
}

double Ground::calm(Spot s) const {
  double const gx = s.x / kCell;
  double const gy = s.y / kCell;
  auto const ix = static_cast<int>(gx);
  auto const iy = static_cast<int>(gy);
  if (gx < 0 || gy < 0 || ix >= lattice_.width || iy >= lattice_.height) {
    return 1;
  }
  double const tx = gx - ix;
  double const ty = gy - iy;
  auto const value = [&](int x, int y) {
    return static_cast<double>(calm_[lattice_.corner(x, y)]);
  };
  double const low = value(ix, iy) * (1 - tx) + value(ix + 1, iy) * tx;
  double const high = value(ix, iy + 1) * (1 - tx) + value(ix + 1, iy + 1) * tx;
  return low * (1 - ty) + high * ty;
}

GeoPoint Ground::project(Spot s) const {
  // The middle of the plan lies at the place that the header names.
  double const x = s.x - lattice_.width * kCell / 2;
  double const y = s.y - lattice_.height * kCell / 2;
  double const lat = kSouth + y / kMetresPerDegree;
  double const lon = kWest + x / (kMetresPerDegree * kCosineOfSouth);
  return {static_cast<std::int32_t>(std::llround(lat * 1e7)),
          static_cast<std::int32_t>(std::llround(lon * 1e7))};
}

Spot Ground::sway(Spot s) const {
  return {280 * noise(seed_ + 4, s.x / 6000, s.y / 6000),
          280 * noise(seed_ + 5, s.x / 6000, s.y / 6000)};
}

GeoPoint Ground::at(Spot s) const {
  Spot const far = sway(s);
  double const much = calm(s);
  double const dx =
      105 * noise(seed_, s.x / 1100, s.y / 1100) + 20 * noise(seed_ + 1, s.x / 160, s.y / 160);
  double const dy =
      105 * noise(seed_ + 2, s.x / 1100, s.y / 1100) + 20 * noise(seed_ + 3, s.x / 160, s.y / 160);
  return project({s.x + far.x + much * dx, s.y + far.y + much * dy});
}

GeoPoint Ground::at_wide(Spot s) const {
  Spot const far = sway(s);
  double const much = calm(s);
  return project({s.x + far.x + much * 105 * noise(seed_, s.x / 1100, s.y / 1100),
                  s.y + far.y + much * 105 * noise(seed_ + 2, s.x / 1100, s.y / 1100)});
}

}  // namespace fenghuo::gis::demo
