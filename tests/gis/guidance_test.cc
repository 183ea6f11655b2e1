#include "gis/routing/guidance.h"

#include <gtest/gtest.h>

#include "tests/gis/told_town.h"

/// Small towns and every sentence that is said in them.
namespace fenghuo::gis {
namespace {

using testing::Sentences;
using testing::Spot;
using testing::street;
using testing::Tags;
using testing::ToldTown;
using testing::TownPlan;
using testing::with;

Tags const kMain{{"highway", "secondary"}, {"name", "人民路"}};
Tags const kNameless{{"highway", "unclassified"}};

/// 人民路 from west to east, 西街 across it.
TownPlan crossing() {
  TownPlan plan;
  plan.road({{0, 0}, {0, 500}, {0, 1000}}, kMain);
  plan.road({{300, 500}, {0, 500}, {-300, 500}}, street("西街"));
  return plan;
}

TEST(Guidance, SaysTurnsAndNothingWhereTheRoadGoesOn) {
  ToldTown const town{crossing()};
  EXPECT_EQ(town.zh({0, 0}, {0, 1000}), (Sentences{"从人民路出发，向东行驶 1 公里", "到达目的地"}));
  EXPECT_EQ(town.zh({0, 0}, {300, 500}), (Sentences{"从人民路出发，向东行驶 500 米",
                                                    "左转进入西街，行驶 300 米", "到达目的地"}));
  EXPECT_EQ(town.zh({300, 500}, {0, 0}), (Sentences{"从西街出发，向南行驶 300 米",
                                                    "右转进入人民路，行驶 500 米", "到达目的地"}));
  EXPECT_EQ(town.zh({300, 500}, {-300, 500}),
            (Sentences{"从西街出发，向南行驶 600 米", "到达目的地"}));
  EXPECT_EQ(town.en({0, 0}, {300, 500}), (Sentences{"Set off on 人民路, east for 500 m",
                                                    "Turn left onto 西街 and follow it for 300 m",
                                                    "Arrive at the destination"}));
  EXPECT_EQ(
      town.zh({0, 0}, {300, 500}, Profile::Foot),
      (Sentences{"从人民路出发，向东步行 500 米", "左转进入西街，步行 300 米", "到达目的地"}));
}

TEST(Guidance, StepsHaveFigures) {
  ToldTown const town{crossing()};
  auto const steps = town.steps({0, 0}, {300, 500});
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].manoeuvre, Manoeuvre::Depart);
  EXPECT_EQ(steps[0].bearing_after, 90);
  EXPECT_EQ(steps[1].manoeuvre, Manoeuvre::Turn);
  EXPECT_EQ(steps[1].direction, Direction::Left);
  EXPECT_EQ(steps[1].place, testing::metres_from_base(0, 500));
  EXPECT_EQ(steps[1].bearing_before, 90);
  EXPECT_EQ(steps[1].bearing_after, 0);
  EXPECT_EQ(steps[1].road.name, "西街");
  EXPECT_NEAR(static_cast<double>(steps[1].distance.cm), 30000, 30);
  EXPECT_NEAR(static_cast<double>(steps[1].duration.us) / 1e6, 36, 0.1);
  EXPECT_EQ(steps[1].speed_assumed, steps[1].distance);
  EXPECT_EQ(steps[2].manoeuvre, Manoeuvre::Arrive);
  EXPECT_EQ(steps[2].distance, Distance{0});
}

TEST(Guidance, SaysOnWhichSideTheDestinationLies) {
  ToldTown const town{crossing()};
  EXPECT_EQ(town.zh({0, 0}, {200, 520}).back(), "到达目的地，在道路右侧");
  EXPECT_EQ(town.zh({0, 0}, {200, 480}).back(), "到达目的地，在道路左侧");
  EXPECT_EQ(town.zh({0, 0}, {200, 504}).back(), "到达目的地");
  EXPECT_EQ(town.zh({0, 0}, {200, 440}).back(), "到达目的地附近的路边，目的地在道路左侧 60 米处");
  EXPECT_EQ(town.en({0, 0}, {200, 440}).back(),
            "Arrive at the roadside near the destination, which lies 60 m off, on the left");
  EXPECT_EQ(town.zh({0, 0}, {360, 500}).back(), "到达目的地附近的路边，目的地离道路 60 米");
  EXPECT_EQ(town.zh({-60, 0}, {0, 1000}).front(),
            "从人民路出发，向东行驶 1 公里；出发地离道路 60 米");
  auto const steps = town.steps({-60, 100}, {200, 440});
  EXPECT_NEAR(static_cast<double>(steps.back().duration.us) / 1e6, 30 * 3.6 / 5, 0.5);
}

