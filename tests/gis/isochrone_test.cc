#include "gis/routing/isochrone.h"

#include <gtest/gtest.h>

#include <set>

#include "gis/routing/router.h"
#include "tests/gis/opened_extract.h"
#include "tests/gis/plain_dijkstra.h"
#include "tests/gis/random_town.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

using cch::Way;
using testing::drawn;
using testing::metres_from_base;
using testing::place_in;
using testing::PlainDijkstra;
using Town = testing::RoutedTown;

/// The weights of driving the other way, so that a search from a place finds the ways to it.
RoadWeights turned_round(RoadGraph const& graph, RoadWeights const& weights) {
  std::vector<Weight> out;
  for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
    out.push_back(weights[opposite(arc)]);
  }
  return RoadWeights{out};
}

bool holds(Reach const& reach, EdgeId edge, std::uint32_t cm) {
  return std::any_of(reach.stretches.begin(), reach.stretches.end(), [&](auto const& part) {
    return part.edge == edge && part.begin_cm <= cm && cm <= part.end_cm;
  });
}

/// Whether centimetres of edges are in the reach exactly if the plain Dijkstra comes there in time.
class Judge {
 public:
  Judge(Region const& region, RoadWeights const& weights, Isochrone const& found)
      : graph_{region.graph()},
        plain_{graph_, weights},
        origin_{found.snap},
        walk_{testing::walk_ms(found.snap.away)} {}

  std::optional<std::uint64_t> ms(EdgeId edge, std::uint32_t cm) {
    auto const there = plain_.ms(origin_, Snap{edge, cm, 0, {}, {}});
    return there ? std::optional{*there + walk_} : std::nullopt;
  }
  void expect_point(Reach const& reach, EdgeId edge, std::int64_t cm) {
    if (cm <= 0 || cm >= graph_.edge_length_cm[edge]) {
      return;  // ends are nodes
    }
    auto const at = static_cast<std::uint32_t>(cm);
    auto const there = ms(edge, at);
    bool const in_time = there && *there * 1000 <= static_cast<std::uint64_t>(reach.within.us);
    ASSERT_EQ(holds(reach, edge, at), in_time) << "edge " << edge << " at " << cm << " cm";
    ++points;
    inside += in_time ? 1 : 0;
  }
  void expect_edge(Reach const& reach, EdgeId edge, Random& random) {
    for (ReachedStretch const& part : reach.stretches) {
      if (part.edge == edge) {
        for (std::int64_t const by : {-1, 0, 1}) {
          expect_point(reach, edge, part.begin_cm + by);
          expect_point(reach, edge, part.end_cm + by);
        }
      }
    }
    for (int i = 0; i < 4 && graph_.edge_length_cm[edge] > 0; ++i) {
      expect_point(reach, edge,
                   static_cast<std::int64_t>(random.below(graph_.edge_length_cm[edge])));
    }
  }
  void expect_nodes(Reach const& reach) {
    std::vector<std::optional<std::uint64_t>> by_node(graph_.node_count());
    std::vector<bool> judged(graph_.node_count(), false);  // not those between obstacles
    for (EdgeId edge = 0; edge < graph_.edge_count(); ++edge) {
      if (graph_.edge_length_cm[edge] > 0) {
        judged[graph_.edge_from[edge]] = judged[graph_.edge_to[edge]] = true;
        by_node[graph_.edge_from[edge]] = ms(edge, 0);
        by_node[graph_.edge_to[edge]] = ms(edge, graph_.edge_length_cm[edge]);
      }
    }
    std::set<NodeId> found;
    for (ReachedNode const& node : reach.nodes) {
      ASSERT_TRUE(found.insert(node.node).second);
      if (judged[node.node]) {
        ASSERT_EQ(std::optional<std::uint64_t>{node.ms}, by_node[node.node]);
      }
    }
    for (NodeId node = 0; node < graph_.node_count(); ++node) {
      bool const in_time =
          by_node[node] && *by_node[node] * 1000 <= static_cast<std::uint64_t>(reach.within.us);
      ASSERT_TRUE(found.contains(node) == in_time || !judged[node]);
    }
  }
  int points = 0, inside = 0;

 private:
  RoadGraph const& graph_;
  PlainDijkstra plain_;
  Snap origin_;
  std::uint64_t walk_;
};

