#pragma once

#include <span>
#include <string>
#include <vector>

#include "gis/region/region.h"
#include "gis/routing/profile.h"
#include "gis/routing/road_piece.h"
#include "gis/routing/route_step.h"

namespace fenghuo::gis {

/// A piece of the route that has a length.
struct Stretch {
  ArcId arc = 0;
  std::uint32_t cm = 0;
  std::uint64_t ms = 0;
  bool is_whole = false;  ///< the whole edge, not a part at an end of the route
  bool is_against_oneway = false;
  std::uint16_t flags = 0;  ///< edge_flag
  RoadNaming road;  ///< a bridge with a name of its own is part of the road that leads over it
};

/// A bridge or tunnel, also where the map has it in several pieces: stretches first .. end-1.
struct Structure {
  RemarkKind kind = RemarkKind::Bridge;
  std::size_t first = 0, end = 0;
  std::int64_t cm = 0;
  std::string name;          ///< "" if it has none of its own
  bool is_landmark = false;  ///< worth naming to a driver
};

/// The pieces of a route as a driver passes over them.
///
/// Landmarks: named bridges and tunnels of at least 30 m (300 m on motorways), others of at least 500 m, and
///            all that have a limit for the profile.
/// Checked:   tests/gis/guidance_test.cc.
struct DrivenRoad {
  DrivenRoad(Region const& region, Profile profile, std::span<RoadPiece const> pieces);

  std::vector<Stretch> stretches;
  /// Pieces without a length (gates, fords) before stretch i; the last entry: behind the last stretch.
  std::vector<std::vector<RoadPiece>> obstacles;
  std::vector<Structure> structures;

  /// From the start of stretch `first` to that of stretch `end`.
  std::int64_t cm_between(std::size_t first, std::size_t end) const;
  /// How far the road goes on under the name that it has on stretch `first`.
  std::int64_t cm_of_name(std::size_t first) const;
};

/// Whether a limit is one that drivers of the profile must know: heavy vehicles all, others those that a laden off-road
/// vehicle or an ambulance might not keep (5 t, 3 m high, 2.5 m wide); on foot none.
bool is_limit_for(Profile profile, RemarkKind kind, std::uint32_t limit);

/// Whether a driver would say it is one road: the same name or number, or neither has any and they look alike.
bool is_same_road(RoadNaming const& a, RoadNaming const& b);
RoadNaming naming_of(Region const& region, EdgeId edge);

}  // namespace fenghuo::gis
