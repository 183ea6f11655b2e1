// A centre that comes up on a map that was imported anew: what was closed is closed, what cannot be found is said.
#include <gtest/gtest.h>

#include "center/closure_keeper.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::center {
namespace {

using gis::testing::metres_from_base;
using gis::testing::ScratchFolder;
using gis::testing::SmallExtract;

SmallExtract road(std::vector<std::int64_t> const& ways, double north) {
  SmallExtract osm;
  auto const pieces = static_cast<std::int64_t>(ways.size());
  for (std::int64_t i = 0; i <= pieces; ++i) {
    osm.node(i + 1, metres_from_base(
                        north, 1'200.0 * static_cast<double>(i) / static_cast<double>(pieces)));
  }
  for (std::int64_t i = 0; i < pieces; ++i) {
    osm.way(ways[static_cast<std::size_t>(i)], {i + 1, i + 2}, {{"highway", "primary"}});
  }
  return osm;
}

class NewMap : public testing::Test {
 protected:
  NewMap() {
    ScratchFolder const folder;
    auto const old = region_roads(road({7}, 0).region(folder), {});
    domain::ClosureFacts facts;
    facts.name = "老鹰岩塌方";
    facts.geometry.points = {metres_from_base(0, 100), metres_from_base(0, 1'100)};
    note_ways(*old, facts);
    EXPECT_EQ(facts.ways, std::vector<std::int64_t>{7});
    domain::State state;
    domain::apply(state, {1, {}},
                  domain::RoadClosed{{2026, 1}, domain::ClosureStatus::Active, facts, {}});
    state.sequence = 1;
    committed_.emplace(state);
  }
  /// Edges that the closure falls on, and whether the road can be passed.
  std::pair<std::optional<std::size_t>, bool> on(SmallExtract const& osm, double north) {
    ScratchFolder const folder;
    auto const roads = region_roads(osm.region(folder), {});
    ClosureKeeper const keeper{*roads, *committed_};
    auto const closure = committed_->copy().closures.begin()->second;
    auto const edges = keeper.edges_closed(*closure);
    EXPECT_EQ(keeper.unmatched().empty(), edges != std::size_t{0});
    if (!keeper.unmatched().empty()) {
      EXPECT_EQ(keeper.unmatched().front(), "C-2026-000001 老鹰岩塌方");
    }
    std::array const from{metres_from_base(north, 1)};
    std::array const to{metres_from_base(north, 1'199)};
    auto const table = roads->travel_times(gis::Profile::Light, from, to);
    return {edges, table->at(0, 0) != dispatch::TravelTimeTable::kUnreachable};
  }

  std::optional<messaging::CommittedState> committed_;
};

TEST_F(NewMap, RenumberedSplitAndMovedItStaysClosed) {
  EXPECT_EQ(on(road({7}, 0), 0), (std::pair{std::optional<std::size_t>{1}, false}));
  EXPECT_EQ(on(road({99}, 0), 0), (std::pair{std::optional<std::size_t>{1}, false}));
  EXPECT_EQ(on(road({7, 98, 99}, 0), 0), (std::pair{std::optional<std::size_t>{3}, false}));
  EXPECT_EQ(on(road({7}, 45), 45), (std::pair{std::optional<std::size_t>{1}, false}));
}

TEST_F(NewMap, WhatIsNowhereNearIsSaidToMatchNothing) {
  EXPECT_EQ(on(road({7}, 400), 400), (std::pair{std::optional<std::size_t>{0}, true}));
  auto const roads = straight_line_roads();
  ClosureKeeper const keeper{*roads, *committed_};
  EXPECT_EQ(keeper.edges_closed(*committed_->copy().closures.begin()->second), std::nullopt);
  EXPECT_TRUE(keeper.unmatched().empty());
}

}  // namespace
}  // namespace fenghuo::center