TEST(Isochrone, EndsInTheMiddleOfARoadAndMayComeFromBothEnds) {
  std::vector<std::string> const map{"A---B",  //
                                     "|   |",  //
                                     "C---D"};
  Town const town{drawn(map)};
  auto const metric = town.metric();
  // 12 s for 100 m. From A: B after 48 s, C after 24 s, D after 72 s from both sides.
  std::vector<Duration> const within{seconds(30), seconds(60), seconds(90)};
  auto const found =
      town.router->isochrone(*metric, Profile::Light, place_in(map, 'A'), within, Way::Leaving, {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->bands.size(), 3U);
  auto const metres_in = [&](Reach const& reach) {
    double sum = 0;
    for (auto const& part : reach.stretches) {
      sum += (part.end_cm - part.begin_cm) / 100.0;
    }
    return sum;
  };
  EXPECT_NEAR(metres_in(found->bands[0]), 250 + 200 + 50, 1);
  EXPECT_NEAR(metres_in(found->bands[1]), 400 + 100 + 200 + 300, 1);
  EXPECT_NEAR(metres_in(found->bands[2]), 400 + 200 + 200 + 400, 1);
  EXPECT_EQ(found->bands[0].nodes.size(), 2U);
  EXPECT_EQ(found->bands[1].nodes.size(), 3U);
  EXPECT_EQ(found->bands[2].stretches.size(), 4U) << "what comes from both ends is one";
  EXPECT_EQ(found->as_of, 7);
}

TEST(Isochrone, AClosedRoadIsNotReachedThoughBothItsEndsAre) {
  std::vector<std::string> const map{"A---B",  //
                                     "|   |",  //
                                     "C---D"};
  Town const town{drawn(map)};
  auto const metric =
      town.metric({{"K", {metres_from_base(0, 200)}, false, {true, true, true, true}}});
  std::vector<Duration> const within{hours(1)};
  auto const found =
      town.router->isochrone(*metric, Profile::Light, place_in(map, 'A'), within, Way::Leaving, {});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bands[0].nodes.size(), 4U);
  EXPECT_EQ(found->bands[0].stretches.size(), 3U);
}

TEST(Isochrone, ArrivingIsNotLeavingOnAOneWayStreet) {
  std::vector<std::string> const map{"A>>>>B"};
  Town const town{drawn(map)};
  auto const metric = town.metric({}, {.against_oneway_permille = 0});
  std::vector<Duration> const within{hours(1)};
  GeoPoint const middle = metres_from_base(0, 200);
  auto const ask = [&](Way way) {
    return town.router->isochrone(*metric, Profile::Light, middle, within, way, {})
        ->bands[0]
        .stretches;
  };
  auto const length = town.region->graph().edge_length_cm[0];
  ASSERT_EQ(ask(Way::Leaving).size(), 1U);
  ASSERT_EQ(ask(Way::Arriving).size(), 1U);
  EXPECT_EQ(ask(Way::Leaving)[0].end_cm, length);
  EXPECT_EQ(ask(Way::Arriving)[0].begin_cm, 0U);
  EXPECT_EQ(ask(Way::Arriving)[0].end_cm, ask(Way::Leaving)[0].begin_cm);
}

TEST(Isochrone, TheWalkToTheRoadTakesItsTime) {
  std::vector<std::string> const map{"A---B"};
  Town const town{drawn(map)};
  auto const metric = town.metric();
  GeoPoint const yard = metres_from_base(530, 0);  // 500 m to walk: six minutes
  std::vector<Duration> const within{minutes(5), minutes(6) + seconds(24)};
  auto const found =
      town.router->isochrone(*metric, Profile::Light, yard, within, Way::Leaving, {});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->bands[0].stretches.empty());
  ASSERT_EQ(found->bands[1].stretches.size(), 1U);
  EXPECT_NEAR(found->bands[1].stretches[0].end_cm, 20'000, 200);
}