TEST(Guidance, ARoadThatBendsIsOneRoad) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kNameless);
  plan.road({{0, 400}, {300, 400}, {300, 800}}, kNameless);
  plan.road({{0, 400}, {10, 440}}, {{"highway", "footway"}});  // no choice for a driver
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {300, 800}),
            (Sentences{"从无名村道出发，向东行驶 1.1 公里", "到达目的地"}));
}

TEST(Guidance, ATurningThatIsClosedIsATurningAllTheSame) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kNameless);
  plan.road({{0, 400}, {300, 400}}, kNameless);
  plan.road({{0, 400}, {-300, 400}}, kNameless);
  ToldTown const town{plan};
  ClosureShape const flood{
      "K", {testing::metres_from_base(-20, 400)}, false, {true, true, true, true}};
  auto const steps = town.steps({0, 0}, {300, 400}, Profile::Light, {flood});
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(words_for(steps[1], Profile::Light).zh, "左转进入无名村道，行驶 300 米");
}

TEST(Guidance, AWeakBridgeDoesNotLookLikeTheEndOfTheRoad) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kNameless);
  plan.road({{0, 400}, {300, 400}}, kNameless);
  plan.road({{0, 400}, {-300, 400}}, with(kNameless, "maxweight", "5"));
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {300, 400}, Profile::Heavy)[1], "左转进入无名村道，行驶 300 米");
}

TEST(Guidance, ANewNameIsSaidWhereItLasts) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kMain);
  plan.road({{0, 400}, {0, 700}}, street("短街"));
  plan.road({{0, 700}, {0, 1000}}, kMain);
  plan.road({{0, 1000}, {0, 1800}}, street("青年路"));
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {0, 1800}),
            (Sentences{"从人民路出发，向东行驶 1 公里", "继续前行，进入青年路，行驶 800 米",
                       "到达目的地"}));
}

TEST(Guidance, ANameThatReturnsIsNotSaidAgain) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kMain);
  plan.road({{0, 400}, {0, 700}}, street("短街"));
  plan.road({{0, 700}, {0, 1600}}, kMain);
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {0, 1600}),
            (Sentences{"从人民路出发，向东行驶 1.6 公里", "到达目的地"}));
}

TEST(Guidance, AStubBetweenTwoRoadsIsPartOfTheSecond) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}, {0, 800}}, kMain);
  plan.road({{0, 400}, {30, 400}}, {{"highway", "residential"}});
  plan.road({{30, 400}, {700, 400}}, street("青年路"));
  plan.road({{30, 400}, {30, 700}}, street("横街"));
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {700, 400}), (Sentences{"从人民路出发，向东行驶 400 米",
                                                    "左转进入青年路，行驶 700 米", "到达目的地"}));
}

TEST(Guidance, NobodyIsToldOfTheFirstMetres) {
  ToldTown const town{crossing()};
  EXPECT_EQ(town.zh({0, 490}, {300, 500}),
            (Sentences{"从西街出发，向北行驶 310 米", "到达目的地"}));
}

TEST(Guidance, AtAForkOneKeepsToASide) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kNameless);
  plan.road({{0, 400}, {150, 700}}, kNameless);
  plan.road({{0, 400}, {-150, 700}}, kNameless);
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {150, 700})[1], "在岔口靠左，进入无名村道，行驶 340 米");
  EXPECT_EQ(town.en({0, 0}, {-150, 700})[1],
            "Keep right at the fork onto an unnamed minor road and follow it for 340 m");
}

