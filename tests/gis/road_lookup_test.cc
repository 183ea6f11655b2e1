// Roads found by words: bridges, kilometre posts, roads between places; what is ambiguous or unknown is said.
#include "gis/routing/road_lookup.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gis/geo/distance.h"
#include "tests/gis/routed_town.h"

namespace fenghuo::gis {
namespace {

using testing::metres_from_base;
using testing::RoutedTown;
using testing::SmallExtract;
using testing::Tags;
using Outcome = RoadLookup::Outcome;
using Ways = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

/// A road from 甲村 (west) over a bridge to 乙村, 6 km; a motorway G65 north of it with posts; two villages of one
/// name; the bridge stands over a street; another bridge of the same name in the north.
SmallExtract county() {
  SmallExtract osm;
  auto const node = [&](std::int64_t id, double north, double east, Tags tags = {}) {
    osm.node(id, metres_from_base(north, east), std::move(tags));
  };
  // The road: 1 .. 7, each 1 km; the bridge lies between 3 and 4.
  for (int i = 1; i <= 7; ++i) {
    node(i, 0, 1'000.0 * (i - 1));
  }
  Tags const road{{"highway", "secondary"}, {"name", "翠河路"}, {"ref", "S12;X001"}};
  Tags bridge = road;
  bridge["bridge"] = "yes";
  bridge["bridge:name"] = "翠河大桥";
  osm.way(10, {1, 2, 3}, road).way(11, {3, 4}, bridge).way(12, {4, 5, 6, 7}, road);
  // The street below.
  node(21, -500, 2'500);
  node(22, 500, 2'500);
  osm.way(20, {21, 22}, {{"highway", "residential"}, {"name", "河滨路"}});
  // Another bridge of that name, two carriageways.
  for (int i = 0; i < 2; ++i) {
    node(31 + i, 5'000 + 20.0 * i, 0);
    node(33 + i, 5'000 + 20.0 * i, 300);
    osm.way(30 + i, {31 + i, 33 + i},
            {{"highway", "primary"},
             {"name", "环城路"},
             {"bridge", "yes"},
             {"bridge:name", "翠河大桥"}});
  }
  // The tunnel has no name but its road's.
  node(41, 6'000, 0);
  node(42, 6'000, 800);
  osm.way(40, {41, 42}, {{"highway", "primary"}, {"name", "东岭隧道"}, {"tunnel", "yes"}});
  // The motorway: two carriageways 20 m apart, from K120 to K126, posts at K120, K121, K123, K126.
  for (int i = 0; i <= 6; ++i) {
    node(100 + i, 3'000, 1'000.0 * i);
    node(110 + i, 3'020, 1'000.0 * i);
  }
  Tags const motorway{
      {"highway", "motorway"}, {"ref", "G65"}, {"name", "包茂高速"}, {"oneway", "yes"}};
  osm.way(50, {100, 101, 102, 103, 104, 105, 106}, motorway);
  osm.way(51, {116, 115, 114, 113, 112, 111, 110}, motorway);
  node(201, 2'990, 0, {{"highway", "milestone"}, {"distance", "120"}, {"ref", "G65"}});
  node(202, 2'990, 1'010, {{"highway", "milestone"}, {"pk", "121"}});
  node(203, 2'990, 3'000, {{"highway", "milestone"}, {"name", "K123+000"}, {"road_ref", "G65"}});
  node(204, 2'990, 6'000, {{"highway", "milestone"}, {"distance", "126 km"}});
  node(205, -3'000, 0, {{"highway", "milestone"}, {"distance", "7"}});  // of no road here
  node(301, 50, 0, {{"place", "village"}, {"name", "甲村"}});
  node(302, -50, 6'000, {{"place", "village"}, {"name", "乙村"}});
  node(303, 100, 3'000, {{"place", "hamlet"}, {"name", "石桥"}});
  node(304, 5'100, 0, {{"place", "hamlet"}, {"name", "石桥"}});
  return osm;
}

class Lookup : public ::testing::Test {
 protected:
  RoadLookup find(RoadQuestion const& question) const {
    return find_road(*town_.region, *open_, *town_.router, question);
  }
  /// The ways that a closure made of the answer closes.
  Ways closed_by(RoadLookup const& lookup) const {
    if (!lookup.found) {
      ADD_FAILURE() << lookup.detail;
      return {};
    }
    return ways_of(*town_.region, edges_of(lookup));
  }
  std::vector<EdgeId> edges_of(RoadLookup const& lookup) const {
    return edges_closed_by(*town_.region, {"K",
                                           lookup.found->points,
                                           false,
                                           {true, true, true, true},
                                           0,
                                           lookup.found->ways,
                                           lookup.found->breaks});
  }
  static RoadQuestion bridge(std::string name) {
    RoadQuestion question;
    question.bridge = std::move(name);
    return question;
  }
  static RoadQuestion road(std::string name, std::string km = "") {
    RoadQuestion question;
    question.road = std::move(name);
    question.km = std::move(km);
    return question;
  }
  static RoadQuestion between(std::string from, std::string to, std::string on = "") {
    RoadQuestion question;
    question.from = std::move(from);
    question.to = std::move(to);
    question.road = std::move(on);
    return question;
  }

  RoutedTown town_{county()};
  std::shared_ptr<Metric const> open_ = town_.metric();
};

TEST_F(Lookup, ABridgeByNameWhereThereAreTwo) {
  auto const both = find(bridge("翠河大桥"));
  EXPECT_EQ(both.outcome, Outcome::Ambiguous);
  ASSERT_EQ(both.candidates.size(), 2U);
  EXPECT_EQ(both.candidates[0].place, "石桥");
  EXPECT_NE(both.detail.find("near"), std::string::npos);
  auto question = bridge("翠河 大桥");
  question.near = metres_from_base(0, 2'000);
  auto const south = find(question);
  EXPECT_EQ(closed_by(south), Ways{11});  // and not the street below it
  EXPECT_EQ(south.found->roads, Names{"翠河路"});
  EXPECT_EQ(south.found->name, "翠河大桥");
  question.near = metres_from_base(4'000, 0);
  auto const north = find(question);
  EXPECT_EQ(closed_by(north), (Ways{30, 31}));  // both carriageways
  EXPECT_EQ(north.found->breaks.size(), 1U);
}

TEST_F(Lookup, ABridgeThatNobodyKnowsNamesThoseLikeIt) {
  auto const unknown = find(bridge("翠湖大桥"));
  EXPECT_EQ(unknown.outcome, Outcome::Unknown);
  EXPECT_EQ(unknown.close_names, Names{"翠河大桥"});
  EXPECT_NE(unknown.detail.find("翠河大桥"), std::string::npos);
  EXPECT_EQ(find(bridge("环城路")).outcome, Outcome::Found);  // people call a bridge by its road
  EXPECT_EQ(find(bridge("河滨路")).outcome, Outcome::Unknown);
}

TEST_F(Lookup, ATunnelByTheNameOfItsRoad) {
  RoadQuestion question;
  question.tunnel = "东岭隧道";
  EXPECT_EQ(closed_by(find(question)), Ways{40});
  question.tunnel = "翠河大桥";
  EXPECT_EQ(find(question).outcome, Outcome::Unknown);
}

TEST_F(Lookup, AKilometreWhereAPostStands) {
  for (auto const* said : {"121", "K121+000", "121.0"}) {
    auto const found = find(road("G65", said));
    EXPECT_EQ(closed_by(found), (Ways{50, 51})) << said;
    EXPECT_EQ(edges_of(found).size(), 2U);
    EXPECT_NEAR(static_cast<double>(found.found->length.cm), 4'000, 20);
    EXPECT_LT(distance_between(found.found->points[0], metres_from_base(3'000, 1'010)), metres(40));
  }
}

TEST_F(Lookup, AKilometreBetweenPostsIsMeasuredAlongTheRoad) {
  auto const found = find(road("g65", "K124+500"));
  ASSERT_TRUE(found.found) << found.detail;
  EXPECT_LT(distance_between(found.found->points[0], metres_from_base(3'000, 4'500)), metres(40));
  EXPECT_EQ(closed_by(found), (Ways{50, 51}));
}

TEST_F(Lookup, PostsWithTheNumberAreFoundByTheNameOfTheRoadToo) {
  EXPECT_EQ(closed_by(find(road("包茂高速", "123"))), (Ways{50, 51}));
}

TEST_F(Lookup, AKilometreThatIsNotThereSaysWhichAre) {
  auto const beyond = find(road("G65", "130"));
  EXPECT_EQ(beyond.outcome, Outcome::NotThere);
  EXPECT_NE(beyond.detail.find("K120+000 to K126+000"), std::string::npos) << beyond.detail;
  auto const none = find(road("S12", "7"));
  EXPECT_EQ(none.outcome, Outcome::NotThere);
  EXPECT_NE(none.detail.find("no kilometre posts of S12"), std::string::npos) << none.detail;
  EXPECT_EQ(find(road("G65", "x")).outcome, Outcome::NotThere);
  EXPECT_EQ(find(road("G66", "121")).close_names, Names{"G65"});
}

TEST_F(Lookup, ARoadByNameOrNumber) {
  EXPECT_EQ(closed_by(find(road("翠河路"))), (Ways{10, 11, 12}));
  EXPECT_EQ(closed_by(find(road("x001"))), (Ways{10, 11, 12}));
  EXPECT_EQ(find(road("翠河道")).close_names, Names{"翠河路"});
}

TEST_F(Lookup, APieceOfARoadBetweenTwoPlaces) {
  RoadQuestion question = between("石桥", "乙村", "翠河路");
  EXPECT_EQ(find(question).outcome, Outcome::Ambiguous);
  question.near = metres_from_base(0, 3'000);
  EXPECT_EQ(closed_by(find(question)), Ways{12});
  EXPECT_EQ(edges_of(find(question)).size(), 1U);
  auto const far = find(between("甲村", "石桥", "东岭隧道"));
  EXPECT_NE(far.outcome, Outcome::Found);
}

TEST_F(Lookup, TheWayBetweenTwoVillages) {
  auto const found = find(between("甲村", "乙村"));
  ASSERT_TRUE(found.found) << found.detail;
  EXPECT_EQ(found.found->roads, Names{"翠河路"});
  EXPECT_EQ(closed_by(found), (Ways{10, 11, 12}));
  EXPECT_EQ(edges_of(found).size(), 3U);
  EXPECT_EQ(find(between("甲村", "甲村")).outcome, Outcome::NotThere);
  auto const ambiguous = find(between("甲村", "石桥"));
  EXPECT_EQ(ambiguous.outcome, Outcome::Ambiguous);
  ASSERT_EQ(ambiguous.candidates.size(), 2U);
  EXPECT_EQ(ambiguous.candidates[0].id, "n/303");
  auto const by_id = find(between("甲村", "n/303"));
  EXPECT_EQ(closed_by(by_id), (Ways{10, 11}));
  EXPECT_EQ(find(between("甲村", "丙村")).outcome, Outcome::Unknown);
  EXPECT_EQ(find(between("甲村", "n/304")).outcome, Outcome::NotThere);
}

TEST(LookupWithoutPosts, SaysSo) {
  SmallExtract osm;
  osm.node(1, metres_from_base(0, 0)).node(2, metres_from_base(0, 1'000));
  osm.way(1, {1, 2}, {{"highway", "trunk"}, {"ref", "G210"}});
  RoutedTown const town{osm};
  RoadQuestion question;
  question.road = "G210";
  question.km = "5";
  auto const lookup = find_road(*town.region, *town.metric(), *town.router, question);
  EXPECT_EQ(lookup.outcome, Outcome::NotThere);
  EXPECT_NE(lookup.detail.find("no kilometre posts at all"), std::string::npos) << lookup.detail;
}

}  // namespace
}  // namespace fenghuo::gis
