#include <algorithm>
#include <queue>
#include <utility>

#include "gis/demo/county_plan.h"
#include "gis/demo/noise.h"

namespace fenghuo::gis::demo {

namespace {

constexpr int kReservoirs = 3;
constexpr int kReservoirLength = 8;  // corners along the river
constexpr std::int32_t kLeastInflow = 110, kMostInflow = 2600;

std::string digits(std::int64_t value) {
  std::string const text = std::to_string(value);
  return std::string(3 - std::min<std::size_t>(3, text.size()), '0') + text;
}

/// The four cells around a corner.
std::vector<CellId> around(Lattice const& lattice, CornerId k) {
  int const x = lattice.corner_x(k);
  int const y = lattice.corner_y(k);
  std::vector<CellId> cells;
  for (CellId const c : {lattice.cell(x - 1, y - 1), lattice.cell(x, y - 1), lattice.cell(x - 1, y),
                         lattice.cell(x, y)}) {
    if (c != kNone) {
      cells.push_back(c);
    }
  }
  return cells;
}

/// The corner upstream from which most water comes; kNone at the source.
CornerId main_source(CountyPlan const& plan, CornerId k) {
  Lattice const& lattice = plan.lattice();
  CornerId best = kNone;
  for (int d = 0; d < 8; d += 2) {
    Step const s = step_of(d);
    CornerId const from = lattice.corner(lattice.corner_x(k) + s.dx, lattice.corner_y(k) + s.dy);
    if (from != kNone && plan.terrain.runs_to(from) == k &&
        (best == kNone || plan.terrain.drained(from) > plan.terrain.drained(best))) {
      best = from;
    }
  }
  return best;
}

/// The valley upstream of a dam, as cells; empty when a road or a house stands in it.
std::vector<CellId> valley_behind(CountyPlan const& plan, CornerId dam, int unit) {
  std::vector<CellId> cells;
  CornerId k = main_source(plan, dam);
  for (int i = 0; i < kReservoirLength; ++i, k = main_source(plan, k)) {
    if (k == kNone) {
      return {};
    }
    for (CellId const c : around(plan.lattice(), k)) {
      if (!plan.roads.is_empty(c) || plan.layout.unit_of(c) != unit) {
        return {};
      }
      if (std::find(cells.begin(), cells.end(), c) == cells.end()) {
        cells.push_back(c);
      }
    }
  }
  return cells;
}

CornerId some_corner(CountyPlan const& plan, Random& random, int unit) {
  CellId const c = plan.any_cell(random, unit);
  return plan.lattice().passed_corner(c, 5);
}

struct Seed {
  CellId cell = kNone;
  std::int32_t area = kNone;
};

/// Grows the areas from their seats until every cell of the counties belongs to one. Steep ground and
/// water are slow to cross, so that borders come to lie on ridges and rivers.
void grow(CountyPlan& plan, std::vector<Seed> const& seeds) {
  using Entry = std::pair<double, std::pair<CellId, std::int32_t>>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  Lattice const& lattice = plan.lattice();
  std::uint64_t const ragged = sub_seed(plan.seed, 18);
  for (Seed const& s : seeds) {
    open.push({0.0, {s.cell, s.area}});
  }
  while (!open.empty()) {
    auto const [cost, claim] = open.top();
    open.pop();
    auto const [c, area] = claim;
    if (plan.area_of[c] != kNone) {
      continue;
    }
    plan.area_of[c] = area;
    for (int d = 0; d < 8; d += 2) {
      CellId const next = lattice.beside(c, d);
      if (next == kNone || plan.area_of[next] != kNone ||
          plan.layout.unit_of(next) != plan.layout.unit_of(c)) {
        continue;
      }
      double const water = plan.terrain.crossing(c, d) == Water::None ? 0 : 1.5;
      double const rough = 0.8 * noise(ragged, lattice.x(next) / 5.0, lattice.y(next) / 5.0);
      open.push({cost + 1 + rough + 8 * plan.terrain.slope(c, d) + water, {next, area}});
    }
  }
}

void add_area(CountyPlan& plan, AreaKind kind, int unit, Name name, CellId seat,
              std::int64_t number, std::vector<Seed>& seeds) {
  TownshipArea area;
  area.kind = kind;
  area.unit = unit;
  area.name = std::move(name);
  area.code = plan.counties[static_cast<std::size_t>(unit)].code + digits(number);
  area.seat = seat;
  seeds.push_back({seat, static_cast<std::int32_t>(plan.areas.size())});
  plan.areas.push_back(std::move(area));
}

}  // namespace

void fill_reservoirs(CountyPlan& plan) {
  for (int u = 0; u < plan.layout.count(); ++u) {
    Random random{sub_seed(plan.seed, 13, static_cast<std::uint64_t>(u))};
    int filled = 0;
    for (int attempt = 0; attempt < 60000 && filled < kReservoirs; ++attempt) {
      CornerId const dam = some_corner(plan, random, u);
      std::int32_t const inflow = plan.terrain.drained(dam);
      if (inflow < kLeastInflow || inflow > kMostInflow) {
        continue;
      }
      std::vector<CellId> cells = valley_behind(plan, dam, u);
      if (cells.empty()) {
        continue;
      }
      for (CellId const c : cells) {
        plan.roads.block(c);
      }
      plan.reservoirs.push_back(
          {plan.naming.township().with("水库", " Reservoir"), u, std::move(cells), dam});
      ++filled;
    }
  }
}

void divide_counties(CountyPlan& plan) {
  std::vector<Seed> seeds;
  for (int u = 0; u < plan.layout.count(); ++u) {
    Random random{sub_seed(plan.seed, 17, static_cast<std::uint64_t>(u))};
    Settlement const& town = plan.town(u);
    int const parts = plan.layout.unit(u).urban ? 6 : 3;
    for (int i = 0; i < parts; ++i) {
      // Subdistrict seats lie well apart: every cells/parts-th in the order in which the town grew from
      // its middle is on another side often enough; the area's shape comes from the growth.
      std::size_t const index =
          (town.cells.size() * static_cast<std::size_t>(i) + town.cells.size() / 2) /
          static_cast<std::size_t>(parts);
      add_area(plan, AreaKind::Subdistrict, u, plan.naming.township(), town.cells[index], i + 1,
               seeds);
    }
    std::int64_t towns = 100;
    std::int64_t townships = 200;
    for (Settlement& s : plan.settlements) {
      if (s.unit == u && s.kind == SettlementKind::Township) {
        bool const is_town = random.chance(600);
        add_area(plan, is_town ? AreaKind::Town : AreaKind::Township, u, s.name, s.centre,
                 is_town ? towns++ : townships++, seeds);
      }
    }
  }
  grow(plan, seeds);
  for (Settlement& s : plan.settlements) {
    s.area = plan.area_of[s.centre];
  }
}

}  // namespace fenghuo::gis::demo
