#include "gis/routing/alternatives.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "gis/geo/distance.h"
#include "tests/gis/opened_extract.h"
#include "tests/gis/plain_dijkstra.h"
#include "tests/gis/random_town.h"
#include "tests/gis/told_town.h"

namespace fenghuo::gis {
namespace {

using testing::metres_from_base;
using testing::PlainDijkstra;
using testing::Spot;
using testing::street;
using testing::TownPlan;
using Town = testing::RoutedTown;

/// Two places with a river between them; roads lead to each bridge, and along both banks from bridge to bridge.
TownPlan river_town(std::vector<std::pair<std::string, double>> const& bridges) {
  TownPlan plan;
  for (auto const& [name, east] : bridges) {
    Spot const north{300, east};
    Spot const south{-300, east};
    plan.road({{1500, 0}, north}, street(name + "路"));
    plan.road({north, south}, street(name + "桥路"));
    plan.road({south, {-1500, 0}}, street(name + "路"));
  }
  for (std::size_t i = 0; i + 1 < bridges.size(); ++i) {
    for (double const north : {300.0, -300.0}) {
      plan.road({{north, bridges[i].second}, {north, bridges[i + 1].second}}, street("河滨路"));
    }
  }
  // Somewhere to set out from and to arrive that is no junction.
  plan.road({{2000, 0}, {1500, 0}}, street("上街"));
  plan.road({{-1500, 0}, {-2000, 0}}, street("下街"));
  return plan;
}

std::vector<RouteChoice> choices(Town const& town, Metric const& metric, Spot from, Spot to,
                                 AlternativeRules const& rules = {.most = 3}) {
  auto const found =
      town.router->alternatives(metric, Profile::Light, metres_from_base(from.north, from.east),
                                metres_from_base(to.north, to.east), rules, {});
  EXPECT_TRUE(found) << found.error().message;
  return found ? *found : std::vector<RouteChoice>{};
}

std::set<std::string> roads_of(Route const& route) {
  std::set<std::string> out;
  for (auto const& leg : route.legs) {
    out.insert(leg.road);
  }
  return out;
}

TEST(Alternatives, ThreeBridgesAreThreeWays) {
  Town const town{river_town({{"西", -500}, {"中", 0}, {"东", 600}}).osm()};
  auto const metric = town.metric();
  auto const found = choices(town, *metric, {1900, 0}, {-1900, 0});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(roads_of(found[0].route).contains("中桥路"));
  EXPECT_TRUE(roads_of(found[1].route).contains("西桥路"));
  EXPECT_TRUE(roads_of(found[2].route).contains("东桥路"));
  EXPECT_EQ(found[0].shared_permille, 1000U);
  EXPECT_NEAR(found[1].shared_permille, 800'000 / 3800, 2);
  EXPECT_EQ(found[0].via.name, "中路");
  EXPECT_EQ(found[1].via.name, "西路");
  EXPECT_EQ(found[2].via.name, "东路");
  EXPECT_EQ(choices(town, *metric, {1900, 0}, {-1900, 0}, {.most = 1}).size(), 2U);
  EXPECT_EQ(choices(town, *metric, {1900, 0}, {-1900, 0}, {.most = 0}).size(), 1U);
  // The town's other direction, and from the side.
  EXPECT_EQ(choices(town, *metric, {-1900, 0}, {1900, 0}).size(), 3U);
}

TEST(Alternatives, AClosedBridgeIsNoWay) {
  Town const town{river_town({{"西", -500}, {"中", 0}, {"东", 600}}).osm()};
  auto const metric =
      town.metric({{"K", {metres_from_base(0, 0)}, false, {true, true, true, true}}});
  auto const found = choices(town, *metric, {1900, 0}, {-1900, 0});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(roads_of(found[0].route).contains("西桥路"));
  EXPECT_TRUE(roads_of(found[1].route).contains("东桥路"));
}

TEST(Alternatives, OneBridgeIsOneWay) {
  Town const town{river_town({{"中", 0}}).osm()};
  EXPECT_EQ(choices(town, *town.metric(), {1900, 0}, {-1900, 0}).size(), 1U);
  // Roads to where other bridges were, and along the banks from there: nobody would go that way.
  Town const washed{river_town({{"西", -500}, {"中", 0}, {"东", 600}}).osm()};
  auto const metric =
      washed.metric({{"K1", {metres_from_base(0, -500)}, false, {true, true, true, true}},
                     {"K2", {metres_from_base(0, 600)}, false, {true, true, true, true}}});
  EXPECT_EQ(choices(washed, *metric, {1900, 0}, {-1900, 0}).size(), 1U);
}

TEST(Alternatives, AWayThatTakesTooLongIsNone) {
  Town const town{river_town({{"西", -2500}, {"中", 0}, {"东", 600}}).osm()};
  EXPECT_EQ(choices(town, *town.metric(), {1900, 0}, {-1900, 0}).size(), 2U);
}

TEST(Alternatives, WithoutAWayThereIsNothing) {
  Town const town{testing::drawn({"A--B", "....", "C--D"})};
  auto const metric = town.metric();
  EXPECT_TRUE(choices(town, *metric, {0, 100}, {-200, 100}).empty());
  EXPECT_EQ(choices(town, *metric, {0, 100}, {0, 200}).size(), 1U);
  EXPECT_EQ(choices(town, *metric, {0, 100}, {0, 100}).size(), 1U);
}

/// Looks at alternatives from outside.
class Witness {
 public:
  Witness(Region const& region, Metric const& metric, Profile profile)
      : graph_{region.graph()}, weights_{metric.weights(profile)}, plain_{graph_, weights_} {}

  void expect_real(Route const& route) {
    auto const& pieces = route.pieces;
    std::uint64_t ms = testing::walk_ms(route.access_from) + testing::walk_ms(route.access_to);
    std::int64_t cm = 0;
    ASSERT_FALSE(pieces.empty());
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      ms += pieces[i].ms;
      cm += length_cm(pieces[i]);
      std::uint32_t const length = graph_.edge_length_cm[edge_of(pieces[i].arc)];
      if (length_cm(pieces[i]) == length && (length > 0 || (i > 0 && i + 1 < pieces.size()))) {
        ASSERT_EQ(pieces[i].ms, weights_[pieces[i].arc]);
        ASSERT_LT(weights_[pieces[i].arc], kClosed);
      }
      if (i > 0) {
        ASSERT_EQ(graph_.head(pieces[i - 1].arc), graph_.tail(pieces[i].arc));
      }
    }
    ASSERT_EQ(route.duration, milliseconds(static_cast<std::int64_t>(ms)));
    ASSERT_EQ(route.distance.cm, cm);
    ASSERT_NEAR(static_cast<double>(length_of(route.geometry).cm), static_cast<double>(cm),
                30.0 + static_cast<double>(route.geometry.size()));
  }

  static std::uint64_t road_ms(Route const& route) {
    std::uint64_t ms = 0;
    for (auto const& piece : route.pieces) {
      ms += piece.ms;
    }
    return ms;
  }

  /// Milliseconds of `route` on arcs that one of the others drives too.
  static std::uint64_t shared_ms(Route const& route, std::span<RouteChoice const> others) {
    std::map<ArcId, std::uint64_t> driven;
    for (auto const& other : others) {
      for (auto const& piece : other.route.pieces) {
        driven[piece.arc] = std::max(driven[piece.arc], piece.ms);
      }
    }
    std::uint64_t ms = 0;
    for (auto const& piece : route.pieces) {
      auto const it = driven.find(piece.arc);
      ms += it == driven.end() ? 0 : std::min(it->second, piece.ms);
    }
    return ms;
  }

  /// Parts of a way no longer than `local` are quickest ways.
  void expect_locally_best(Route const& route, std::uint64_t local, Random& random, int samples) {
    auto const& pieces = route.pieces;
    for (int i = 0; i < samples; ++i) {
      std::size_t const first = random.below(pieces.size());
      std::size_t end = first;
      std::uint64_t ms = 0;
      while (end < pieces.size() && ms + pieces[end].ms <= local) {
        ms += pieces[end++].ms;
      }
      if (end == first || is_obstacle(pieces[first]) || is_obstacle(pieces[end - 1])) {
        continue;  // a place at an obstacle is on both sides of it
      }
      auto const quickest = plain_.ms(begin_of(pieces[first]), end_of(pieces[end - 1]));
      ASSERT_TRUE(quickest);
      ASSERT_EQ(*quickest, ms) << "pieces " << first << " to " << end << " of " << pieces.size();
      ++parts;
    }
  }
  int parts = 0;

 private:
  bool is_obstacle(RoadPiece const& piece) const {
    return graph_.edge_length_cm[edge_of(piece.arc)] == 0;
  }
  static Snap begin_of(RoadPiece const& piece) {
    return {edge_of(piece.arc), piece.begin_cm, 0, {}, {}};
  }
  static Snap end_of(RoadPiece const& piece) {
    return {edge_of(piece.arc), piece.end_cm, 0, {}, {}};
  }
  RoadGraph const& graph_;
  RoadWeights const& weights_;
  PlainDijkstra plain_;
};

/// What alternatives.h promises of the choices between two places.
void expect_choices(Witness& witness, std::vector<RouteChoice> const& found, Random& random,
                    int samples) {
  AlternativeRules const rules;
  std::uint64_t const best = Witness::road_ms(found[0].route);
  for (std::size_t i = 0; i < found.size(); ++i) {
    Route const& route = found[i].route;
    witness.expect_real(route);
    std::uint64_t const ms = Witness::road_ms(route);
    ASSERT_GE(ms, best);
    ASSERT_LE(ms * 1000, best * rules.stretch_permille);
    if (i > 0) {
      std::uint64_t const with_all = Witness::shared_ms(route, {found.data(), i});
      ASSERT_LE(with_all * 1000, best * rules.sharing_permille);
      std::uint64_t const with_best = Witness::shared_ms(route, {found.data(), 1});
      ASSERT_GT(best, 0U);
      ASSERT_EQ(found[i].shared_permille, with_best * 1000 / best);
      ASSERT_LE((ms - with_best) * 1000, (best - with_best) * rules.stretch_permille);
    }
    witness.expect_locally_best(route, best * rules.local_permille / 1000, random, samples);
  }
}

TEST(AlternativesOnRandomTowns, AreWaysThatKeepTheRules) {
  std::size_t others = 0;
  int parts = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    Town const town{testing::random_town(seed)};
    Random random{seed + 77};
    auto const metric =
        town.metric(testing::random_closures(town.region->graph(), seed % 3, random));
    auto const profile = static_cast<Profile>(seed % kProfileCount);
    Witness witness{*town.region, *metric, profile};
    for (int i = 0; i < 8; ++i) {
      GeoPoint const from = testing::random_point(random);
      GeoPoint const to = testing::random_point(random);
      auto const found = town.router->alternatives(*metric, profile, from, to, {.most = 3}, {});
      if (!found) {
        ASSERT_EQ(found.error().code, ErrorCode::NotFound);
        continue;
      }
      auto const route = town.route(*metric, from, to, profile);
      ASSERT_EQ(route.has_value(), !found->empty());
      if (route) {
        ASSERT_EQ(route->duration, found->front().route.duration);
        ASSERT_EQ(route->geometry, found->front().route.geometry);
        expect_choices(witness, *found, random, 6);
        ASSERT_FALSE(HasFatalFailure());
        others += found->size() - 1;
      }
    }
    parts += witness.parts;
  }
  EXPECT_GT(others, 50U);
  EXPECT_GT(parts, 500);
}

class AlternativesExtract : public ::testing::TestWithParam<char const*> {};
INSTANTIATE_TEST_SUITE_P(All, AlternativesExtract,
                         ::testing::Values("cn-guixi", "cn-puyang-qingzu", "cn-nanjing",
                                           "liechtenstein-2024", "maribor", "monaco-2016"),
                         [](auto const& param) { return testing::test_name(param.param); });

TEST_P(AlternativesExtract, AreWaysThatKeepTheRules) {
  testing::ScratchFolder const folder;
  auto const region = testing::opened_extract(GetParam(), folder);
  if (!region) {
    GTEST_SKIP() << "shared/data/osm is not here: set FENGHUO_SHARED_DATA to the folder with it";
  }
  auto const router = Router::make(region);
  RoadGraph const& graph = region->graph();
  Random random{graph.edge_count()};
  auto const metric = Metric::build(*region, {}, testing::random_closures(graph, 10, random), 3);
  std::size_t others = 0;
  std::size_t pairs = 0;
  for (Profile const profile : {Profile::Light, Profile::Heavy, Profile::Foot}) {
    Witness witness{*region, *metric, profile};
    for (int i = 0; i < 12; ++i) {
      GeoPoint const from = graph.geometry[random.below(graph.geometry.size())];
      GeoPoint const to = graph.geometry[random.below(graph.geometry.size())];
      auto const found = router->alternatives(*metric, profile, from, to, {.most = 3}, {});
      if (!found) {
        ASSERT_EQ(found.error().code, ErrorCode::NotFound);  // a path in the hills, for vehicles
        continue;
      }
      if (!found->empty()) {
        expect_choices(witness, *found, random, 2);
        ASSERT_FALSE(HasFatalFailure());
        others += found->size() - 1;
        ++pairs;
      }
    }
  }
  RecordProperty("pairs", static_cast<int>(pairs));
  RecordProperty("others", static_cast<int>(others));
  EXPECT_GT(others, pairs / 4);
}

}  // namespace
}  // namespace fenghuo::gis
