#include "gis/demo/road_plan.h"

#include <algorithm>

namespace fenghuo::gis::demo {

namespace {

constexpr int kShortestTunnel = 3;  // cells
constexpr int kLongestTunnel = 9;
constexpr double kRidge = 30;    // metres: what a tunnel must save in height
constexpr double kPortal = 700;  // metres of road that the two portals cost

}  // namespace

RoadPlan::RoadPlan(Layout const& layout, Terrain const& terrain)
    : layout_{layout},
      terrain_{terrain},
      lattice_{layout.lattice()},
      branches_{lattice_.cells(), 0},
      drivable_{lattice_.cells(), 0},
      street_{lattice_.cells(), 0},
      blocked_{lattice_.cells(), 0},
      forced_{lattice_.cells(), 0},
      cost_{lattice_.cells(), 0.0},
      came_from_{lattice_.cells(), kNone},
      stamp_{lattice_.cells(), 0} {}

bool RoadPlan::bends_freely(CellId c) const {
  int count = 0;
  for (int d = 0; d < 8; ++d) {
    count += has_branch(c, d) ? 1 : 0;
  }
  return count == 2 && street_[c] == 0 && forced_[c] == 0;
}

bool RoadPlan::may_enter(CellId from, int direction, Wish const& wish) const {
  CellId const to = lattice_.beside(from, direction);
  if (to == kNone || blocked_[to] != 0 || (wish.avoids && wish.avoids(to))) {
    return false;
  }
  int const unit = layout_.unit_of(to);
  if (unit == kNone || (wish.unit != kNone && unit != wish.unit && unit != wish.other_unit)) {
    return false;
  }
  if (has_branch(from, direction)) {
    return drivable_[to] != 0;
  }
  if (street_[to] != 0 && street_[from] == 0 && !wish.to(to)) {
    return false;  // a new road does not break into a street grid
  }
  if (!is_diagonal(direction)) {
    return true;
  }
  CellId const left = lattice_.beside(from, (direction + 1) & 7);
  CellId const right = lattice_.beside(from, (direction + 7) & 7);
  return terrain_.crossing(from, direction) == Water::None && blocked_[left] == 0 &&
         blocked_[right] == 0 && !has_branch(left, (direction + 6) & 7);
}

double RoadPlan::step_cost(CellId from, int direction, Effort const& effort) const {
  double const slope = terrain_.slope(from, direction);
  double const level = step_length(direction);
  double cost = level * (1 + effort.slope * slope + effort.slope_squared * slope * slope);
  if (has_branch(from, direction)) {
    return cost * effort.reuse;
  }
  switch (terrain_.crossing(from, direction)) {
    case Water::None:
      break;
    case Water::Stream:
      cost += effort.stream;
      break;
    case Water::River:
      cost += effort.river;
      break;
  }
  return cost;
}

/// 0 when a tunnel makes no sense here.
double RoadPlan::tunnel_cost(CellId from, int direction, int count, Wish const& wish) const {
  CellId const to = lattice_.beside(from, direction, count);
  if (to == kNone || !is_empty(to) || layout_.unit_of(to) == kNone ||
      (wish.unit != kNone && layout_.unit_of(to) != wish.unit &&
       layout_.unit_of(to) != wish.other_unit)) {
    return 0;
  }
  double const length = step_length(direction) * count;
  double const mouth = std::max(terrain_.height(from), terrain_.height(to));
  double const other = std::min(terrain_.height(from), terrain_.height(to));
  double top = mouth;
  for (int i = 1; i < count; ++i) {
    CellId const c = lattice_.beside(from, direction, i);
    if (street_[c] != 0 || blocked_[c] != 0) {
      return 0;
    }
    top = std::max(top, terrain_.height(c));
  }
  bool const sensible = top > mouth + kRidge && mouth - other < 0.05 * length;
  return sensible ? kPortal + length * wish.effort.tunnel : 0;
}

void RoadPlan::relax(CellId from, CellId to, double cost) {
  if (stamp_[to] == now_ && cost_[to] <= cost) {
    return;
  }
  stamp_[to] = now_;
  cost_[to] = cost;
  came_from_[to] = from;
  open_.push_back({cost, to});
  std::push_heap(open_.begin(), open_.end(), std::greater<>{});
}

void RoadPlan::widen(CellId from, Wish const& wish) {
  double const here = cost_[from];
  for (int d = 0; d < 8; ++d) {
    if (may_enter(from, d, wish)) {
      relax(from, lattice_.beside(from, d), here + step_cost(from, d, wish.effort));
    }
  }
  if (wish.effort.tunnel <= 0 || street_[from] != 0) {
    return;
  }
  for (int d = 0; d < 8; d += 2) {
    for (int count = kShortestTunnel; count <= kLongestTunnel; ++count) {
      if (double const cost = tunnel_cost(from, d, count, wish); cost > 0) {
        relax(from, lattice_.beside(from, d, count), here + cost);
      }
    }
  }
}

std::vector<CellId> RoadPlan::find(Wish const& wish) {
  ++now_;
  open_.clear();
  for (CellId const c : wish.from) {
    relax(kNone, c, 0);
  }
  while (!open_.empty()) {
    std::pop_heap(open_.begin(), open_.end(), std::greater<>{});
    Open const best = open_.back();
    open_.pop_back();
    if (best.cost > cost_[best.cell]) {
      continue;
    }
    if (best.cost > wish.limit) {
      break;
    }
    if (came_from_[best.cell] != kNone && wish.to(best.cell)) {
      std::vector<CellId> cells;
      for (CellId c = best.cell; c != kNone; c = came_from_[c]) {
        cells.push_back(c);
      }
      std::reverse(cells.begin(), cells.end());
      return cells;
    }
    widen(best.cell, wish);
  }
  return {};
}

void RoadPlan::add_branch(CellId from, CellId to, bool drivable) {
  int const d = lattice_.direction(from, to);
  if (d != kNone) {
    branches_[from] = static_cast<std::uint8_t>(branches_[from] | 1U << static_cast<unsigned>(d));
    branches_[to] =
        static_cast<std::uint8_t>(branches_[to] | 1U << static_cast<unsigned>(opposite(d)));
  } else {
    tunnels_[std::minmax(from, to)] = true;
    forced_[from] = forced_[to] = 1;
  }
  if (drivable) {
    drivable_[from] = drivable_[to] = 1;
  }
}

void RoadPlan::build(RoadSign const& sign, std::vector<CellId> const& cells) {
  std::vector<CellId> stretch;
  auto const finish = [&] {
    if (stretch.size() >= 2) {
      forced_[stretch.front()] = forced_[stretch.back()] = 1;
      routes_.push_back({sign, stretch});
    }
    stretch.clear();
  };
  for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
    int const d = lattice_.direction(cells[i], cells[i + 1]);
    bool const built = d != kNone ? has_branch(cells[i], d)
                                  : tunnels_.count(std::minmax(cells[i], cells[i + 1])) != 0;
    // Within a settlement a footpath takes the streets.
    bool const streets =
        sign.road_class == RoadClass::Path && street_[cells[i]] != 0 && street_[cells[i + 1]] != 0;
    bool const there = built || streets;
    if (there) {
      finish();
      continue;
    }
    if (stretch.empty()) {
      stretch.push_back(cells[i]);
    }
    stretch.push_back(cells[i + 1]);
    add_branch(cells[i], cells[i + 1], sign.road_class != RoadClass::Path);
  }
  finish();
}

}  // namespace fenghuo::gis::demo
