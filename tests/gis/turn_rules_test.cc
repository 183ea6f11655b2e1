#include "gis/routing/turn_rules.h"

#include <gtest/gtest.h>

/// Written from what a driver needs to hear, junction by junction.
namespace fenghuo::gis {
namespace {

using M = Manoeuvre;
using D = Direction;

RoadNaming road(std::string name, RoadClass road_class = RoadClass::Residential,
                bool is_link = false) {
  return {std::move(name), "", road_class, is_link};
}
RoadNaming const kMain = road("人民路", RoadClass::Secondary);
RoadNaming const kOther = road("青年路", RoadClass::Secondary);
RoadNaming const kStreet = road("西街");
RoadNaming const kYard = road("", RoadClass::Service);
RoadNaming const kNameless = road("", RoadClass::Unclassified);
RoadNaming const kSlip = road("", RoadClass::Trunk, true);
RoadNaming const kTrunk = {"沪昆线", "G320", RoadClass::Trunk, false};

struct Case {
  char const* what;
  Crossroads junction;
  std::optional<TurnSaid> said;
};

Crossroads at(int turn, RoadNaming from, RoadNaming to, std::vector<OtherRoad> others = {}) {
  Crossroads out;
  out.turn = turn;
  out.from = std::move(from);
  out.to = std::move(to);
  out.others = std::move(others);
  return out;
}
Crossroads oneway(Crossroads junction) {
  junction.to_is_oneway = true;
  return junction;
}
Crossroads back(Crossroads junction) {
  junction.goes_back = true;
  return junction;
}
Crossroads long_one(Crossroads junction) {
  junction.is_long_enough = true;
  return junction;
}

TEST(TurnRules, ATableOfJunctions) {
  std::vector<Case> const cases{
      {"a bend without a turning", at(95, kMain, kMain), {}},
      {"a hairpin without a turning", at(170, kNameless, kNameless), {}},
      {"a crossing straight over", at(3, kMain, kMain, {{90, kStreet}, {-90, kStreet}}), {}},
      {"the same, all of one rank", at(3, kMain, kMain, {{90, kOther}, {-90, kOther}}), {}},
      {"the road bends past a yard", at(80, kStreet, kStreet, {{0, kYard}}), {}},
      {"the road bends, a street goes straight on", at(80, kStreet, kStreet, {{0, road("东街")}}),
       TurnSaid{M::Turn, D::Right}},
      {"a T where the name goes right", at(90, kMain, kMain, {{-90, kOther}}),
       TurnSaid{M::Turn, D::Right}},
      {"a T without names", at(-90, kNameless, kNameless, {{90, kNameless}}),
       TurnSaid{M::Turn, D::Left}},
      {"into a side street", at(88, kMain, kStreet, {{0, kMain}}), TurnSaid{M::Turn, D::Right}},
      {"into it at a slant", at(35, kMain, kStreet, {{0, kMain}}),
       TurnSaid{M::Turn, D::SlightRight}},
      {"sharply back into it", at(-140, kMain, kStreet, {{0, kMain}}),
       TurnSaid{M::Turn, D::SharpLeft}},
      {"out of a yard onto a street", at(90, kYard, kStreet, {{-90, kStreet}}),
       TurnSaid{M::Turn, D::Right}},
      {"a fork of equals", at(-20, kNameless, kNameless, {{22, kNameless}}),
       TurnSaid{M::Fork, D::Left}},
      {"three branches, the middle",
       at(0, kNameless, kNameless, {{22, kNameless}, {-25, kNameless}}),
       TurnSaid{M::Fork, D::Straight}},
      {"straight on, an equal turns off at a slant", at(0, kMain, kMain, {{35, kOther}}), {}},
      {"the same, hardly off", at(0, kMain, kMain, {{25, kOther}}), TurnSaid{M::Fork, D::Left}},
      {"the main road at a fork with a lesser", at(-20, kMain, kMain, {{22, kStreet}}), {}},
      {"where the other branch may not be driven", at(-12, kMain, kMain, {{12, kMain, true}}), {}},
      {"a T whose other arm may not be driven, off the road",
       at(90, kStreet, kMain, {{-90, kMain, true}}), TurnSaid{M::Turn, D::Right}},
      {"straight on, off the named road that bends away", at(5, kMain, kStreet, {{70, kMain}}),
       TurnSaid{M::Continue, D::Straight}},
      {"a new name, short", at(5, kMain, kOther, {{90, kStreet}}), {}},
      {"a new name, long", long_one(at(5, kMain, kOther, {{90, kStreet}})),
       TurnSaid{M::NewName, D::Straight}},
      {"a new name without a turning", long_one(at(60, kMain, kOther)),
       TurnSaid{M::NewName, D::Straight}},
      {"the name ends", long_one(at(5, kMain, kNameless)), {}},
      {"back", back(at(180, kMain, kMain)), TurnSaid{M::UTurn, D::Back}},
      {"off by a slip road", oneway(at(12, kTrunk, kSlip, {{0, kTrunk}})),
       TurnSaid{M::SlipRoad, D::SlightRight}},
      {"off to the left", oneway(at(-12, kTrunk, kSlip, {{0, kTrunk}})),
       TurnSaid{M::SlipRoad, D::SlightLeft}},
      {"right-angled onto a slip road", oneway(at(85, kMain, kSlip, {{0, kMain}})),
       TurnSaid{M::SlipRoad, D::Right}},
      {"past a slip road", oneway(at(0, kTrunk, kTrunk, {{12, kSlip}})), {}},
      {"from a slip road into the traffic", oneway(at(-10, kSlip, kTrunk)),
       TurnSaid{M::Merge, D::Straight}},
      {"from a slip road to a crossing", at(-90, kSlip, kMain, {{90, kMain}}),
       TurnSaid{M::Turn, D::Left}},
      {"onto a ferry", at(0, kNameless, road("", RoadClass::Ferry)),
       TurnSaid{M::Ferry, D::Straight}},
      {"off a ferry", at(90, road("", RoadClass::Ferry), kNameless),
       TurnSaid{M::LeaveFerry, D::Right}},
      {"past a landing place", at(0, kNameless, kNameless, {{5, road("", RoadClass::Ferry)}}), {}},
  };
  for (Case const& c : cases) {
    EXPECT_EQ(turn_said(c.junction), c.said) << c.what;
  }
}

TEST(TurnRules, NumbersCountAsNames) {
  RoadNaming const town{"环城路", "G320", RoadClass::Trunk, false};
  EXPECT_EQ(turn_said(long_one(at(0, kTrunk, town, {{90, kOther}}))), std::nullopt);
}

TEST(TurnRules, DirectionsHaveEdges) {
  EXPECT_EQ(direction_of(19), D::Straight);
  EXPECT_EQ(direction_of(-19), D::Straight);
  EXPECT_EQ(direction_of(20), D::SlightRight);
  EXPECT_EQ(direction_of(-49), D::SlightLeft);
  EXPECT_EQ(direction_of(50), D::Right);
  EXPECT_EQ(direction_of(-124), D::Left);
  EXPECT_EQ(direction_of(125), D::SharpRight);
  EXPECT_EQ(direction_of(-179), D::SharpLeft);
}

}  // namespace
}  // namespace fenghuo::gis
