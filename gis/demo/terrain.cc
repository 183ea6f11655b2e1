#include "gis/demo/terrain.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "gis/demo/noise.h"

namespace fenghuo::gis::demo {

namespace {

constexpr std::int32_t kStreamFrom = 90;  // cells of 1/16 km2
constexpr std::int32_t kRiverFrom = 640;
constexpr float kSpill = 0.05F;  // metres: a filled hollow still leans towards its outlet
constexpr float kWander = 1.5F;  // metres: but not evenly, so that its river winds

double relief(std::uint64_t seed, Spot s) {
  double const broad = noise(seed, s.x / 15000, s.y / 15000);
  double const ridge = 1 - std::abs(noise(seed + 1, s.x / 6500, s.y / 6500));
  double const hill = noise(seed + 2, s.x / 2900, s.y / 2900);
  double const knoll = noise(seed + 3, s.x / 1200, s.y / 1200);
  double const rugged = 0.4 + 0.6 * ease(0.5 + noise(seed + 4, s.x / 26000, s.y / 26000));
  return rugged * (330 * (broad + 1) + 520 * ridge * ridge + 260 * hill + 120 * knoll);
}

}  // namespace

Terrain::Terrain(std::uint64_t seed, Layout const& layout)
    : lattice_{layout.lattice()},
      corner_height_{lattice_.corners(), 0.0F},
      cell_height_{lattice_.cells(), 0.0F},
      runs_to_{lattice_.corners(), kNone},
      drained_{lattice_.corners(), 1} {
  raise(seed, layout);
  flood(seed);
  for (CellId c = 0; c < lattice_.cells(); ++c) {
    int const x = lattice_.x(c);
    int const y = lattice_.y(c);
    cell_height_[c] =
        (corner_height_[lattice_.corner(x, y)] + corner_height_[lattice_.corner(x + 1, y)] +
         corner_height_[lattice_.corner(x, y + 1)] +
         corner_height_[lattice_.corner(x + 1, y + 1)]) /
        4;
  }
}

void Terrain::raise(std::uint64_t seed, Layout const& layout) {
  std::uint64_t const own = sub_seed(seed, 5);
  for (CornerId k = 0; k < lattice_.corners(); ++k) {
    Spot const s = lattice_.corner_spot(k);
    // County towns lie in basins.
    double const basin = 0.07 + 0.93 * layout.wildness(s, 0.7, 3.2);
    corner_height_[k] = static_cast<float>(260 + basin * relief(own, s));
  }
}

void Terrain::flood(std::uint64_t seed) {
  Random random{sub_seed(seed, 7)};
  using Entry = std::pair<float, CornerId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  PerCell<std::uint8_t> seen(lattice_.corners(), 0);
  std::vector<CornerId> order;
  for (CornerId k = 0; k < lattice_.corners(); ++k) {
    int const x = lattice_.corner_x(k);
    int const y = lattice_.corner_y(k);
    if (x == 0 || y == 0 || x == lattice_.width || y == lattice_.height) {
      seen[k] = 1;
      open.emplace(corner_height_[k], k);
    }
  }
  while (!open.empty()) {
    CornerId const k = open.top().second;
    open.pop();
    order.push_back(k);
    for (int d = 0; d < 8; d += 2) {
      Step const s = step_of(d);
      CornerId const next =
          lattice_.corner(lattice_.corner_x(k) + s.dx, lattice_.corner_y(k) + s.dy);
      if (next == kNone || seen[next] != 0) {
        continue;
      }
      seen[next] = 1;
      runs_to_[next] = k;
      float const lean = kSpill + kWander * static_cast<float>(random.below(1024)) / 1024;
      corner_height_[next] = std::max(corner_height_[next], corner_height_[k] + lean);
      open.emplace(corner_height_[next], next);
    }
  }
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    if (runs_to_[*it] != kNone) {
      drained_[runs_to_[*it]] += drained_[*it];
    }
  }
}

Water Terrain::water_for(std::int32_t drained) {
  return drained >= kRiverFrom ? Water::River
                               : (drained >= kStreamFrom ? Water::Stream : Water::None);
}

double Terrain::slope(CellId c, int direction) const {
  CellId const next = lattice_.beside(c, direction);
  double const rise =
      static_cast<double>(cell_height_[next]) - static_cast<double>(cell_height_[c]);
  return std::abs(rise) / step_length(direction);
}

Water Terrain::crossing(CellId c, int direction) const {
  if (is_diagonal(direction)) {
    return water_at(lattice_.passed_corner(c, direction));
  }
  auto const [a, b] = lattice_.crossed_border(c, direction);
  if (runs_to_[a] == b) {
    return water_at(a);
  }
  return runs_to_[b] == a ? water_at(b) : Water::None;
}

Water Terrain::beside_water(CellId c) const {
  Water most = Water::None;
  for (int d = 1; d < 8; d += 2) {
    most = std::max(most, water_at(lattice_.passed_corner(c, d)));
  }
  return most;
}

}  // namespace fenghuo::gis::demo
