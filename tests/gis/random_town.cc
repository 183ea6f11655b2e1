#include "tests/gis/random_town.h"

#include <array>

namespace fenghuo::gis::testing {

namespace {

Tags random_tags(Random& random) {
  static constexpr std::array kHighways{"primary",     "secondary", "residential", "residential",
                                        "residential", "service",   "track",       "footway",
                                        "motorway",    "steps",     "path",        "unclassified"};
  Tags tags{{"highway", kHighways[random.below(kHighways.size())]}};
  if (random.chance(250)) {
    tags["oneway"] = random.chance(700) ? "yes" : "-1";
  }
  if (random.chance(100)) {
    tags["maxweight"] = random.chance(500) ? "10" : "30";
  }
  if (random.chance(100)) {
    tags["maxspeed"] = "20";
  }
  if (random.chance(50)) {
    tags["ford"] = "yes";
  }
  if (random.chance(50)) {
    tags["junction"] = "roundabout";
  }
  return tags;
}

Tags random_obstacle(Random& random) {
  static constexpr std::array kBarriers{"gate", "bollard", "lift_gate", "block"};
  return random.chance(120) ? Tags{{"barrier", kBarriers[random.below(kBarriers.size())]}} : Tags{};
}

}  // namespace

GeoPoint random_point(Random& random) {
  return metres_from_base(static_cast<double>(random.between(-1100, 1100)),
                          static_cast<double>(random.between(-1100, 1100)));
}

SmallExtract random_town(std::uint64_t seed) {
  Random random{seed};
  SmallExtract town;
  std::int64_t const nodes = random.between(5, 60);
  for (std::int64_t id = 1; id <= nodes; ++id) {
    town.node(id,
              metres_from_base(static_cast<double>(random.between(-1000, 1000)),
                               static_cast<double>(random.between(-1000, 1000))),
              random_obstacle(random));
  }
  town.way(1, {1, 2}, {{"highway", "residential"}});
  std::int64_t const ways = random.between(nodes / 2, nodes * 3 / 2);
  for (std::int64_t way = 2; way <= ways; ++way) {
    std::vector<std::int64_t> refs;
    std::int64_t const length = random.between(2, 5);
    for (std::int64_t i = 0; i < length; ++i) {
      refs.push_back(random.between(1, nodes));
    }
    town.way(way, refs, random_tags(random));
  }
  return town;
}

}  // namespace fenghuo::gis::testing
