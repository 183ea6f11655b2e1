#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "gis/demo/layout.h"
#include "gis/demo/naming.h"
#include "gis/demo/road_plan.h"
#include "gis/demo/terrain.h"

namespace fenghuo::gis::demo {

enum class SettlementKind : std::uint8_t { Town, Township, Village, Hamlet, ChemicalPark, Mine };

/// Where people live or work: some cells with streets between them.
struct Settlement {
  SettlementKind kind = SettlementKind::Village;
  int unit = 0;
  int area = kNone;  ///< index into CountyPlan::areas
  Name name;
  CellId centre = kNone;
  std::vector<CellId> cells;
  std::int64_t population = 0;
};

enum class AreaKind : std::uint8_t { Subdistrict, Town, Township };  // 街道, 镇, 乡

/// A township or subdistrict: the lowest administrative area on the map.
struct TownshipArea {
  AreaKind kind = AreaKind::Town;
  int unit = 0;
  Name name;         ///< without 镇, 乡, 街道
  std::string code;  ///< nine digits
  CellId seat = kNone;
};

struct Reservoir {
  Name name;
  int unit = 0;
  std::vector<CellId> cells;
  CornerId dam = kNone;  ///< the corner where the river leaves it
};

/// A boat from one shore cell to the other, straight over the water.
struct Ferry {
  CellId from = kNone, to = kNone;
  std::string name;
};

/// Two carriageways along the cells.
struct Motorway {
  std::string name, name_en, ref;
  std::vector<CellId> cells;
  bool from_edge = false, to_edge = false;  ///< ends at the edge of the map, not at an interchange
};

struct CountyName {
  Name name;         ///< without 县 or 区
  std::string code;  ///< six digits
};

/// Everything that is decided before anything is drawn. The steps are called in this order, each
/// reads what those before it wrote.
struct CountyPlan {
  CountyPlan(std::uint64_t seed_, DemoSize size);

  std::uint64_t seed;
  Layout layout;
  Terrain terrain;
  RoadPlan roads;
  Naming naming;
  std::vector<CountyName> counties;     ///< by unit
  std::vector<CountyName> prefectures;  ///< by prefecture
  std::vector<TownshipArea> areas;
  PerCell<std::int32_t> area_of;        ///< index into areas; kNone outside the counties
  std::vector<Settlement> settlements;  ///< the towns first, by unit
  PerCell<std::int32_t> settlement_of;  ///< index into settlements, by street cell
  PerCell<std::int16_t> ring_of;        ///< unit whose ring road runs through the cell, or kNone
  std::vector<Reservoir> reservoirs;
  std::vector<Ferry> ferries;
  std::vector<Motorway> motorways;

  Lattice const& lattice() const { return layout.lattice(); }
  Settlement const& town(int unit) const { return settlements[static_cast<std::size_t>(unit)]; }
  /// Makes a settlement's cells street cells.
  void settle(Settlement settlement);
  /// A cell of the county, at random.
  CellId any_cell(Random& random, int unit) const;
  /// The steepest step out of the cell.
  double steepest(CellId c) const;
};

void name_counties(CountyPlan& plan);
void found_towns(CountyPlan& plan);      ///< street cells, ring road, avenues to the ring
void join_counties(CountyPlan& plan);    ///< national and provincial roads
void found_townships(CountyPlan& plan);  ///< seats, and the county roads to them
void link_townships(CountyPlan& plan);   ///< county roads between neighbours that are far by road
void fill_reservoirs(CountyPlan& plan);
void divide_counties(CountyPlan& plan);  ///< areas
void found_villages(CountyPlan& plan);   ///< villages, hamlets and their roads
void found_works(CountyPlan& plan);      ///< chemical parks and mines
void link_villages(CountyPlan& plan);    ///< the same for villages
void lay_ferries(CountyPlan& plan);      ///< with the roads to the landing places
void plan_motorways(CountyPlan& plan);   ///< with the roads to the interchanges
void lay_tracks(CountyPlan& plan);       ///< tracks, footpaths

}  // namespace fenghuo::gis::demo
