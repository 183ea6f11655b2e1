#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gis/region/region.h"
#include "gis/routing/router.h"

namespace fenghuo::gis {

/// A piece of road as people say it. One of: a bridge; a tunnel; a road with a kilometre post; a road, whole or
/// between two places; the way between two places.
struct RoadQuestion {
  std::string bridge, tunnel, road;
  std::string km;                ///< "123.5", "K123+500"
  std::optional<GeoPoint> near;  ///< which of several of the same name
  std::string from, to;          ///< settlements, by name or by id ("n/4711")
  Profile profile = Profile::Light;
};

struct FoundRoad {
  std::string name;  ///< as the map has it
  std::vector<GeoPoint> points;
  std::vector<std::size_t> breaks;  ///< where each line after the first begins
  std::vector<std::int64_t> ways;
  std::vector<std::string> roads;  ///< names of the roads it lies on, each once
  Distance length;
};

/// One of several things that the words fit.
struct RoadCandidate {
  std::string name;
  std::string id;  ///< of a settlement, to be given in place of its name
  GeoPoint point;
  std::string place;  ///< nearest settlement; may be empty
  Distance place_away;
};

struct RoadLookup {
  enum class Outcome { Found, Ambiguous, Unknown, NotThere };
  Outcome outcome = Outcome::Unknown;
  std::optional<FoundRoad> found;
  std::vector<RoadCandidate> candidates;  ///< Ambiguous: what was meant may be one of these
  std::vector<std::string> close_names;   ///< Unknown: names of the map like it
  std::string detail;                     ///< why not, and how to say it
};

/// Finds a road by words on the map as if no road were closed.
///
/// Bridges and tunnels: edges marked as such whose own name (bridge:name, tunnel:name) or road's name fits.
/// Kilometre posts: where none stands exactly there, the place is measured along the road between the two next
///                  ones, if they are at most 10 km apart.
/// Two places:      the quickest way of the profile between them, without the edges whose middle lies within 300 m
///                  of either (all of it where nothing is left); the other carriageway with it.
/// Never a guess: what fits several things far apart is Ambiguous.
/// Cost:    one pass over the edges of the region; a route for two places.
/// Threads: any number.
/// Checked: tests/gis/road_lookup_test.cc.
RoadLookup find_road(Region const& region, Metric const& open, Router const& router,
                     RoadQuestion const& question);

}  // namespace fenghuo::gis
