#include "gis/routing/route_words.h"

#include <gtest/gtest.h>

#include <set>

namespace fenghuo::gis {
namespace {

TEST(RouteWords, DistancesAreRoundedAsASpeakerWould) {
  auto const zh = [](std::int64_t cm) { return spoken(Distance{cm}).zh; };
  EXPECT_EQ(zh(0), "不到 10 米");
  EXPECT_EQ(zh(499), "不到 10 米");
  EXPECT_EQ(zh(500), "10 米");
  EXPECT_EQ(zh(12'499), "120 米");
  EXPECT_EQ(zh(12'500), "130 米");
  EXPECT_EQ(zh(99'499), "990 米");
  EXPECT_EQ(zh(99'500), "1 公里");
  EXPECT_EQ(zh(104'999), "1 公里");
  EXPECT_EQ(zh(105'000), "1.1 公里");
  EXPECT_EQ(zh(1'234'500), "12.3 公里");
  EXPECT_EQ(zh(9'994'999), "99.9 公里");
  EXPECT_EQ(zh(9'995'000), "100 公里");
  EXPECT_EQ(zh(12'349'000), "123 公里");
  EXPECT_EQ(spoken(Distance{0}).en, "less than 10 m");
  EXPECT_EQ(spoken(Distance{123'000}).en, "1.2 km");
}

TEST(RouteWords, RoadsHaveNamesNumbersOrAKind) {
  EXPECT_EQ(spoken(RoadNaming{"人民路", "", RoadClass::Primary, false}),
            (Words{"人民路", "人民路"}));
  EXPECT_EQ(spoken(RoadNaming{"包茂高速", "G65;G69", RoadClass::Motorway, false}),
            (Words{"包茂高速（G65/G69）", "包茂高速 (G65/G69)"}));
  EXPECT_EQ(spoken(RoadNaming{"", "X101", RoadClass::Tertiary, false}), (Words{"X101", "X101"}));
  EXPECT_EQ(spoken(RoadNaming{"", "", RoadClass::Unclassified, false}),
            (Words{"无名村道", "an unnamed minor road"}));
  EXPECT_EQ(spoken(RoadNaming{"", "", RoadClass::Track, false}),
            (Words{"无名机耕道", "an unnamed track"}));
  EXPECT_EQ(spoken(RoadNaming{"", "", RoadClass::Trunk, true}), (Words{"匝道", "the slip road"}));
  std::set<std::string> zh, en;
  for (std::size_t i = 0; i < kRoadClassCount; ++i) {
    auto const words = spoken(RoadNaming{"", "", static_cast<RoadClass>(i), false});
    zh.insert(words.zh);
    en.insert(words.en);
  }
  EXPECT_EQ(zh.size(), kRoadClassCount);
  EXPECT_EQ(en.size(), kRoadClassCount);
  EXPECT_EQ(zh.count(""), 0U);
}

TEST(RouteWords, TheWindsAreEight) {
  EXPECT_EQ(wind_of(0), 0U);
  EXPECT_EQ(wind_of(22), 0U);
  EXPECT_EQ(wind_of(23), 1U);
  EXPECT_EQ(wind_of(67), 1U);
  EXPECT_EQ(wind_of(68), 2U);
  EXPECT_EQ(wind_of(225), 5U);
  EXPECT_EQ(wind_of(337), 7U);
  EXPECT_EQ(wind_of(338), 0U);
}

TEST(RouteWords, LimitsHaveAsManyDecimalsAsTheyNeed) {
  EXPECT_EQ(decimal_of_hundredths(1000), "10");
  EXPECT_EQ(decimal_of_hundredths(750), "7.5");
  EXPECT_EQ(decimal_of_hundredths(255), "2.55");
  EXPECT_EQ(decimal_of_hundredths(205), "2.05");
}

RouteStep step(Manoeuvre manoeuvre, Direction direction = Direction::Straight) {
  RouteStep out;
  out.manoeuvre = manoeuvre;
  out.direction = direction;
  out.road = {"翠河路", "", RoadClass::Tertiary, false};
  out.distance = metres(1200);
  out.bearing_after = 45;
  return out;
}
std::string zh(RouteStep const& step) { return words_for(step, Profile::Light).zh; }
std::string en(RouteStep const& step) { return words_for(step, Profile::Light).en; }

TEST(RouteWords, EveryManoeuvreHasItsSentence) {
  EXPECT_EQ(zh(step(Manoeuvre::Depart)), "从翠河路出发，向东北行驶 1.2 公里");
  EXPECT_EQ(en(step(Manoeuvre::Depart)), "Set off on 翠河路, north-east for 1.2 km");
  EXPECT_EQ(zh(step(Manoeuvre::Continue)), "直行进入翠河路，行驶 1.2 公里");
  EXPECT_EQ(zh(step(Manoeuvre::NewName)), "继续前行，进入翠河路，行驶 1.2 公里");
  EXPECT_EQ(zh(step(Manoeuvre::Turn, Direction::Left)), "左转进入翠河路，行驶 1.2 公里");
  EXPECT_EQ(zh(step(Manoeuvre::Turn, Direction::SharpRight)), "向右急转进入翠河路，行驶 1.2 公里");
  EXPECT_EQ(zh(step(Manoeuvre::Turn, Direction::SlightLeft)), "向左前方进入翠河路，行驶 1.2 公里");
  EXPECT_EQ(zh(step(Manoeuvre::UTurn, Direction::Back)), "掉头，沿翠河路行驶 1.2 公里");
  EXPECT_EQ(en(step(Manoeuvre::UTurn, Direction::Back)), "Turn back and follow 翠河路 for 1.2 km");
  EXPECT_EQ(zh(step(Manoeuvre::LeaveRoundabout)), "驶出环岛，进入翠河路，行驶 1.2 公里");
  EXPECT_EQ(zh(step(Manoeuvre::Merge)), "汇入翠河路，行驶 1.2 公里");
  EXPECT_EQ(zh(step(Manoeuvre::Fork, Direction::Straight)),
            "在岔口走中间，进入翠河路，行驶 1.2 公里");
  EXPECT_EQ(zh(step(Manoeuvre::Gate)), "过大门，继续行驶 1.2 公里");
  EXPECT_EQ(en(step(Manoeuvre::Ford)), "Go through the ford and drive on for 1.2 km");
  EXPECT_EQ(zh(step(Manoeuvre::Bridge)), "过桥，继续行驶 1.2 公里");
  EXPECT_EQ(en(step(Manoeuvre::Tunnel)), "Go through the tunnel and drive on for 1.2 km");
  EXPECT_EQ(zh(step(Manoeuvre::Arrive, Direction::Left)), "到达目的地，在道路左侧");
  EXPECT_EQ(en(step(Manoeuvre::Arrive, Direction::Right)),
            "Arrive at the destination, on the right");
}

TEST(RouteWords, AKeptRoadIsKept) {
  auto turn = step(Manoeuvre::Turn, Direction::Right);
  turn.keeps_road = true;
  EXPECT_EQ(zh(turn), "右转，继续沿翠河路行驶 1.2 公里");
  EXPECT_EQ(en(turn), "Turn right to stay on 翠河路 and follow it for 1.2 km");
  turn.road.name.clear();  // a nameless road cannot be kept to by its name
  EXPECT_EQ(zh(turn), "右转进入无名县乡道路，行驶 1.2 公里");
}

TEST(RouteWords, RoundaboutsSlipRoadsAndStops) {
  auto ring = step(Manoeuvre::Roundabout);
  EXPECT_EQ(zh(ring), "进入环岛，行驶 1.2 公里");
  ring.exit = 2;
  EXPECT_EQ(zh(ring), "进入环岛，走第二个出口，进入翠河路，行驶 1.2 公里");
  ring.exit = 12;
  EXPECT_EQ(zh(ring), "进入环岛，走第 12 个出口，进入翠河路，行驶 1.2 公里");
  EXPECT_EQ(en(ring), "At the roundabout take the 12th exit onto 翠河路 and follow it for 1.2 km");
  auto slip = step(Manoeuvre::SlipRoad, Direction::SlightRight);
  slip.road = {"", "", RoadClass::Motorway, true};
  EXPECT_EQ(zh(slip), "靠右驶入匝道，行驶 1.2 公里");
  slip.towards = {"包茂高速", "G65", RoadClass::Motorway, false};
  EXPECT_EQ(zh(slip), "靠右驶入匝道，往包茂高速（G65）方向，行驶 1.2 公里");
  slip.manoeuvre = Manoeuvre::Turn;
  slip.direction = Direction::Left;
  EXPECT_EQ(en(slip),
            "Turn left onto the slip road towards 包茂高速 (G65) and follow it for 1.2 km");
  auto via = step(Manoeuvre::Via, Direction::Left);
  via.via = 1;
  EXPECT_EQ(zh(via), "到达途经点1，在道路左侧");
  EXPECT_EQ(en(via), "Arrive at stop 1, on the left");
  via = step(Manoeuvre::Depart);
  via.via = 1;
  EXPECT_EQ(zh(via), "从途经点1出发，沿翠河路向东北行驶 1.2 公里");
  EXPECT_EQ(spoken_part(0, 1), (Words{"从出发地到目的地", "from the start to the destination"}));
  EXPECT_EQ(spoken_part(1, 3), (Words{"从途经点1到途经点2", "from stop 1 to stop 2"}));
}

TEST(RouteWords, RemarksFollowTheInstruction) {
  auto bridge = step(Manoeuvre::Bridge);
  bridge.remarks = {{RemarkKind::Bridge, metres(200), 0, "翠河大桥"},
                    {RemarkKind::Bridge, metres(80), 0, "石桥"},
                    {RemarkKind::Unpaved, metres(400), 0, ""},
                    {RemarkKind::Narrow, metres(300), 280, ""},
                    {RemarkKind::WeightLimit, metres(80), 7'500, ""}};
  EXPECT_EQ(
      zh(bridge),
      "过翠河大桥，继续行驶 1.2 公里；过石桥；其中 400 米路面未铺装；最窄处 2.8 米；限重 7.5 吨");
  EXPECT_EQ(en(bridge),
            "Cross 翠河大桥 and drive on for 1.2 km; over 石桥; unpaved for 400 m; as "
            "narrow as 2.8 m; weight limit 7.5 t");
  auto stairs = step(Manoeuvre::Turn, Direction::Left);
  stairs.remarks = {{RemarkKind::Steps, metres(1200), 0, ""}};
  EXPECT_EQ(words_for(stairs, Profile::Foot).zh, "左转进入翠河路，步行 1.2 公里；全程台阶");
}

}  // namespace
}  // namespace fenghuo::gis
