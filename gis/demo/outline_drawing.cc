#include <algorithm>
#include <map>
#include <vector>

#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

/// The outer border of the cells as corners, counter-clockwise: where two borders meet in one corner,
/// the longest ring counts.
std::vector<CornerId> outer_ring(Lattice const& lattice, std::vector<CellId> const& cells) {
  std::multimap<CornerId, CornerId> borders;  // with the cell on the left
  auto const has = [&](int x, int y) {
    return std::find(cells.begin(), cells.end(), lattice.cell(x, y)) != cells.end();
  };
  for (CellId const c : cells) {
    int const x = lattice.x(c);
    int const y = lattice.y(c);
    auto const add = [&](bool open, int ax, int ay, int bx, int by) {
      if (open) {
        borders.emplace(lattice.corner(ax, ay), lattice.corner(bx, by));
      }
    };
    add(!has(x, y - 1), x, y, x + 1, y);
    add(!has(x + 1, y), x + 1, y, x + 1, y + 1);
    add(!has(x, y + 1), x + 1, y + 1, x, y + 1);
    add(!has(x - 1, y), x, y + 1, x, y);
  }
  std::vector<CornerId> longest;
  while (!borders.empty()) {
    std::vector<CornerId> ring;
    CornerId k = borders.begin()->first;
    for (auto it = borders.find(k); it != borders.end(); it = borders.find(k)) {
      ring.push_back(k);
      k = it->second;
      borders.erase(it);
    }
    if (ring.size() > longest.size()) {
      longest = ring;
    }
  }
  return longest;
}

}  // namespace

WayIndex draw_outline(Sheet& sheet, std::vector<CellId> const& cells, Tags const& tags) {
  Lattice const& lattice = sheet.plan.lattice();
  std::vector<CornerId> const ring = outer_ring(lattice, cells);
  std::vector<NodeIndex> nodes;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    Spot const here = lattice.corner_spot(ring[i]);
    Spot const before =
        between(lattice.corner_spot(ring[(i + ring.size() - 1) % ring.size()]), here, 0.5);
    Spot const after = between(here, lattice.corner_spot(ring[(i + 1) % ring.size()]), 0.5);
    nodes.push_back(sheet.add(between(between(before, after, 0.5), here, 0.5)));
    nodes.push_back(sheet.add(after));
  }
  nodes.push_back(nodes.front());
  return sheet.draft.add_way(nodes, tags);
}

}  // namespace fenghuo::gis::demo