/// A roundabout of 20 m, driven against the clock; the western road only leads in.
TownPlan roundabout() {
  TownPlan plan;
  plan.road(
      {{-20, 0}, {-14, 14}, {0, 20}, {14, 14}, {20, 0}, {14, -14}, {0, -20}, {-14, -14}, {-20, 0}},
      {{"highway", "tertiary"}, {"junction", "roundabout"}});
  plan.road({{-320, 0}, {-20, 0}}, street("南路"));
  plan.road({{0, 20}, {0, 320}}, street("东路"));
  plan.road({{20, 0}, {320, 0}}, street("北路"));
  plan.road({{0, -320}, {0, -20}}, with(street("西路"), "oneway", "yes"));
  return plan;
}

TEST(Guidance, CountsTheExitsOfARoundabout) {
  ToldTown const town{roundabout()};
  EXPECT_EQ(town.zh({-320, 0}, {320, 0}),
            (Sentences{"从南路出发，向北行驶 300 米",
                       "进入环岛，走第二个出口，进入北路，行驶 360 米", "到达目的地"}));
  EXPECT_EQ(town.zh({-320, 0}, {0, 320})[1], "进入环岛，走第一个出口，进入东路，行驶 330 米");
  EXPECT_EQ(town.en({-320, 0}, {0, 320})[1],
            "At the roundabout take the first exit onto 东路 and follow it for 330 m");
  EXPECT_EQ(town.zh({0, 320}, {0, 21})[0], "从东路出发，向西行驶 300 米");
  // Round and back: 北路 is the first, then the western road that only leads in, 南路 the second.
  EXPECT_EQ(town.zh({0, 320}, {-320, 0})[1], "进入环岛，走第二个出口，进入南路，行驶 390 米");
  EXPECT_EQ(town.zh({0, -320}, {20, 0}).back(), "到达目的地");
  auto const out = town.steps({14, 14}, {320, 0});
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(words_for(out[1], Profile::Light).zh, "驶出环岛，进入北路，行驶 300 米");
}

// The mouth of the road is drawn as two carriageways, the first metres of the wrong one without a one-way rule.
TEST(Guidance, TheMouthOfARoadIsNoFork) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kMain);
  plan.road({{0, 400}, {-8, 430}, {-8, 700}}, with(kMain, "oneway", "yes"));
  plan.road({{0, 400}, {2, 406}}, kMain);
  plan.road({{8, 700}, {8, 430}, {2, 406}}, with(kMain, "oneway", "yes"));
  plan.road({{2, 406}, {4, 410}}, {{"highway", "footway"}});
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {-8, 700}), (Sentences{"从人民路出发，向东行驶 700 米", "到达目的地"}));
}

TEST(Guidance, AForkIntoTheLaneOfATurnIsPartOfTheTurn) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kMain);
  plan.road({{0, 400}, {12, 430}}, kMain);
  plan.road({{0, 400}, {-12, 430}}, kMain);
  plan.road({{-300, 430}, {-12, 430}, {12, 430}, {300, 430}}, street("横街"));
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {300, 430}), (Sentences{"从人民路出发，向东行驶 430 米",
                                                    "左转进入横街，行驶 290 米", "到达目的地"}));
}

TEST(Guidance, OnFootARoundaboutIsAnyRoad) {
  ToldTown const town{roundabout()};
  for (auto const& step : town.steps({-320, 0}, {320, 0}, Profile::Foot)) {
    EXPECT_NE(step.manoeuvre, Manoeuvre::Roundabout);
  }
}

/// 大道: two carriageways 12 m apart; 青年路 across both, and a gap through which one may turn back.
TownPlan two_carriageways() {
  Tags const avenue{{"highway", "primary"}, {"name", "大道"}, {"oneway", "yes"}};
  TownPlan plan;
  plan.road({{0, 0}, {0, 500}, {0, 900}, {0, 1400}}, avenue);
  plan.road({{12, 1400}, {12, 900}, {12, 500}, {12, 0}}, avenue);
  plan.road({{-300, 500}, {0, 500}, {12, 500}, {300, 500}}, street("青年路"));
  plan.road({{0, 900}, {12, 900}}, with(street(""), "highway", "primary_link"));
  return plan;
}

