#include "gis/demo/sheet.h"

#include <algorithm>

namespace fenghuo::gis::demo {

Sheet::Sheet(CountyPlan const& plan_)
    : plan{plan_},
      ground{plan_.seed, plan_.layout},
      thirds_(static_cast<std::size_t>(plan_.lattice().cells()) * kThirds * kThirds, kNone) {}

std::size_t Sheet::third_index(int column, int row) const {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(plan.lattice().width * kThirds) +
         static_cast<std::size_t>(column);
}

std::int64_t Sheet::edge_key(int column, int row, bool up) const {
  return (std::int64_t{row} * plan.lattice().width * kThirds + column) * 2 + (up ? 1 : 0);
}

std::int64_t Sheet::border_key(std::array<CornerId, 2> border) const {
  auto const [low, high] = std::minmax(border[0], border[1]);
  return std::int64_t{low} * 2 + (high == low + 1 ? 0 : 1);
}

Spot Sheet::third_spot(int column, int row) const {
  return {(column + 0.5) * kCell / kThirds, (row + 0.5) * kCell / kThirds};
}

NodeIndex Sheet::third(int column, int row) {
  NodeIndex& node = thirds_[third_index(column, row)];
  if (node == kNone) {
    node = add(third_spot(column, row));
  }
  return node;
}

NodeIndex Sheet::centre(CellId c) {
  return third(plan.lattice().x(c) * kThirds + 1, plan.lattice().y(c) * kThirds + 1);
}

NodeIndex Sheet::ford_on(std::array<CornerId, 2> border) const {
  auto const it = fords_.find(border_key(border));
  return it == fords_.end() ? kNone : it->second;
}

}  // namespace fenghuo::gis::demo
