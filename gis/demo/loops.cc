#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gis/demo/county_plan.h"
#include "gis/demo/noise.h"

namespace fenghuo::gis::demo {

namespace {

constexpr Effort kOverTheHill{4, 60, 150, 700, 1, 2.4};
constexpr Effort kFieldRoad{4, 60, 250, 1600, 1, 0};

/// Which neighbours get a road of their own.
struct Linking {
  SettlementKind kind = SettlementKind::Township;
  std::size_t neighbours = 4;  ///< so many of the nearest are looked at
  std::uint32_t permille = 0;  ///< chance of each
  double far = 2;              ///< by road, in times as far as the crow flies
  double reach = 0;            ///< metres as the crow flies
};

/// Whether the way by the roads that are there is longer than `far` times the crow's flight.
bool is_far(CountyPlan& plan, Settlement const& from, std::size_t to, double far) {
  Lattice const& lattice = plan.lattice();
  auto const goal = static_cast<std::int32_t>(to);
  Wish wish;
  wish.from = from.cells;
  wish.to = [&](CellId c) { return plan.settlement_of[c] == goal; };
  wish.effort = {0, 0, 0, 0, 1, 0};
  wish.unit = from.unit;
  wish.other_unit = plan.settlements[to].unit;
  wish.avoids = [&](CellId c) { return !plan.roads.has_road(c) && !plan.roads.is_street(c); };
  Spot const end = lattice.centre(plan.settlements[to].centre);
  wish.limit = far * std::sqrt(squared_distance(lattice.centre(from.centre), end));
  return plan.roads.find(wish).empty();
}

std::vector<std::size_t> nearest(CountyPlan const& plan, std::vector<std::size_t> const& all,
                                 std::size_t from, Linking const& linking) {
  Lattice const& lattice = plan.lattice();
  Spot const here = lattice.centre(plan.settlements[from].centre);
  std::vector<std::pair<double, std::size_t>> others;
  for (std::size_t const k : all) {
    double const d = squared_distance(here, lattice.centre(plan.settlements[k].centre));
    if (k != from && d < square(linking.reach)) {
      others.emplace_back(d, k);
    }
  }
  std::sort(others.begin(), others.end());
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < std::min(linking.neighbours, others.size()); ++i) {
    found.push_back(others[i].second);
  }
  return found;
}

/// Those of the county and of its neighbours to the east and north: over each border once.
std::vector<std::size_t> near_the_county(CountyPlan const& plan, int unit, SettlementKind kind) {
  Unit const& here = plan.layout.unit(unit);
  int const east = plan.layout.unit_index(here.column + 1, here.row);
  int const north = plan.layout.unit_index(here.column, here.row + 1);
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < plan.settlements.size(); ++i) {
    Settlement const& s = plan.settlements[i];
    if (s.kind == kind && (s.unit == unit || s.unit == east || s.unit == north)) {
      all.push_back(i);
    }
  }
  return all;
}

void link(CountyPlan& plan, Random& random, int unit, Linking const& linking) {
  bool const townships = linking.kind == SettlementKind::Township;
  std::vector<std::size_t> const all = near_the_county(plan, unit, linking.kind);
  std::int64_t number = 60;
  for (std::size_t const i : all) {
    if (plan.settlements[i].unit != unit) {
      continue;
    }
    for (std::size_t const k : nearest(plan, all, i, linking)) {
      if (!random.chance(linking.permille) || !is_far(plan, plan.settlements[i], k, linking.far)) {
        continue;
      }
      auto const goal = static_cast<std::int32_t>(k);
      RoadSign const sign{townships ? RoadClass::Tertiary : RoadClass::Unclassified, "", "",
                          townships ? "X0" + std::to_string(number++) : "",
                          townships ? "asphalt" : "concrete"};
      auto const arrived = [&](CellId c) { return plan.settlement_of[c] == goal; };
      plan.roads.build(sign, plan.roads.find({plan.settlements[i].cells, arrived,
                                              townships ? kOverTheHill : kFieldRoad, unit,
                                              plan.settlements[k].unit}));
      break;
    }
  }
}

}  // namespace

void link_townships(CountyPlan& plan) {
  for (int u = 0; u < plan.layout.count(); ++u) {
    Random random{sub_seed(plan.seed, 30, static_cast<std::uint64_t>(u))};
    link(plan, random, u, {SettlementKind::Township, 4, 800, 1.9, 14000});
  }
}

void link_villages(CountyPlan& plan) {
  for (int u = 0; u < plan.layout.count(); ++u) {
    Random random{sub_seed(plan.seed, 31, static_cast<std::uint64_t>(u))};
    link(plan, random, u, {SettlementKind::Village, 5, 300, 2.6, 4500});
  }
}

}  // namespace fenghuo::gis::demo
