#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "gis/demo/noise.h"
#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

constexpr std::size_t kLongestWay = 400;

class RiverDrawing {
 public:
  explicit RiverDrawing(Sheet& sheet)
      : sheet_{sheet},
        lattice_{sheet.plan.lattice()},
        terrain_{sheet.plan.terrain},
        naming_{sub_seed(sheet.plan.seed, 23)},
        node_{lattice_.corners(), kNone} {}

  void draw() {
    for (CornerId k = 0; k < lattice_.corners(); ++k) {
      CornerId const below = terrain_.runs_to(k);
      bool const joins = below == kNone || !in_county(below) || main_source(below) != k;
      if (wet(k) && in_county(k) && joins) {
        draw_river(k);
      }
    }
  }

 private:
  bool wet(CornerId k) const { return terrain_.water_at(k) != Water::None; }
  bool in_county(CornerId k) const;
  CornerId main_source(CornerId k) const;
  int sources(CornerId k) const;
  void draw_river(CornerId mouth);
  NodeIndex corner_node(CornerId k);
  void put_between(std::vector<NodeIndex>& nodes, CornerId a, CornerId b);
  void emit(std::vector<NodeIndex> const& nodes, Water water, Name const& name);

  Sheet& sheet_;
  Lattice lattice_;
  Terrain const& terrain_;
  Naming naming_;
  PerCell<NodeIndex> node_;
};

bool RiverDrawing::in_county(CornerId k) const {
  int const x = lattice_.corner_x(k);
  int const y = lattice_.corner_y(k);
  for (int dy = -1; dy <= 0; ++dy) {
    for (int dx = -1; dx <= 0; ++dx) {
      CellId const c = lattice_.cell(x + dx, y + dy);
      if (c == kNone || sheet_.plan.layout.unit_of(c) == kNone) {
        return false;
      }
    }
  }
  return true;
}

CornerId RiverDrawing::main_source(CornerId k) const {
  CornerId best = kNone;
  for (int d = 0; d < 8; d += 2) {
    Step const s = step_of(d);
    CornerId const from = lattice_.corner(lattice_.corner_x(k) + s.dx, lattice_.corner_y(k) + s.dy);
    if (from != kNone && terrain_.runs_to(from) == k && wet(from) && in_county(from) &&
        (best == kNone || terrain_.drained(from) > terrain_.drained(best))) {
      best = from;
    }
  }
  return best;
}

int RiverDrawing::sources(CornerId k) const {
  int count = 0;
  for (int d = 0; d < 8; d += 2) {
    Step const s = step_of(d);
    CornerId const from = lattice_.corner(lattice_.corner_x(k) + s.dx, lattice_.corner_y(k) + s.dy);
    count += from != kNone && terrain_.runs_to(from) == k && wet(from) ? 1 : 0;
  }
  return count;
}

NodeIndex RiverDrawing::corner_node(CornerId k) {
  if (node_[k] == kNone) {
    node_[k] = sheet_.add(lattice_.corner_spot(k));
  }
  return node_[k];
}

void RiverDrawing::put_between(std::vector<NodeIndex>& nodes, CornerId a, CornerId b) {
  NodeIndex const ford = sheet_.ford_on({a, b});
  nodes.push_back(ford != kNone
                      ? ford
                      : sheet_.add(between(lattice_.corner_spot(a), lattice_.corner_spot(b), 0.5)));
}

void RiverDrawing::emit(std::vector<NodeIndex> const& nodes, Water water, Name const& name) {
  Tags const tags{{"waterway", water == Water::River ? "river" : "stream"},
                  {"name", name.han},
                  {"name:en", name.latin + (water == Water::River ? " River" : " Stream")}};
  std::size_t first = 0;
  while (first + 1 < nodes.size()) {
    std::size_t const last = std::min(nodes.size() - 1, first + kLongestWay);
    sheet_.draft.add_way(std::span{nodes}.subspan(first, last - first + 1), tags);
    first = last;
  }
}

void RiverDrawing::draw_river(CornerId mouth) {
  std::vector<CornerId> corners;
  for (CornerId k = mouth; k != kNone; k = main_source(k)) {
    corners.push_back(k);
  }
  std::reverse(corners.begin(), corners.end());
  if (CornerId const below = terrain_.runs_to(mouth); below != kNone && in_county(below)) {
    corners.push_back(below);
  }
  if (corners.size() < 3) {
    return;
  }
  Name const name = naming_.river();
  std::vector<NodeIndex> nodes{corner_node(corners.front())};
  Water water = terrain_.water_at(corners.front());
  for (std::size_t i = 1; i < corners.size(); ++i) {
    put_between(nodes, corners[i - 1], corners[i]);
    CornerId const k = corners[i];
    bool const last = i + 1 == corners.size();
    Water const next = terrain_.water_at(k);
    if (last || sources(k) > 1 || next != water) {
      nodes.push_back(corner_node(k));
    } else {
      Spot const before =
          between(lattice_.corner_spot(corners[i - 1]), lattice_.corner_spot(k), 0.5);
      Spot const after =
          between(lattice_.corner_spot(k), lattice_.corner_spot(corners[i + 1]), 0.5);
      nodes.push_back(
          sheet_.add(between(between(before, after, 0.5), lattice_.corner_spot(k), 0.5)));
    }
    if (next != water || last) {
      emit(nodes, water, name);
      nodes = {nodes.back()};
      water = next;
    }
  }
}

void draw_reservoir(Sheet& sheet, Reservoir const& lake, bool as_water) {
  Tags tags = as_water ? Tags{{"natural", "water"}, {"water", "reservoir"}}
                       : Tags{{"landuse", "reservoir"}};
  tags.insert(tags.end(), {{"name", lake.name.han}, {"name:en", lake.name.latin}});
  draw_outline(sheet, lake.cells, tags);
  // The dam: across the corner at which the river leaves the water.
  Lattice const& lattice = sheet.plan.lattice();
  Spot const foot = lattice.corner_spot(lake.dam);
  CornerId const below = sheet.plan.terrain.runs_to(lake.dam);
  bool const along_x = below == kNone || lattice.corner_y(below) == lattice.corner_y(lake.dam);
  std::vector<NodeIndex> nodes;
  for (double const t : {-220.0, -70.0, 70.0, 220.0}) {
    nodes.push_back(sheet.add(along_x ? Spot{foot.x, foot.y + t} : Spot{foot.x + t, foot.y}));
  }
  sheet.draft.add_way(nodes, {{"waterway", "dam"}, {"name", lake.name.han + "大坝"}});
}

}  // namespace

void draw_water(Sheet& sheet) {
  RiverDrawing{sheet}.draw();
  bool as_water = true;
  for (Reservoir const& lake : sheet.plan.reservoirs) {
    draw_reservoir(sheet, lake, as_water);
    as_water = !as_water;
  }
  for (Ferry const& ferry : sheet.plan.ferries) {
    std::vector<NodeIndex> const nodes{sheet.centre(ferry.from), sheet.centre(ferry.to)};
    sheet.draft.add_way(nodes, {{"route", "ferry"},
                                {"name", ferry.name},
                                {"motor_vehicle", "yes"},
                                {"foot", "yes"},
                                {"maxweight", "10"},
                                {"duration", "00:10"}});
  }
}

}  // namespace fenghuo::gis::demo