TEST(Isochrone, RefusesWhatItCannotAnswer) {
  Town const town{drawn({"A---B"})};
  auto const metric = town.metric();
  auto const ask = [&](std::vector<Duration> const& within, GeoPoint point) {
    return town.router->isochrone(*metric, Profile::Light, point, within, Way::Leaving, {});
  };
  GeoPoint const here = metres_from_base(0, 100);
  EXPECT_FALSE(ask({}, here));
  EXPECT_FALSE(ask({seconds(0)}, here));
  EXPECT_FALSE(ask({hours(4) + seconds(1)}, here));
  EXPECT_FALSE(ask(std::vector<Duration>(5, minutes(1)), here));
  EXPECT_TRUE(ask({hours(4)}, here));
  EXPECT_EQ(ask({hours(4)}, metres_from_base(9000, 0)).error().code, ErrorCode::NotFound);
}

TEST(IsochroneOnRandomTowns, IsExactToTheCentimetre) {
  int points = 0;
  int inside = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    Town const town{testing::random_town(seed)};
    Random random{seed + 500};
    auto const closures = testing::random_closures(town.region->graph(), seed % 4, random);
    RoutingSettings settings;
    settings.against_oneway_permille = seed % 2 == 0 ? 0 : 2500;
    auto const metric = town.metric(closures, settings);
    auto const profile = static_cast<Profile>(seed % kProfileCount);
    auto const& weights = metric->weights(profile);
    for (Way const way : {Way::Leaving, Way::Arriving}) {
      std::vector<Duration> const within{milliseconds(random.between(1, 60'000)),
                                         milliseconds(random.between(60'000, 900'000))};
      auto const found =
          town.router->isochrone(*metric, profile, testing::random_point(random), within, way, {});
      if (!found) {
        ASSERT_EQ(found.error().code, ErrorCode::NotFound);
        continue;
      }
      RoadWeights const judged =
          way == Way::Leaving ? weights : turned_round(town.region->graph(), weights);
      Judge judge{*town.region, judged, *found};
      for (Reach const& reach : found->bands) {
        judge.expect_nodes(reach);
        for (EdgeId edge = 0; edge < town.region->graph().edge_count(); ++edge) {
          judge.expect_edge(reach, edge, random);
        }
      }
      points += judge.points;
      inside += judge.inside;
    }
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(inside, 1000);
  EXPECT_GT(points - inside, 1000);
}

class IsochroneExtract : public ::testing::TestWithParam<char const*> {};
INSTANTIATE_TEST_SUITE_P(All, IsochroneExtract,
                         ::testing::Values("cn-guixi", "cn-puyang-qingzu", "liechtenstein-2024",
                                           "maribor", "monaco-2016"),
                         [](auto const& param) { return testing::test_name(param.param); });

TEST_P(IsochroneExtract, IsExactWithClosedRoads) {
  testing::ScratchFolder const folder;
  auto const region = testing::opened_extract(GetParam(), folder);
  if (!region) {
    GTEST_SKIP() << "shared/data/osm is not here: set FENGHUO_SHARED_DATA to the folder with it";
  }
  auto const router = Router::make(region);
  RoadGraph const& graph = region->graph();
  Random random{graph.edge_count()};
  auto const metric = Metric::build(*region, {}, testing::random_closures(graph, 20, random), 3);
  EXPECT_GT(metric->closed_edges(), 10U);
  int inside = 0;
  int points = 0;
  for (int round = 0; round < 8; ++round) {
    auto const profile = static_cast<Profile>(round % 4);
    Way const way = round < 4 ? Way::Leaving : Way::Arriving;
    std::vector<Duration> const within{minutes(4), minutes(20)};
    GeoPoint const point = graph.geometry[random.below(graph.geometry.size())];
    auto const found = router->isochrone(*metric, profile, point, within, way, {});
    ASSERT_TRUE(found) << found.error().message;
    auto const& weights = metric->weights(profile);
    RoadWeights const judged = way == Way::Leaving ? weights : turned_round(graph, weights);
    Judge judge{*region, judged, *found};
    for (Reach const& reach : found->bands) {
      judge.expect_nodes(reach);
      for (int i = 0; i < 100; ++i) {
        judge.expect_edge(reach, static_cast<EdgeId>(random.below(graph.edge_count())), random);
        if (!reach.stretches.empty()) {
          judge.expect_edge(reach, reach.stretches[random.below(reach.stretches.size())].edge,
                            random);
        }
      }
      ASSERT_FALSE(HasFatalFailure()) << round;
    }
    points += judge.points;
    inside += judge.inside;
  }
  EXPECT_GT(inside, 500);
  EXPECT_GT(points - inside, 200);
}

}  // namespace
}  // namespace fenghuo::gis
