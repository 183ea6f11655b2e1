#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gis/demo/county_plan.h"
#include "gis/demo/map_draft.h"

namespace fenghuo::gis::demo {

/// The drawing table: the finished plan, and the map that is drawn from it. The drawers are called in
/// the order in which they stand here; each sees the nodes that those before it shared.
class Sheet {
 public:
  explicit Sheet(CountyPlan const& plan_);

  CountyPlan const& plan;
  Ground ground;
  MapDraft draft;

  /// The node on the grid of thirds, made when first asked for. Column 3x+1, row 3y+1 is the middle of
  /// cell (x, y).
  NodeIndex third(int column, int row);
  /// Where a road that one may drive leads into a street grid.
  void mark_gate(int column, int row) { gates_.insert(third_index(column, row)); }
  bool is_gate(int column, int row) const { return gates_.contains(third_index(column, row)); }
  Spot third_spot(int column, int row) const;
  NodeIndex centre(CellId c);
  NodeIndex add(Spot s) { return draft.add_node(ground.at(s)); }
  NodeIndex add(Spot s, Tags const& tags) { return draft.add_node(ground.at(s), tags); }

  /// Streets between neighbours on the grid of thirds that are drawn already. `up`: north, else east.
  void mark_drawn(int column, int row, bool up) { drawn_.insert(edge_key(column, row, up)); }
  bool is_drawn(int column, int row, bool up) const {
    return drawn_.contains(edge_key(column, row, up));
  }

  /// The node that a ford shares with its stream, by the border that the road crosses.
  void set_ford(std::array<CornerId, 2> border, NodeIndex node) {
    fords_[border_key(border)] = node;
  }
  NodeIndex ford_on(std::array<CornerId, 2> border) const;

  std::vector<NodeIndex> seat_of_unit, seat_of_area;  ///< place nodes, for the boundaries

 private:
  std::size_t third_index(int column, int row) const;
  std::int64_t edge_key(int column, int row, bool up) const;
  std::int64_t border_key(std::array<CornerId, 2> border) const;

  std::vector<NodeIndex> thirds_;
  std::unordered_set<std::size_t> gates_;
  std::unordered_set<std::int64_t> drawn_;
  std::unordered_map<std::int64_t, NodeIndex> fords_;
};

/// highway, name, ref, surface and what else a class of road carries.
Tags road_tags(RoadSign const& sign);

/// A closed way around cells that lie together, its corners rounded off.
WayIndex draw_outline(Sheet& sheet, std::vector<CellId> const& cells, Tags const& tags);

void draw_routes(Sheet& sheet);
void draw_streets(Sheet& sheet);
void draw_motorways(Sheet& sheet);
void draw_water(Sheet& sheet);  ///< rivers, reservoirs, ferries
void draw_places(Sheet& sheet);
void draw_facilities(Sheet& sheet);
void draw_boundaries(Sheet& sheet);

}  // namespace fenghuo::gis::demo
