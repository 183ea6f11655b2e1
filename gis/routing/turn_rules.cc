#include "gis/routing/turn_rules.h"

#include <algorithm>
#include <cstdlib>

#include "gis/routing/driven_road.h"

namespace fenghuo::gis {

namespace {

constexpr int kStraight = 20, kSlight = 50, kNormal = 125;
/// How much straighter a way must be than another to be taken without a word.
constexpr int kClearly = 30;
/// So far off straight a road still looks like a branch of a fork.
constexpr int kForkBranch = 60;

int level(RoadClass road) {
  switch (road) {
    case RoadClass::Motorway:
      return 0;
    case RoadClass::Trunk:
      return 1;
    case RoadClass::Primary:
      return 2;
    case RoadClass::Secondary:
      return 3;
    case RoadClass::Tertiary:
      return 4;
    case RoadClass::Unclassified:
    case RoadClass::Residential:
      return 5;
    case RoadClass::LivingStreet:
      return 6;
    case RoadClass::Service:
      return 7;
    case RoadClass::Track:
    case RoadClass::Pedestrian:
      return 8;
    case RoadClass::Footway:
    case RoadClass::Path:
    case RoadClass::Steps:
    case RoadClass::Cycleway:
      return 9;
    case RoadClass::Ferry:
      break;
  }
  return 20;  // nobody drives onto a ferry by mistake
}

/// How much lesser the other road is than the one that the route takes.
int lesser_by(Crossroads const& j, OtherRoad const& other) {
  return level(other.road.road_class) + (other.road.is_link ? 1 : 0) - level(j.to.road_class) -
         (j.to.is_link ? 1 : 0);
}

bool misleads_from_the_same_road(Crossroads const& j, OtherRoad const& other) {
  int const turn = std::abs(j.turn);
  int const theirs = std::abs(other.turn);
  int const lesser = lesser_by(j, other);
  if (turn < kStraight && other.road.is_link && !j.to.is_link) {
    return false;  // a slip road leaves the road that goes straight on
  }
  if (turn < kSlight) {
    return theirs < kSlight + kStraight && lesser < 1 && theirs < turn + kClearly;
  }
  return theirs < turn + 25 && lesser < 2;
}

bool misleads_from_a_new_road(Crossroads const& j, OtherRoad const& other) {
  int const turn = std::abs(j.turn);
  int const theirs = std::abs(other.turn);
  bool const has_name = !j.from.name.empty() || !j.from.reference.empty();
  if (has_name && is_same_road(j.from, other.road) && theirs < turn + 90) {
    return true;  // the road that one is on bends away here
  }
  if (turn >= kSlight) {
    return true;
  }
  return lesser_by(j, other) < 2 && theirs < turn + kClearly;
}

bool misleads(Crossroads const& j, OtherRoad const& other) {
  if (level(other.road.road_class) == 20) {
    return false;
  }
  bool const same = is_same_road(j.from, j.to);
  if (other.is_against_oneway) {
    return !same && std::abs(j.turn) >= kSlight;
  }
  return same ? misleads_from_the_same_road(j, other) : misleads_from_a_new_road(j, other);
}

/// Left or right of the roads that it could be taken for; straight in the midst of them.
Direction side_among(Crossroads const& j, std::vector<OtherRoad> const& branches) {
  bool const all_right = std::all_of(branches.begin(), branches.end(),
                                     [&](auto const& other) { return other.turn > j.turn; });
  bool const all_left = std::all_of(branches.begin(), branches.end(),
                                    [&](auto const& other) { return other.turn < j.turn; });
  return all_right ? Direction::Left : all_left ? Direction::Right : Direction::Straight;
}

std::vector<OtherRoad> branches_of(Crossroads const& j) {
  std::vector<OtherRoad> out;
  std::copy_if(j.others.begin(), j.others.end(), std::back_inserter(out), [&](auto const& other) {
    return !other.is_against_oneway && std::abs(other.turn) < kForkBranch &&
           lesser_by(j, other) < 2;
  });
  return out;
}

/// Where the road goes straight on, one that leaves it is turned into and no branch of a fork.
bool leaves_a_straight_road(Crossroads const& j, std::vector<OtherRoad> const& branches) {
  return std::abs(j.turn) >= kStraight && !is_same_road(j.from, j.to) &&
         std::any_of(branches.begin(), branches.end(), [&](auto const& other) {
           return std::abs(other.turn) < kStraight && is_same_road(j.from, other.road);
         });
}

std::optional<TurnSaid> new_name(Crossroads const& j) {
  bool const has_name = !j.to.name.empty() || !j.to.reference.empty();
  if (!has_name || !j.is_long_enough || is_same_road(j.from, j.to) || j.to.is_link) {
    return std::nullopt;
  }
  return TurnSaid{Manoeuvre::NewName, Direction::Straight};
}

TurnSaid onto_slip_road(Crossroads const& j, std::vector<OtherRoad> const& branches) {
  Direction const side = side_among(j, branches);
  if (std::abs(j.turn) >= kSlight || branches.empty()) {
    return {Manoeuvre::SlipRoad, direction_of(j.turn)};
  }
  return {Manoeuvre::SlipRoad, side == Direction::Left    ? Direction::SlightLeft
                               : side == Direction::Right ? Direction::SlightRight
                                                          : side};
}

}  // namespace

Direction direction_of(int turn) {
  int const size = std::abs(turn);
  bool const right = turn > 0;
  return size < kStraight ? Direction::Straight
         : size < kSlight ? (right ? Direction::SlightRight : Direction::SlightLeft)
         : size < kNormal ? (right ? Direction::Right : Direction::Left)
                          : (right ? Direction::SharpRight : Direction::SharpLeft);
}

std::optional<TurnSaid> turn_said(Crossroads const& j) {
  bool const onto_ferry = j.to.road_class == RoadClass::Ferry;
  bool const off_ferry = j.from.road_class == RoadClass::Ferry;
  if (onto_ferry || off_ferry) {
    return onto_ferry && off_ferry
               ? std::nullopt
               : std::optional{TurnSaid{onto_ferry ? Manoeuvre::Ferry : Manoeuvre::LeaveFerry,
                                        direction_of(j.turn)}};
  }
  if (j.goes_back) {
    return TurnSaid{Manoeuvre::UTurn, Direction::Back};
  }
  if (j.from.is_link && !j.to.is_link && j.to_is_oneway && std::abs(j.turn) < kSlight) {
    return TurnSaid{Manoeuvre::Merge, direction_of(j.turn)};
  }
  auto const branches = branches_of(j);
  if (j.to.is_link && !j.from.is_link && !j.others.empty()) {
    return onto_slip_road(j, branches);
  }
  if (std::none_of(j.others.begin(), j.others.end(),
                   [&](auto const& other) { return misleads(j, other); })) {
    return new_name(j);
  }
  if (std::abs(j.turn) < kSlight && !branches.empty() && !leaves_a_straight_road(j, branches)) {
    return TurnSaid{Manoeuvre::Fork, side_among(j, branches)};
  }
  if (std::abs(j.turn) < kStraight) {
    return TurnSaid{Manoeuvre::Continue, Direction::Straight};
  }
  return TurnSaid{Manoeuvre::Turn, direction_of(j.turn)};
}

}  // namespace fenghuo::gis
