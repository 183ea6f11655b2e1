#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/base/ensure.h"
#include "gis/demo/county_plan.h"
#include "gis/demo/noise.h"

namespace fenghuo::gis::demo {

namespace {

constexpr std::string_view kProvince = "99";  // no province has this code

std::string digits(std::int64_t value, std::size_t count) {
  std::string text = std::to_string(value);
  return text.size() < count ? std::string(count - text.size(), '0') + text : text;
}

/// The cells of a town: an ellipse with a frayed edge, one piece.
std::vector<CellId> town_cells(CountyPlan const& plan, Unit const& unit) {
  Lattice const& lattice = plan.lattice();
  std::uint64_t const fray = sub_seed(plan.seed, 10);
  auto const inside = [&](CellId c) {
    Spot const s = lattice.centre(c);
    double const reach = std::sqrt(square((s.x - unit.town.x) / unit.half_x) +
                                   square((s.y - unit.town.y) / unit.half_y));
    return reach + 0.2 * noise(fray, s.x / 700, s.y / 700) < 0.95;
  };
  std::vector<CellId> cells{lattice.cell_at(unit.town)};
  PerCell<std::uint8_t> seen(lattice.cells(), 0);
  seen[cells.front()] = 1;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    CellId const c = cells[i];
    for (int d = 0; d < 8; d += 2) {
      CellId const next = lattice.beside(c, d);
      if (next != kNone && seen[next] == 0 && inside(next)) {
        seen[next] = 1;
        cells.push_back(next);
      }
    }
  }
  return cells;
}

struct Box {
  int west = 0, south = 0, east = 0, north = 0;
};

Box box_of(Lattice const& lattice, std::vector<CellId> const& cells, int around) {
  Box box{lattice.width, lattice.height, 0, 0};
  for (CellId const c : cells) {
    box.west = std::min(box.west, lattice.x(c));
    box.east = std::max(box.east, lattice.x(c));
    box.south = std::min(box.south, lattice.y(c));
    box.north = std::max(box.north, lattice.y(c));
  }
  return {box.west - around, box.south - around, box.east + around, box.north + around};
}

std::vector<CellId> straight(Lattice const& lattice, int x, int y, int to_x, int to_y) {
  std::vector<CellId> cells;
  int const dx = (to_x > x) - (to_x < x);
  int const dy = (to_y > y) - (to_y < y);
  for (; x != to_x || y != to_y; x += dx, y += dy) {
    cells.push_back(lattice.cell(x, y));
  }
  cells.push_back(lattice.cell(x, y));
  return cells;
}

void build_ring(CountyPlan& plan, Box const& ring, int unit) {
  bool const urban = plan.layout.unit(unit).urban;
  Lattice const& lattice = plan.lattice();
  RoadSign sign{urban ? RoadClass::Trunk : RoadClass::Primary, "", "", "", "asphalt"};
  auto const side = [&](std::string_view han, std::string_view english,
                        std::vector<CellId> const& cells) {
    sign.name = "环城" + std::string{han} + "路";
    sign.name_en = "Huancheng Road " + std::string{english};
    plan.roads.build(sign, cells);
    for (CellId const c : cells) {
      plan.ring_of[c] = static_cast<std::int16_t>(unit);
    }
  };
  side("南", "South", straight(lattice, ring.west, ring.south, ring.east, ring.south));
  side("东", "East", straight(lattice, ring.east, ring.south, ring.east, ring.north));
  side("北", "North", straight(lattice, ring.east, ring.north, ring.west, ring.north));
  side("西", "West", straight(lattice, ring.west, ring.north, ring.west, ring.south));
}

/// Every fourth avenue, and those through the middle, run on from the streets to the ring.
void build_radials(CountyPlan& plan, Settlement const& town, Box const& ring) {
  Lattice const& lattice = plan.lattice();
  int const mx = lattice.x(town.centre);
  int const my = lattice.y(town.centre);
  RoadSign const sign{RoadClass::Secondary, "", "", "", "asphalt"};
  auto const is_street = [&](CellId c) { return plan.roads.is_street(c); };
  auto const run = [&](std::vector<CellId> cells) {
    auto const first = std::find_if(cells.rbegin(), cells.rend(), is_street);
    if (first != cells.rend()) {
      cells.erase(cells.begin(), first.base() - 1);
      plan.roads.build(sign, cells);
    }
  };
  for (int x = ring.west + 1; x < ring.east; ++x) {
    if ((x - mx) % 4 == 0) {
      run(straight(lattice, x, my, x, ring.north));
      run(straight(lattice, x, my, x, ring.south));
    }
  }
  for (int y = ring.south + 1; y < ring.north; ++y) {
    if ((y - my) % 4 == 0) {
      run(straight(lattice, mx, y, ring.east, y));
      run(straight(lattice, mx, y, ring.west, y));
    }
  }
}

}  // namespace

