#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gis/routing/guidance.h"
#include "gis/routing/route_words.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis::testing {

/// Places in metres north and east of the base.
struct Spot {
  double north = 0, east = 0;
};

/// A town whose roads are given as lines between spots; spots at one place are one node.
class TownPlan {
 public:
  TownPlan& road(std::vector<Spot> const& line, Tags tags) {
    std::vector<std::int64_t> nodes;
    for (Spot const spot : line) {
      nodes.push_back(node(spot, {}));
    }
    osm_.way(++ways_, nodes, std::move(tags));
    return *this;
  }
  /// Before the roads that pass there.
  TownPlan& thing(Spot spot, Tags tags) {
    node(spot, std::move(tags));
    return *this;
  }
  SmallExtract const& osm() const { return osm_; }

 private:
  std::int64_t node(Spot spot, Tags tags) {
    GeoPoint const point = metres_from_base(spot.north, spot.east);
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (points_[i] == point) {
        return static_cast<std::int64_t>(i + 1);
      }
    }
    points_.push_back(point);
    osm_.node(static_cast<std::int64_t>(points_.size()), point, std::move(tags));
    return static_cast<std::int64_t>(points_.size());
  }

  SmallExtract osm_;
  std::vector<GeoPoint> points_;
  std::int64_t ways_ = 0;
};

inline Tags street(std::string name) {
  return {{"highway", "residential"}, {"name", std::move(name)}};
}
inline Tags with(Tags tags, std::string const& key, std::string const& value) {
  tags[key] = value;
  return tags;
}

/// What a driver is told there.
struct ToldTown {
  explicit ToldTown(TownPlan const& plan) : town{plan.osm()} {}

  std::vector<RouteStep> steps(Spot from, Spot to, Profile profile = Profile::Light,
                               std::vector<ClosureShape> const& closures = {}) const {
    GeoPoint const a = metres_from_base(from.north, from.east);
    GeoPoint const b = metres_from_base(to.north, to.east);
    auto const route = town.route(*town.metric(closures), a, b, profile);
    EXPECT_TRUE(route);
    return route ? steps_of(*town.region, {}, profile, *route, b) : std::vector<RouteStep>{};
  }
  std::vector<std::string> zh(Spot from, Spot to, Profile profile = Profile::Light) const {
    std::vector<std::string> out;
    for (auto const& step : steps(from, to, profile)) {
      out.push_back(words_for(step, profile).zh);
    }
    return out;
  }
  std::vector<std::string> en(Spot from, Spot to, Profile profile = Profile::Light) const {
    std::vector<std::string> out;
    for (auto const& step : steps(from, to, profile)) {
      out.push_back(words_for(step, profile).en);
    }
    return out;
  }

  RoutedTown town;
};

using Sentences = std::vector<std::string>;

}  // namespace fenghuo::gis::testing
