#include <algorithm>
#include <cmath>
#include <utility>

#include "gis/demo/county_plan.h"
#include "gis/demo/noise.h"

namespace fenghuo::gis::demo {

namespace {

constexpr Effort kWorks{4, 80, 200, 900, 0.8, 0};
constexpr Effort kTrack{2, 20, 30, 4000, 1, 0};
constexpr Effort kPath{1, 8, 20, 6000, 1, 0};

bool is_free_block(CountyPlan const& plan, CellId c, int across, int up, int unit) {
  Lattice const& lattice = plan.lattice();
  for (int dy = 0; dy < up; ++dy) {
    for (int dx = 0; dx < across; ++dx) {
      CellId const cell = lattice.cell(lattice.x(c) + dx, lattice.y(c) + dy);
      if (cell == kNone || !plan.roads.is_empty(cell) || plan.layout.unit_of(cell) != unit) {
        return false;
      }
      bool const wet = (dx + 1 < across && plan.terrain.crossing(cell, 0) != Water::None) ||
                       (dy + 1 < up && plan.terrain.crossing(cell, 2) != Water::None);
      if (wet) {
        return false;
      }
    }
  }
  return true;
}

std::vector<CellId> block(Lattice const& lattice, CellId c, int across, int up) {
  std::vector<CellId> cells;
  for (int dy = 0; dy < up; ++dy) {
    for (int dx = 0; dx < across; ++dx) {
      cells.push_back(lattice.cell(lattice.x(c) + dx, lattice.y(c) + dy));
    }
  }
  return cells;
}

/// Finds room for the works and joins them to the roads; tries places farther off until one fits.
void found_work(CountyPlan& plan, Random& random, Settlement s, int across, int up) {
  Lattice const& lattice = plan.lattice();
  bool const mine = s.kind == SettlementKind::Mine;
  Spot const town = plan.layout.unit(s.unit).town;
  double const least_km = mine ? 8 : 0;
  for (int attempt = 0; attempt < 20000; ++attempt) {
    CellId const c = plan.any_cell(random, s.unit);
    double const km = std::sqrt(squared_distance(lattice.centre(c), town)) / 1000;
    double const most_km = mine ? 16 : 4 + attempt * 0.002;
    bool const hilly = plan.steepest(c) > 0.05;
    if (km < least_km || km > most_km || (mine && attempt < 5000 && !hilly) ||
        !is_free_block(plan, c, across, up, s.unit)) {
      continue;
    }
    s.cells = block(lattice, c, across, up);
    s.centre = c;
    s.area = plan.area_of[c];
    auto const reached = [&](CellId other) { return plan.roads.has_road(other); };
    auto const road = plan.roads.find({s.cells, reached, kWorks, s.unit, s.unit});
    if (road.empty()) {
      continue;
    }
    plan.settle(s);
    plan.roads.build({mine ? RoadClass::Unclassified : RoadClass::Tertiary, mine ? "" : "化工大道",
                      mine ? "" : "Huagong Avenue", "", mine ? "gravel" : "asphalt"},
                     road);
    return;
  }
}

/// From a village up the slope, as far as the field or the wood goes.
std::vector<CellId> climb(CountyPlan& plan, Random& random, CellId from, double metres,
                          Effort effort) {
  Lattice const& lattice = plan.lattice();
  double const away = metres * static_cast<double>(random.between(60, 130)) / 100;
  Spot const start = lattice.centre(from);
  int const towards = static_cast<int>(random.between(0, 7));
  Step const s = step_of(towards);
  auto const there = [&](CellId c) {
    Spot const here = lattice.centre(c);
    double const ahead = (here.x - start.x) * s.dx + (here.y - start.y) * s.dy;
    return plan.roads.is_empty(c) && squared_distance(here, start) > square(away) &&
           ahead * std::abs(ahead) > 0.4 * squared_distance(here, start);
  };
  int const unit = plan.layout.unit_of(from);
  return plan.roads.find({{from}, there, effort, unit, unit});
}

/// The footpath over the ridge to a village that one sees but cannot drive to directly.
std::vector<CellId> cross_over(CountyPlan& plan, Settlement const& s, std::int32_t own) {
  Lattice const& lattice = plan.lattice();
  Spot const start = lattice.centre(s.centre);
  auto const there = [&](CellId c) {
    std::int32_t const other = plan.settlement_of[c];
    return other != kNone && other != own &&
           squared_distance(lattice.centre(c), start) > square(900);
  };
  Effort effort = kPath;
  effort.reuse = 30;  // not along the road
  return plan.roads.find({s.cells, there, effort, s.unit, s.unit});
}

}  // namespace

void found_works(CountyPlan& plan) {
  for (int u = 0; u < plan.layout.count(); ++u) {
    Random random{sub_seed(plan.seed, 15, static_cast<std::uint64_t>(u))};
    Settlement park;
    park.kind = SettlementKind::ChemicalPark;
    park.unit = u;
    park.name = plan.counties[static_cast<std::size_t>(u)].name.with("化工园区", " Chemical Park");
    found_work(plan, random, park, 4, 3);
    for (int i = 0; i < 2; ++i) {
      Settlement mine;
      mine.kind = SettlementKind::Mine;
      mine.unit = u;
      mine.name = plan.naming.township().with(i == 0 ? "煤矿" : "采石场",
                                              i == 0 ? " Coal Mine" : " Quarry");
      found_work(plan, random, mine, 2, 1);
    }
  }
}

void lay_ferries(CountyPlan& plan) {
  constexpr int kWidest = 8;  // cells
  Lattice const& lattice = plan.lattice();
  for (Reservoir const& lake : plan.reservoirs) {
    for (CellId const c : lake.cells) {
      CellId const from = lattice.beside(c, 4);
      CellId to = c;
      for (int i = 0; i < kWidest && to != kNone && plan.roads.is_blocked(to); ++i) {
        to = lattice.beside(to, 0);
      }
      bool const shores = from != kNone && to != kNone && !plan.roads.is_blocked(from) &&
                          !plan.roads.is_blocked(to) && plan.roads.is_empty(from) &&
                          plan.roads.is_empty(to) && plan.layout.unit_of(from) == lake.unit &&
                          plan.layout.unit_of(to) == lake.unit;
      if (!shores) {
        continue;
      }
      auto const reached = [&](CellId other) { return plan.roads.has_road(other); };
      auto const near = plan.roads.find({{from}, reached, kWorks, lake.unit, lake.unit});
      auto const far = plan.roads.find({{to}, reached, kWorks, lake.unit, lake.unit});
      if (near.empty() || far.empty()) {
        continue;
      }
      RoadSign const landing{RoadClass::Unclassified, "", "", "", "concrete"};
      plan.roads.build(landing, near);
      plan.roads.build(landing, far);
      plan.ferries.push_back({from, to, plan.naming.township().han + "渡口"});
      break;
    }
  }
}

void lay_tracks(CountyPlan& plan) {
  std::size_t const count = plan.settlements.size();
  for (std::size_t i = 0; i < count; ++i) {
    Settlement const s = plan.settlements[i];
    if (s.kind != SettlementKind::Village && s.kind != SettlementKind::Hamlet) {
      continue;
    }
    Random random{sub_seed(plan.seed, 16, i)};
    if (random.chance(430)) {
      RoadSign const track{RoadClass::Track, "", "", "", random.chance(500) ? "ground" : "gravel"};
      plan.roads.build(track, climb(plan, random, s.centre, 900, kTrack));
    }
    if (random.chance(170)) {
      plan.roads.build({RoadClass::Path, "", "", "", "ground"},
                       cross_over(plan, s, static_cast<std::int32_t>(i)));
    }
    if (random.chance(130)) {
      plan.roads.build({RoadClass::Path, "", "", "", "ground"},
                       climb(plan, random, s.centre, 700, kPath));
    }
  }
}

}  // namespace fenghuo::gis::demo
