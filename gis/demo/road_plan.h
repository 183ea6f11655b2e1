#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gis/demo/layout.h"
#include "gis/demo/terrain.h"

namespace fenghuo::gis::demo {

enum class RoadClass : std::uint8_t {
  Trunk,
  Primary,
  Secondary,
  Tertiary,
  Unclassified,
  Residential,
  LivingStreet,
  Service,
  Track,
  Path
};

/// What a road shows on its signs.
struct RoadSign {
  RoadClass road_class = RoadClass::Unclassified;
  std::string name, name_en, ref;
  std::string surface;
};

/// A road that was built in one go. Neighbouring cells, but for a tunnel, which leaps straight on.
struct Route {
  RoadSign sign;
  std::vector<CellId> cells;
};

/// What makes a way hard, in metres of level road.
struct Effort {
  double slope = 4, slope_squared = 80;  ///< factors on the length
  double stream = 150, river = 900;      ///< for a bridge
  double reuse = 0.5;                    ///< factor along a road that is there
  double tunnel = 0;                     ///< factor on a tunnel's length; 0: no tunnels
};

/// The search for a road: from any of `from` to the first cell that `to` accepts.
struct Wish {
  std::vector<CellId> from;
  std::function<bool(CellId)> to;
  Effort effort;
  int unit = kNone, other_unit = kNone;  ///< the counties that it may cross; kNone and kNone: all
  double limit = 1e18;                   ///< of the effort, in metres of level road
  std::function<bool(CellId)> avoids = {};  ///< cells that it stays out of; may be empty
};

/// The roads outside the street grids, as they grow over the terrain along the easiest ground.
class RoadPlan {
 public:
  RoadPlan(Layout const& layout, Terrain const& terrain);

  /// The cells of the easiest way, from first to last; empty when there is none.
  std::vector<CellId> find(Wish const& wish);
  /// Builds what is not there yet along the cells.
  void build(RoadSign const& sign, std::vector<CellId> const& cells);

  void mark_street(CellId c) { street_[c] = 1; }
  void block(CellId c) { blocked_[c] = 1; }
  bool is_street(CellId c) const { return street_[c] != 0; }
  bool is_blocked(CellId c) const { return blocked_[c] != 0; }
  bool is_empty(CellId c) const {
    return branches_[c] == 0 && street_[c] == 0 && blocked_[c] == 0 && forced_[c] == 0;
  }
  bool has_road(CellId c) const { return drivable_[c] != 0; }
  bool has_branch(CellId c, int direction) const {
    return (branches_[c] >> static_cast<unsigned>(direction) & 1U) != 0;
  }
  /// Nothing else meets the road in this cell, so that it may bend as it likes.
  bool bends_freely(CellId c) const;
  std::vector<Route> const& routes() const { return routes_; }

 private:
  struct Open {
    double cost;
    CellId cell;
    bool operator>(Open const& o) const { return cost != o.cost ? cost > o.cost : cell > o.cell; }
  };
  bool may_enter(CellId from, int direction, Wish const& wish) const;
  double step_cost(CellId from, int direction, Effort const& effort) const;
  double tunnel_cost(CellId from, int direction, int count, Wish const& wish) const;
  void relax(CellId from, CellId to, double cost);
  void widen(CellId from, Wish const& wish);
  void add_branch(CellId from, CellId to, bool drivable);

  Layout const& layout_;
  Terrain const& terrain_;
  Lattice lattice_;
  std::vector<Route> routes_;
  PerCell<std::uint8_t> branches_, drivable_, street_, blocked_, forced_;
  std::map<std::pair<CellId, CellId>, bool> tunnels_;
  // The search's own memory, kept between searches; a cell is valid when its stamp is the present one.
  PerCell<double> cost_;
  PerCell<CellId> came_from_;
  PerCell<std::uint32_t> stamp_;
  std::uint32_t now_ = 0;
  std::vector<Open> open_;
};

}  // namespace fenghuo::gis::demo
