#include <algorithm>
#include <cmath>
#include <utility>

#include "gis/demo/county_plan.h"
#include "gis/demo/noise.h"

namespace fenghuo::gis::demo {

namespace {

constexpr Effort kNational{8, 160, 80, 400, 0.4, 1.6};
constexpr Effort kProvincial{6, 120, 100, 500, 0.5, 1.9};
constexpr Effort kCounty{4, 70, 150, 900, 0.6, 0};
std::string number(char letter, std::int64_t value) { return letter + std::to_string(value); }

std::vector<CellId> ring_cells(CountyPlan const& plan, int unit) {
  std::vector<CellId> cells;
  for (CellId c = 0; c < plan.lattice().cells(); ++c) {
    if (plan.ring_of[c] == unit) {
      cells.push_back(c);
    }
  }
  return cells;
}

/// From the ring of a town to the ring of the next one.
void join(CountyPlan& plan, int from, int to, RoadSign const& sign, Effort const& effort) {
  auto const arrived = [&](CellId c) { return plan.ring_of[c] == to; };
  plan.roads.build(sign, plan.roads.find({ring_cells(plan, from), arrived, effort, from, to}));
}

/// From a town to the edge of the map, on one side.
void lead_out(CountyPlan& plan, int unit, int direction, RoadSign const& sign) {
  Lattice const& lattice = plan.lattice();
  Spot const town = plan.layout.unit(unit).town;
  Step const s = step_of(direction);
  auto const at_the_edge = [&](CellId c) {
    Spot const here = lattice.centre(c);
    double const ahead = (here.x - town.x) * s.dx + (here.y - town.y) * s.dy;
    double const aside = std::abs((here.x - town.x) * s.dy) + std::abs((here.y - town.y) * s.dx);
    CellId const next = lattice.beside(c, direction);
    return ahead > 3 * aside && next != kNone && plan.layout.unit_of(next) == kNone;
  };
  plan.roads.build(sign,
                   plan.roads.find({ring_cells(plan, unit), at_the_edge, kNational, unit, unit}));
}

/// The best of some cells for a township's seat: low, level, at the water.
double worth(CountyPlan const& plan, CellId c) {
  double const water = plan.terrain.beside_water(c) == Water::None ? 0 : 70;
  return water - plan.terrain.height(c) * 0.35 - plan.steepest(c) * 700;
}

CellId choose_seat(CountyPlan const& plan, Random& random, int unit,
                   std::vector<Spot> const& taken) {
  Lattice const& lattice = plan.lattice();
  for (double apart = 5200;; apart *= 0.93) {
    CellId best = kNone;
    double most = 0;
    for (int i = 0; i < 60; ++i) {
      CellId const c = plan.any_cell(random, unit);
      Spot const s = lattice.centre(c);
      auto const near = [&](Spot t) { return squared_distance(s, t) < square(apart); };
      if (!plan.roads.is_empty(c) || plan.layout.wildness(s, 1.6, 1.7) < 1 ||
          std::any_of(taken.begin(), taken.end(), near)) {
        continue;
      }
      double const here = worth(plan, c);
      if (best == kNone || here > most) {
        best = c;
        most = here;
      }
    }
    if (best != kNone) {
      return best;
    }
  }
}

/// The free cell beside these that is reached over the most level ground; kNone where there is none.
CellId most_level_beside(CountyPlan const& plan, std::vector<CellId> const& cells) {
  CellId best = kNone;
  double least = 0;
  for (CellId const c : cells) {
    for (int d = 0; d < 8; d += 2) {
      CellId const next = plan.lattice().beside(c, d);
      bool const free = next != kNone && plan.roads.is_empty(next) &&
                        plan.layout.unit_of(next) == plan.layout.unit_of(cells.front()) &&
                        plan.terrain.crossing(c, d) == Water::None &&
                        std::find(cells.begin(), cells.end(), next) == cells.end();
      double const slope = plan.terrain.slope(c, d);
      if (free && (best == kNone || slope < least)) {
        best = next;
        least = slope;
      }
    }
  }
  return best;
}

/// The seat's cells: where the ground is most level, on one side of the water.
std::vector<CellId> level_cells(CountyPlan const& plan, CellId centre, std::size_t count) {
  std::vector<CellId> cells{centre};
  while (cells.size() < count) {
    CellId const best = most_level_beside(plan, cells);
    if (best == kNone) {
      break;
    }
    cells.push_back(best);
  }
  return cells;
}

std::int64_t road_number(Random& random) { return random.between(11, 89); }

void connect_townships(CountyPlan& plan, Random& random, int unit, std::size_t first) {
  Spot const town = plan.layout.unit(unit).town;
  std::vector<std::size_t> order;
  for (std::size_t i = first; i < plan.settlements.size(); ++i) {
    order.push_back(i);
  }
  auto const far = [&](std::size_t i) {
    return squared_distance(plan.lattice().centre(plan.settlements[i].centre), town);
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return far(a) < far(b); });
  std::int64_t county_road = road_number(random);
  for (std::size_t n = 0; n < order.size(); ++n) {
    Settlement const& s = plan.settlements[order[n]];
    bool const provincial = n % 4 == 0;
    RoadSign sign{
        provincial ? RoadClass::Secondary : RoadClass::Tertiary, "", "",
        provincial ? number('S', random.between(201, 399)) : "X0" + std::to_string(county_road++),
        provincial ? "asphalt" : "concrete"};
    auto const reached = [&](CellId c) {
      return plan.roads.has_road(c) && plan.settlement_of[c] != plan.settlement_of[s.centre];
    };
    plan.roads.build(
        sign, plan.roads.find({s.cells, reached, provincial ? kProvincial : kCounty, unit, unit}));
  }
}

}  // namespace

