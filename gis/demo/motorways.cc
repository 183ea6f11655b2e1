#include <algorithm>
#include <cmath>
#include <utility>

#include "gis/demo/county_plan.h"

namespace fenghuo::gis::demo {

namespace {

constexpr Effort kMotorway{12, 500, 60, 250, 2.5, 1.1};
constexpr double kNoLimit = 1e18;
constexpr Effort kFeeder{4, 80, 150, 600, 0.8, 0};

/// Motorways pass by the towns.
std::function<bool(CellId)> built_up(CountyPlan const& plan) {
  return
      [&plan](CellId c) { return plan.layout.wildness(plan.lattice().centre(c), 1.4, 1.45) < 1; };
}

/// A free cell outside the ring, with a road to it; kNone when the town is too hemmed in.
CellId open_interchange(CountyPlan& plan, int unit) {
  Lattice const& lattice = plan.lattice();
  Settlement const& town = plan.town(unit);
  int const mx = lattice.x(town.centre);
  int const my = lattice.y(town.centre);
  for (int away = 8; away < 40; ++away) {
    for (auto const& [dx, dy] :
         {std::pair{1, 1}, std::pair{1, -1}, std::pair{-1, 1}, std::pair{-1, -1}}) {
      CellId const c = lattice.cell(mx + dx * (away + 4), my + dy * away);
      bool const outside = c != kNone && plan.roads.is_empty(c) && plan.layout.unit_of(c) == unit &&
                           plan.layout.wildness(lattice.centre(c), 1.75, 1.8) >= 1;
      if (!outside) {
        continue;
      }
      auto const reached = [&](CellId other) {
        return plan.roads.has_road(other) && plan.settlement_of[other] == kNone;
      };
      auto const road = plan.roads.find({{c}, reached, kFeeder, unit, unit});
      if (!road.empty()) {
        plan.roads.build({RoadClass::Trunk, "高速连接线", "Expressway Link", "", "asphalt"}, road);
        return c;
      }
    }
  }
  return kNone;
}

void keep(CountyPlan& plan, std::vector<CellId> cells, int row, bool along, bool from_edge,
          bool to_edge) {
  if (cells.size() < 12) {
    return;
  }
  std::int64_t const number = along ? 9900 + 2 * row : 9901 + 2 * row;
  plan.motorways.push_back(
      {along ? "横" + std::to_string(row + 1) + "高速" : "纵" + std::to_string(row + 1) + "高速",
       (along ? "East-West Expressway " : "North-South Expressway ") + std::to_string(row + 1),
       "G" + std::to_string(number), std::move(cells), from_edge, to_edge});
}

void to_the_edge(CountyPlan& plan, CellId from, int unit, int direction, int row) {
  Lattice const& lattice = plan.lattice();
  Spot const start = lattice.centre(from);
  Step const s = step_of(direction);
  auto const edge = [&](CellId c) {
    Spot const here = lattice.centre(c);
    double const ahead = (here.x - start.x) * s.dx + (here.y - start.y) * s.dy;
    CellId const next = lattice.beside(c, direction);
    return ahead > 5000 && ahead * ahead > 0.7 * squared_distance(here, start) && next != kNone &&
           plan.layout.unit_of(next) == kNone;
  };
  auto cells = plan.roads.find({{from}, edge, kMotorway, unit, unit, kNoLimit, built_up(plan)});
  keep(plan, std::move(cells), row, s.dx != 0, false, true);
}

}  // namespace

void plan_motorways(CountyPlan& plan) {
  Layout const& layout = plan.layout;
  std::vector<CellId> gates;
  for (int u = 0; u < layout.count(); ++u) {
    bool const wanted =
        layout.unit(u).row % 2 == layout.rows() / 2 % 2 || layout.unit(u).column % 3 == 1;
    gates.push_back(wanted ? open_interchange(plan, u) : kNone);
  }
  auto const gate = [&](int unit) {
    return unit == kNone ? kNone : gates[static_cast<std::size_t>(unit)];
  };
  for (int u = 0; u < layout.count(); ++u) {
    Unit const& unit = layout.unit(u);
    bool const row = unit.row % 2 == layout.rows() / 2 % 2;
    bool const column = unit.column % 3 == 1;
    if (gate(u) == kNone) {
      continue;
    }
    auto const join = [&](int other, int number, bool along) {
      if (gate(other) != kNone) {
        CellId const goal = gate(other);
        auto cells = plan.roads.find({{gate(u)},
                                      [&](CellId c) { return c == goal; },
                                      kMotorway,
                                      u,
                                      other,
                                      kNoLimit,
                                      built_up(plan)});
        keep(plan, std::move(cells), number, along, false, false);
      }
    };
    if (row) {
      join(layout.unit_index(unit.column + 1, unit.row), unit.row, true);
      if (unit.column + 1 == layout.columns()) {
        to_the_edge(plan, gate(u), u, 0, unit.row);
      }
      if (unit.column == 0) {
        to_the_edge(plan, gate(u), u, 4, unit.row);
      }
    }
    if (column) {
      join(layout.unit_index(unit.column, unit.row + 1), unit.column, false);
    }
  }
}

}  // namespace fenghuo::gis::demo
