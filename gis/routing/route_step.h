#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/units.h"
#include "gis/routing/road_graph.h"

namespace fenghuo::gis {

/// What a driver does at the start of a step.
enum class Manoeuvre : std::uint8_t {
  Depart,
  Continue,  ///< straight on where that must be said
  NewName,   ///< the road goes on and is called otherwise from here
  Turn,
  UTurn,
  Roundabout,       ///< in, and out again at RouteStep::exit
  LeaveRoundabout,  ///< where the route began in it
  SlipRoad,         ///< off onto a slip road
  Merge,            ///< from a slip road into the traffic of another road
  Fork,             ///< keep left or right
  Ferry,
  LeaveFerry,
  Gate,
  Ford,
  Bridge,
  Tunnel,
  AgainstOneway,  ///< the road goes on, its traffic comes against us from here
  Via,            ///< arrival at a place on the way
  Arrive
};
inline constexpr std::array<std::string_view, 19> kManoeuvreNames{
    "depart",     "continue",         "new_name",  "turn",  "u_turn",
    "roundabout", "leave_roundabout", "slip_road", "merge", "fork",
    "ferry",      "leave_ferry",      "gate",      "ford",  "bridge",
    "tunnel",     "against_oneway",   "via",       "arrive"};
constexpr std::string_view name_of(Manoeuvre manoeuvre) {
  return kManoeuvreNames[static_cast<std::size_t>(manoeuvre)];
}

/// Which way it goes; at Via and Arrive on which side of the road the place lies (Straight: on it).
enum class Direction : std::uint8_t {
  Straight,
  SlightLeft,
  Left,
  SharpLeft,
  SlightRight,
  Right,
  SharpRight,
  Back
};
inline constexpr std::array<std::string_view, 8> kDirectionNames{
    "straight",     "slight_left", "left",        "sharp_left",
    "slight_right", "right",       "sharp_right", "back"};
constexpr std::string_view name_of(Direction direction) {
  return kDirectionNames[static_cast<std::size_t>(direction)];
}

/// Something on a step that a driver should know of.
enum class RemarkKind : std::uint8_t {
  Gate,
  Ford,
  Bridge,
  Tunnel,
  AgainstOneway,
  Unpaved,
  Steps,
  Narrow,       ///< limit: cm
  WeightLimit,  ///< limit: kg
  HeightLimit   ///< limit: cm
};
inline constexpr std::array<std::string_view, 10> kRemarkNames{
    "gate",    "ford",  "bridge", "tunnel",       "against_oneway",
    "unpaved", "steps", "narrow", "weight_limit", "height_limit"};
constexpr std::string_view name_of(RemarkKind kind) {
  return kRemarkNames[static_cast<std::size_t>(kind)];
}

struct RouteRemark {
  RemarkKind kind = RemarkKind::Gate;
  Distance distance;        ///< of road that is so; 0 for gates and fords
  std::uint32_t limit = 0;  ///< the lowest on the step; 0 where the kind has none
  std::string name;         ///< of a bridge or tunnel, "" if it has none of its own
  bool operator==(RouteRemark const&) const = default;
};

/// A road as it is called.
struct RoadNaming {
  std::string name;       ///< "" if the data has none
  std::string reference;  ///< its number: G65, X101
  RoadClass road_class = RoadClass::Unclassified;
  bool is_link = false;
  bool operator==(RoadNaming const&) const = default;
};

/// One instruction, and the way to the next.
struct RouteStep {
  Manoeuvre manoeuvre = Manoeuvre::Continue;
  Direction direction = Direction::Straight;
  std::uint32_t exit = 0;  ///< of a roundabout, from 1; 0 where the route ends in it
  std::uint32_t via = 0;   ///< which place on the way: reached (Via) or left (Depart), from 1
  GeoPoint place;
  int bearing_before = 0, bearing_after = 0;  ///< whole degrees; equal at both ends of a route
  RoadNaming road;                            ///< that it goes on by
  RoadNaming towards;                         ///< where that is a slip road: where it leads
  bool keeps_road = false;                    ///< the road is the one before
  Distance distance;                          ///< to the next step
  Duration duration;  ///< with the walk between place and road at Depart, Via and Arrive
  std::vector<RouteRemark> remarks;
  Distance speed_assumed, load_assumed, width_assumed;  ///< road whose figure was not in the data
  Distance away;  ///< Depart, Via, Arrive: straight line between the asked place and the road
};

}  // namespace fenghuo::gis