CountyPlan::CountyPlan(std::uint64_t seed_, DemoSize size)
    : seed{seed_},
      layout{seed, size},
      terrain{seed, layout},
      roads{layout, terrain},
      naming{sub_seed(seed, 6)},
      area_of{layout.lattice().cells(), kNone},
      settlement_of{layout.lattice().cells(), kNone},
      ring_of{layout.lattice().cells(), std::int16_t{kNone}} {}

void CountyPlan::settle(Settlement settlement) {
  auto const index = static_cast<std::int32_t>(settlements.size());
  for (CellId const c : settlement.cells) {
    settlement_of[c] = index;
    roads.mark_street(c);
  }
  settlements.push_back(std::move(settlement));
}

CellId CountyPlan::any_cell(Random& random, int unit) const {
  Spot const middle = layout.unit(unit).town;
  while (true) {
    Spot const s{middle.x + static_cast<double>(random.between(-24000, 24000)),
                 middle.y + static_cast<double>(random.between(-22000, 22000))};
    CellId const c = lattice().cell_at(s);
    if (c != kNone && layout.unit_of(c) == unit) {
      return c;
    }
  }
}

double CountyPlan::steepest(CellId c) const {
  double most = 0;
  for (int d = 0; d < 8; ++d) {
    if (lattice().beside(c, d) != kNone) {
      most = std::max(most, terrain.slope(c, d));
    }
  }
  return most;
}

void name_counties(CountyPlan& plan) {
  for (int p = 0; p < plan.layout.prefectures(); ++p) {
    plan.prefectures.push_back(
        {plan.naming.prefecture(), std::string{kProvince} + digits(p + 1, 2) + "00"});
  }
  std::vector<int> given(plan.prefectures.size(), 0);
  for (Unit const& unit : plan.layout.units()) {
    int& number = given[static_cast<std::size_t>(unit.prefecture)];
    // 02 is the first district of a prefecture, counties count from 21.
    std::int64_t const last = unit.urban ? 2 : 21 + number++;
    plan.counties.push_back(
        {plan.naming.county(),
         std::string{kProvince} + digits(unit.prefecture + 1, 2) + digits(last, 2)});
  }
}

void found_towns(CountyPlan& plan) {
  for (int u = 0; u < plan.layout.count(); ++u) {
    Unit const& unit = plan.layout.unit(u);
    Settlement town;
    town.kind = SettlementKind::Town;
    town.unit = u;
    town.name = plan.counties[static_cast<std::size_t>(u)].name;
    town.centre = plan.lattice().cell_at(unit.town);
    town.cells = town_cells(plan, unit);
    town.population = static_cast<std::int64_t>(town.cells.size()) * 620;
    plan.settle(std::move(town));
    Settlement const& built = plan.town(u);
    Box const ring = box_of(plan.lattice(), built.cells, 2);
    build_ring(plan, ring, u);
    build_radials(plan, built, ring);
  }
}

}  // namespace fenghuo::gis::demo
