#include <algorithm>
#include <cmath>
#include <utility>

#include "gis/demo/county_plan.h"
#include "gis/demo/noise.h"

namespace fenghuo::gis::demo {

namespace {

constexpr Effort kVillage{4, 60, 350, 2500, 0.8, 0};
constexpr int kVillages = 185;
constexpr int kHamlets = 110;

bool near_a_settlement(CountyPlan const& plan, CellId c, int cells) {
  Lattice const& lattice = plan.lattice();
  for (int dy = -cells; dy <= cells; ++dy) {
    for (int dx = -cells; dx <= cells; ++dx) {
      CellId const other = lattice.cell(lattice.x(c) + dx, lattice.y(c) + dy);
      if (other != kNone && plan.settlement_of[other] != kNone) {
        return true;
      }
    }
  }
  return false;
}

/// People build where the ground is not too steep, and rather low than high.
bool is_fit(CountyPlan const& plan, Random& random, CellId c) {
  if (plan.roads.is_blocked(c) || plan.ring_of[c] != kNone) {
    return false;
  }
  double const steep = plan.steepest(c);
  double const low = 1.15 - plan.terrain.height(c) / 1500;
  double const likes = low * (1 - 2.2 * steep);
  return likes > 0 && random.chance(static_cast<std::uint32_t>(1000 * std::min(likes, 1.0)));
}

RoadSign village_road(Random& random, bool hamlet) {
  RoadSign sign{RoadClass::Unclassified, "", "", "", "concrete"};
  if (hamlet && random.chance(400)) {
    sign.surface = random.chance(500) ? "unpaved" : "gravel";
  } else if (random.chance(120)) {
    sign.surface = "unpaved";
  }
  return sign;
}

std::vector<CellId> village_cells(CountyPlan const& plan, Random& random, CellId centre,
                                  bool hamlet) {
  std::vector<CellId> cells{centre};
  if (hamlet || random.chance(450)) {
    return cells;
  }
  for (int d = 0; d < 8; d += 2) {
    CellId const next = plan.lattice().beside(centre, d);
    if (next != kNone && plan.roads.is_empty(next) &&
        plan.terrain.crossing(centre, d) == Water::None && plan.terrain.slope(centre, d) < 0.08 &&
        plan.layout.unit_of(next) == plan.layout.unit_of(centre)) {
      cells.push_back(next);
      break;
    }
  }
  return cells;
}

/// A way out to the next road; empty only where none can be built.
std::vector<CellId> way_out(CountyPlan& plan, Settlement const& s) {
  auto const reached = [&](CellId c) {
    return plan.roads.has_road(c) && std::find(s.cells.begin(), s.cells.end(), c) == s.cells.end();
  };
  return plan.roads.find({s.cells, reached, kVillage, s.unit, s.unit});
}

void found_village(CountyPlan& plan, Random& random, int unit, bool hamlet) {
  bool const by_the_road = random.chance(hamlet ? 150 : 330);
  for (int attempt = 0; attempt < 3000; ++attempt) {
    CellId const c = plan.any_cell(random, unit);
    if ((by_the_road && attempt < 1500 && !plan.roads.has_road(c)) ||
        near_a_settlement(plan, c, hamlet ? 2 : 3) || !is_fit(plan, random, c)) {
      continue;
    }
    Settlement s;
    s.kind = hamlet ? SettlementKind::Hamlet : SettlementKind::Village;
    s.unit = unit;
    s.area = plan.area_of[c];
    s.centre = c;
    s.cells = village_cells(plan, random, c, hamlet);
    bool const at_a_road = plan.roads.has_road(c);
    std::vector<CellId> const road = at_a_road ? std::vector<CellId>{} : way_out(plan, s);
    if (!at_a_road && road.empty()) {
      continue;
    }
    s.name = plan.naming.village();
    s.population = hamlet ? random.between(18, 190) : random.between(280, 2600);
    plan.settle(s);
    plan.roads.build(village_road(random, hamlet), road);
    return;
  }
}

}  // namespace

void found_villages(CountyPlan& plan) {
  for (int u = 0; u < plan.layout.count(); ++u) {
    Random random{sub_seed(plan.seed, 14, static_cast<std::uint64_t>(u))};
    for (int i = 0; i < kVillages; ++i) {
      found_village(plan, random, u, false);
    }
    for (int i = 0; i < kHamlets; ++i) {
      found_village(plan, random, u, true);
    }
  }
}

}  // namespace fenghuo::gis::demo
