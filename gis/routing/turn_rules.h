#pragma once

#include <optional>
#include <vector>

#include "gis/routing/route_step.h"

namespace fenghuo::gis {

/// A road that a driver could take instead.
struct OtherRoad {
  int turn = 0;  ///< -179 .. 180, right is positive
  RoadNaming road;
  bool is_against_oneway = false;
};

/// A junction as a driver comes to it.
struct Crossroads {
  int turn = 0;  ///< that the route takes
  RoadNaming from, to;
  bool to_is_oneway = false;
  bool goes_back = false;  ///< onto the road it came by, or onto the other half of it
  bool is_long_enough =
      false;  ///< the road goes on so far under its name that a new name is worth saying
  std::vector<OtherRoad> others;
};

struct TurnSaid {
  Manoeuvre manoeuvre = Manoeuvre::Turn;
  Direction direction = Direction::Straight;
  bool operator==(TurnSaid const&) const = default;
};

/// What is said at a junction; nothing where a driver who is told nothing goes right.
///
/// Rules: with no other road nothing is said but ferries, merging, turning back and names that stay.
///        A driver who is told nothing keeps to the road: to its name and to the straighter way. Another road
///        only misleads if it is as straight or nearly (25 to 30 degrees), and no mere yard or track beside a
///        street. Roads that could be taken only against their one-way rule mislead nobody who goes straight,
///        but do count where the route turns off.
///        Up to 20 degrees is straight, to 50 slight, to 125 a turn, then sharp.
/// Cost:    linear in the roads.
/// Checked: tests/gis/turn_rules_test.cc, a table; tests/gis/guidance_test.cc on drawn towns.
std::optional<TurnSaid> turn_said(Crossroads const& junction);

Direction direction_of(int turn);

}  // namespace fenghuo::gis