TEST(Guidance, CarriagewaysAreOneJunction) {
  ToldTown const town{two_carriageways()};
  EXPECT_EQ(town.zh({-300, 500}, {300, 500}),
            (Sentences{"从青年路出发，向北行驶 600 米", "到达目的地"}));
  EXPECT_EQ(
      town.zh({-300, 500}, {12, 100}),
      (Sentences{"从青年路出发，向北行驶 300 米", "左转进入大道，行驶 410 米", "到达目的地"}));
  EXPECT_EQ(town.zh({0, 800}, {12, 800}),
            (Sentences{"从大道出发，向东行驶 100 米", "掉头，沿大道行驶 110 米", "到达目的地"}));
  EXPECT_EQ(town.zh({0, 600}, {12, 600}),
            (Sentences{"从大道出发，向西行驶 100 米；全程逆行，注意对向来车",
                       "掉头，沿大道行驶 110 米；其中 100 米逆行，注意对向来车", "到达目的地"}));
}

TEST(Guidance, ATurningLaneIsPartOfItsJunction) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 460}, {0, 500}, {0, 900}}, {{"highway", "primary"}, {"name", "大道"}});
  plan.road({{300, 500}, {0, 500}, {-40, 500}, {-400, 500}},
            {{"highway", "primary"}, {"name", "南大街"}});
  plan.road({{0, 460}, {-10, 490}, {-40, 500}},
            {{"highway", "primary_link"}, {"oneway", "yes"}, {"maxspeed", "80"}});
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {-400, 500}), (Sentences{"从大道出发，向东行驶 460 米",
                                                     "右转进入南大街，行驶 420 米", "到达目的地"}));
}

TEST(Guidance, SlipRoadsLeadOffAndOn) {
  Tags const motorway{{"highway", "motorway"}, {"name", "包茂高速"}, {"ref", "G65"}};
  Tags const slip{{"highway", "motorway_link"}, {"oneway", "yes"}};
  TownPlan plan;
  plan.road({{0, 0}, {0, 1000}, {0, 2000}, {0, 3000}, {0, 4000}}, motorway);
  plan.road({{0, 1000}, {-40, 1200}, {-100, 1300}}, slip);
  plan.road({{-100, 1300}, {-40, 1700}, {0, 2000}}, slip);
  plan.road({{-400, 1300}, {-100, 1300}, {300, 1300}}, {{"highway", "secondary"}, {"ref", "S306"}});
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {-400, 1300}), (Sentences{"从包茂高速（G65）出发，向东行驶 1 公里",
                                                      "靠右驶入匝道，往S306方向，行驶 320 米",
                                                      "右转进入S306，行驶 300 米", "到达目的地"}));
  EXPECT_EQ(
      town.zh({-400, 1300}, {0, 4000}),
      (Sentences{"从S306出发，向北行驶 300 米", "右转驶入匝道，往包茂高速（G65）方向，行驶 710 米",
                 "汇入包茂高速（G65），行驶 2 公里", "到达目的地"}));
  EXPECT_EQ(town.en({-400, 1300}, {0, 4000})[2],
            "Merge onto 包茂高速 (G65) and follow it for 2 km");
}

TEST(Guidance, WhatLiesOnTheWayIsAStepOrARemark) {
  TownPlan plan;
  plan.thing({0, 300}, {{"barrier", "gate"}}).thing({0, 600}, {{"ford", "yes"}});
  plan.road({{0, 0}, {0, 300}, {0, 600}, {0, 900}}, {{"highway", "track"}});
  plan.road({{0, 900}, {0, 1000}}, {{"highway", "track"}, {"bridge", "yes"}, {"name", "翠河大桥"}});
  plan.road({{0, 1000}, {0, 1400}}, {{"highway", "track"}});
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {0, 1400}, Profile::Offroad),
            (Sentences{"从无名机耕道出发，向东行驶 300 米；全程路面未铺装",
                       "过大门，继续行驶 300 米；全程路面未铺装",
                       "涉水过河，继续行驶 300 米；全程路面未铺装",
                       "过翠河大桥，继续行驶 500 米；全程路面未铺装", "到达目的地"}));
  EXPECT_EQ(town.zh({0, 250}, {0, 1400}, Profile::Offroad).front(),
            "从无名机耕道出发，向东行驶 350 米；途中过大门；全程路面未铺装");
  EXPECT_EQ(town.en({0, 550}, {0, 1400}, Profile::Offroad).front(),
            "Set off on an unnamed track, east for 350 m; through a ford; unpaved all the way");
}