void join_counties(CountyPlan& plan) {
  Layout const& layout = plan.layout;
  Random random{sub_seed(plan.seed, 11)};
  for (int u = 0; u < layout.count(); ++u) {
    Unit const& unit = layout.unit(u);
    RoadSign const national{RoadClass::Trunk, "", "", number('G', 590 + unit.row), "asphalt"};
    RoadSign const provincial{RoadClass::Primary, "", "", number('S', 401 + unit.column),
                              "asphalt"};
    if (int const east = layout.unit_index(unit.column + 1, unit.row); east != kNone) {
      join(plan, u, east, national, kNational);
    } else {
      lead_out(plan, u, 0, national);
    }
    if (int const north = layout.unit_index(unit.column, unit.row + 1); north != kNone) {
      join(plan, u, north, provincial, kProvincial);
    } else {
      lead_out(plan, u, 2, provincial);
    }
    if (unit.column == 0) {
      lead_out(plan, u, 4, national);
    }
    if (unit.row == 0 && random.chance(500)) {
      lead_out(plan, u, 6, provincial);
    }
  }
}

void found_townships(CountyPlan& plan) {
  constexpr int kTownships = 15;
  for (int u = 0; u < plan.layout.count(); ++u) {
    Random random{sub_seed(plan.seed, 12, static_cast<std::uint64_t>(u))};
    std::vector<Spot> taken;
    std::size_t const first = plan.settlements.size();
    for (int i = 0; i < kTownships; ++i) {
      Settlement seat;
      seat.kind = SettlementKind::Township;
      seat.unit = u;
      seat.name = plan.naming.township();
      seat.centre = choose_seat(plan, random, u, taken);
      seat.cells = level_cells(plan, seat.centre, static_cast<std::size_t>(random.between(5, 11)));
      seat.population = static_cast<std::int64_t>(seat.cells.size()) * random.between(380, 620);
      taken.push_back(plan.lattice().centre(seat.centre));
      plan.settle(std::move(seat));
    }
    connect_townships(plan, random, u, first);
  }
}

}  // namespace fenghuo::gis::demo
