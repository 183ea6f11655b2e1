#include "center/cut_off.h"

#include <gtest/gtest.h>

#include "tests/gis/small_extract.h"

namespace fenghuo::center {
namespace {

using gis::testing::metres_from_base;
using gis::testing::ScratchFolder;
using gis::testing::SmallExtract;
using Names = std::vector<std::string>;

/// 县城 — 桥头 — 山上 along one road of 2 km pieces; 环村 has two roads; 孤村 none; 远村 lies 40 km off beyond 山上.
SmallExtract valley() {
  SmallExtract osm;
  auto const road = [&](std::int64_t id, std::vector<std::int64_t> nodes) {
    osm.way(id, std::move(nodes), {{"highway", "secondary"}});
  };
  auto const node = [&](std::int64_t id, double north, double east, gis::testing::Tags tags = {}) {
    osm.node(id, metres_from_base(north, east), std::move(tags));
  };
  node(1, 0, 0, {{"place", "town"}, {"name", "县城"}, {"population", "40000"}});
  node(2, 0, 2'000, {{"place", "village"}, {"name", "桥头"}});
  node(3, 0, 4'000, {{"place", "village"}, {"name", "山上"}, {"population", "90000"}});
  node(4, -3'000, 1'000, {{"place", "village"}, {"name", "环村"}});
  node(5, 9'000, 0, {{"place", "hamlet"}, {"name", "孤村"}});
  node(6, 0, 44'000, {{"place", "hamlet"}, {"name", "远村"}});
  road(1, {1, 2});
  road(2, {2, 3});
  road(3, {3, 6});
  road(4, {1, 4});
  road(5, {4, 2});
  return osm;
}

class CutOffTest : public testing::Test {
 protected:
  ClosureId close(double east, domain::ClosureFacts facts = {}, double north = 0) {
    ClosureId const id{2026, state_.closures.size() + 1};
    facts.geometry.points = {metres_from_base(north, east)};
    domain::apply(state_, {1, {}},
                  domain::RoadClosed{id, domain::ClosureStatus::Active, facts, {}});
    return id;
  }
  std::optional<Names> cut_off(ClosureId id) const {
    auto const found = cut_off_by(*roads_, state_, id);
    if (!found) {
      return std::nullopt;
    }
    EXPECT_EQ(found->from->name, "县城");
    Names names;
    for (auto const* place : found->places) {
      names.push_back(place->name);
    }
    return names;
  }

  ScratchFolder folder_;
  std::unique_ptr<Roads> roads_ = region_roads(valley().region(folder_), {});
  domain::State state_;
};

TEST_F(CutOffTest, WhatLiesBehindItAndNearEnough) {
  EXPECT_EQ(cut_off(close(3'000)), Names{"山上"});
}

TEST_F(CutOffTest, NobodyWhereAnotherRoadIsLeft) { EXPECT_EQ(cut_off(close(1'000)), Names{}); }

TEST_F(CutOffTest, EachClosureOnlyWhatItAddsToTheOthers) {
  ClosureId const one = close(1'000);
  ClosureId const two = close(500, {}, -1'500);
  EXPECT_EQ(cut_off(two), (Names{"桥头", "山上", "环村"}));
  EXPECT_EQ(cut_off(one), (Names{"桥头", "山上", "环村"}));  // either opens the way again
  ClosureId const three = close(3'000);
  EXPECT_EQ(cut_off(three), Names{});  // cut off before
}

TEST_F(CutOffTest, NothingIsSaidOfWhatDoesNotCloseRoadsToLightVehicles) {
  domain::ClosureFacts slow;
  slow.speed_permille = 100;
  EXPECT_EQ(cut_off(close(3'000, slow)), std::nullopt);
  domain::ClosureFacts heavy;
  heavy.profiles = {domain::VehicleProfile::Heavy};
  EXPECT_EQ(cut_off(close(3'000, heavy)), std::nullopt);
  EXPECT_EQ(cut_off({2026, 99}), std::nullopt);
  EXPECT_EQ(cut_off_by(*straight_line_roads(), state_, close(3'000)), std::nullopt);
}

}  // namespace
}  // namespace fenghuo::center