TEST(Guidance, LimitsAreSaidToWhomTheyMatter) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, with(kMain, "maxheight", "4.2"));
  plan.road({{0, 400}, {0, 460}}, with(with(kMain, "maxweight", "20"), "bridge", "yes"));
  plan.road({{0, 460}, {0, 900}}, with(kMain, "width", "3"));
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {0, 900}, Profile::Heavy),
            (Sentences{"从人民路出发，向东行驶 400 米；限高 4.2 米",
                       "过桥，继续行驶 500 米；最窄处 3 米；限重 20 吨", "到达目的地"}));
  EXPECT_EQ(town.zh({0, 0}, {0, 900}), (Sentences{"从人民路出发，向东行驶 900 米", "到达目的地"}));
  auto const steps = town.steps({0, 0}, {0, 900}, Profile::Heavy);
  EXPECT_EQ(steps[1].load_assumed.cm, steps[1].distance.cm - 6000);
}

TEST(Guidance, AgainstTheOneWayRuleIsSaid) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, street("顺街"));
  plan.road({{0, 800}, {0, 400}}, with(street("顺街"), "oneway", "yes"));
  plan.road({{0, 800}, {0, 1200}}, street("顺街"));
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {0, 1200}),
            (Sentences{"从顺街出发，向东行驶 400 米",
                       "前方逆行 400 米，注意对向来车，继续行驶 800 米", "到达目的地"}));
  EXPECT_EQ(town.zh({0, 1200}, {0, 0}), (Sentences{"从顺街出发，向西行驶 1.2 公里", "到达目的地"}));
  EXPECT_EQ(town.zh({0, 0}, {0, 1200}, Profile::Foot),
            (Sentences{"从顺街出发，向东步行 1.2 公里", "到达目的地"}));
}

TEST(Guidance, FerriesAreBoardedAndLeft) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kMain);
  plan.road({{0, 400}, {0, 900}},
            {{"route", "ferry"}, {"motor_vehicle", "yes"}, {"name", "青河渡口"}});
  plan.road({{0, 900}, {0, 1200}}, street("渡口街"));
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {0, 1200}),
            (Sentences{"从人民路出发，向东行驶 400 米", "乘渡船（青河渡口），航程 500 米",
                       "下渡船，沿渡口街行驶 300 米", "到达目的地"}));
}

TEST(Guidance, TunnelsOfTheirOwnNameAreLandmarks) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}}, kMain);
  plan.road({{0, 400}, {0, 1000}},
            {{"highway", "secondary"}, {"name", "牛头山隧道"}, {"tunnel", "yes"}});
  plan.road({{0, 1000}, {0, 1400}}, kMain);
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {0, 1400})[1], "穿过牛头山隧道，继续行驶 1 公里");
  EXPECT_EQ(town.zh({0, 500}, {0, 1400}),
            (Sentences{"从牛头山隧道出发，向东行驶 900 米", "到达目的地"}));
}

TEST(Guidance, ARoadDrawnTwiceIsOneRoad) {
  TownPlan plan;
  plan.road({{0, 0}, {0, 400}, {0, 500}, {0, 900}}, kMain);
  plan.road({{0, 400}, {0, 500}}, kMain);
  ToldTown const town{plan};
  EXPECT_EQ(town.zh({0, 0}, {0, 900}), (Sentences{"从人民路出发，向东行驶 900 米", "到达目的地"}));
}

TEST(Guidance, FromAPlaceToItselfOneHasArrived) {
  ToldTown const town{crossing()};
  EXPECT_EQ(town.zh({0, 100}, {0, 100}), (Sentences{"到达目的地"}));
}

}  // namespace
}  // namespace fenghuo::gis
