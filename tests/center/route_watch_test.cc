// Teams under way whose route a closure falls on are named once, with the time they had and the time they have.
#include "center/route_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/base/text_form.h"
#include "messaging/journal/journal_row.h"
#include "tests/center/small_center.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::center {
namespace {

using tests::SmallCenter;

// From A to C in four steps by B, in eight by D and E; H lies at the end of a road that leads nowhere else.
std::vector<std::string> const kTown{"A--B--C--G--H",  //
                                     "|     |      ",  //
                                     "D--E--F      "};

GeoPoint spot(char node) { return gis::testing::place_in(kTown, node); }
GeoPoint middle(GeoPoint a, GeoPoint b) {
  return {a.lat_e7 + (b.lat_e7 - a.lat_e7) / 2, a.lon_e7 + (b.lon_e7 - a.lon_e7) / 2};
}
std::string point_text(GeoPoint point) {
  std::string out;
  append_text(out, point);
  return out;
}

class Watch : public testing::Test {
 protected:
  void open(bool with_map = true) {
    desk_.open(tests::memory_journal(),
               with_map ? region_roads(gis::testing::drawn(kTown).region(folder_), {}) : nullptr);
    desk_.must("found_center jurisdiction=烽原县");
  }
  /// A team at a place with an order to an incident at another.
  OrderId under_way(char from, char to, std::string const& status = "en_route") {
    std::string const number = std::to_string(++teams_);
    desk_.must("register_team name=队" + number +
               " vehicles=[{name=车 profile=light}] home=" + point_text(spot(from)));
    desk_.must("open_incident kind=fire title=起火 location={point=" + point_text(spot(to)) +
               " crs=wgs84}");
    auto const events = desk_.must("issue_orders incident=I-2026-00000" + number +
                                   " items=[{team=T-2026-00000" + number + "}]");
    OrderId const order = std::get<domain::OrderIssued>(events.front().event).order;
    if (status != "issued") {
      desk_.must("set_order_status order=" + to_text(order) + " status=" + status);
    }
    return order;
  }
  void close(GeoPoint at, std::string const& more = "") {
    desk_.must("close_road name=塌方 geometry={points=[" + point_text(at) + "]} " + more);
    desk_.center->turn();
  }
  std::vector<domain::RouteBlocked> said() const {
    std::vector<domain::RouteBlocked> out;
    auto const rows = desk_.center->journal().read(0, 1'000);
    for (auto const& row : *rows) {
      auto const event = messaging::decode_row(row);
      if (auto const* blocked = std::get_if<domain::RouteBlocked>(&event->event)) {
        out.push_back(*blocked);
      }
    }
    return out;
  }
  Duration by_road(char from, char to) const {
    return (*desk_.center->roads().route(gis::Profile::Light, spot(from), spot(to)))->duration;
  }

  gis::testing::ScratchFolder folder_;
  SmallCenter desk_;
  int teams_ = 0;
};

TEST_F(Watch, ATeamOnItsWayIsNamedWithBothTimes) {
  open();
  OrderId const order = under_way('A', 'C');
  Duration const before = by_road('A', 'C');
  close(middle(spot('B'), spot('C')));
  ASSERT_EQ(said().size(), 1U);
  auto const blocked = said().front();
  EXPECT_EQ(blocked.order, order);
  EXPECT_EQ(blocked.closure_name, "塌方");
  EXPECT_EQ(blocked.eta_before, before);
  EXPECT_EQ(blocked.eta_after, by_road('A', 'C'));
  EXPECT_GT(*blocked.eta_after, before);
  desk_.center->turn();
  EXPECT_EQ(said().size(), 1U);  // once
  auto const state = desk_.center->committed().copy();
  EXPECT_EQ(state.orders.at(order)->blocked_by, std::vector<ClosureId>{blocked.closure});
}

TEST_F(Watch, WhereNoWayIsLeftThereIsNoSecondTime) {
  open();
  under_way('A', 'H', "acknowledged");
  close(middle(spot('C'), spot('G')));
  ASSERT_EQ(said().size(), 1U);
  EXPECT_EQ(said().front().eta_after, std::nullopt);
}

TEST_F(Watch, OnlyThoseWhoseRouteItIsAndWhoAreOnTheirWay) {
  open();
  under_way('D', 'F');              // elsewhere
  under_way('A', 'C', "issued");    // has not said that it comes
  under_way('A', 'C', "on_scene");  // is there
  close(middle(spot('B'), spot('C')));
  EXPECT_TRUE(said().empty());
  under_way('A', 'C');  // sent when it was known
  close(middle(spot('G'), spot('H')));
  EXPECT_TRUE(said().empty());
}

TEST_F(Watch, ASlowRoadThatLeavesTheRouteAsQuickIsNothingToSay) {
  open();
  under_way('A', 'C');
  close(middle(spot('B'), spot('C')), "profiles=[heavy]");
  EXPECT_TRUE(said().empty());
  close(middle(spot('B'), spot('C')), "speed_permille=900");
  ASSERT_EQ(said().size(), 1U);
  EXPECT_GT(*said().front().eta_after, said().front().eta_before);
}

TEST_F(Watch, TheLastPositionCounts) {
  open();
  under_way('A', 'C');
  messaging::TrackPoint past_it;
  past_it.team = {2026, 1};
  past_it.point = spot('F');
  past_it.device_time = desk_.clock->now();
  desk_.center->positions().take(past_it, desk_.clock->now());
  close(middle(spot('B'), spot('C')));
  EXPECT_TRUE(said().empty());
}

TEST_F(Watch, AClosureToComeIsSaidWhenItComes) {
  open();
  under_way('A', 'C');
  close(middle(spot('B'), spot('C')), "from=2026-03-01T09:00:00+08:00");
  EXPECT_TRUE(said().empty());
  desk_.clock->set(tests::kEight + hours(1));
  desk_.center->turn();
  desk_.center->turn();
  EXPECT_EQ(said().size(), 1U);
}

TEST_F(Watch, ARestartLooksAgainSaysNothingTwiceAndNothingToThoseWhoKnew) {
  open();
  auto const asked_after_a_restart = [this] {
    std::vector<std::string> asked;
    center::Center& centre = *desk_.center;
    RouteWatch again{{centre.committed(), centre.roads(), centre.closures(), centre.dispatch(),
                      [&](messaging::Request request) {
                        asked.push_back(request.envelope.id);
                        return messaging::Outcome{domain::refuse(domain::Rejection::NotFounded)};
                      }}};
    EXPECT_TRUE(again.turn());
    return asked;
  };
  under_way('A', 'C');
  desk_.must("close_road name=塌方 geometry={points=[" + point_text(middle(spot('B'), spot('C'))) +
             "]}");
  // Stopped before it could say so.
  EXPECT_EQ(asked_after_a_restart(), std::vector<std::string>{"route/O-2026-000001/C-2026-000001"});
  desk_.center->turn();
  EXPECT_EQ(said().size(), 1U);
  desk_.clock->advance(minutes(1));
  under_way('A', 'C');  // sent round it
  EXPECT_TRUE(asked_after_a_restart().empty());
}

TEST_F(Watch, WithoutAMapNothingIsSaid) {
  open(false);
  under_way('A', 'C');
  close(middle(spot('B'), spot('C')));
  EXPECT_TRUE(said().empty());
}

TEST_F(Watch, WithThreadsItComesByItself) {
  desk_.open(tests::memory_journal(), region_roads(gis::testing::drawn(kTown).region(folder_), {}),
             {.threads = true});
  desk_.must("found_center jurisdiction=烽原县");
  under_way('A', 'C');
  desk_.must("close_road name=塌方 geometry={points=[" + point_text(middle(spot('B'), spot('C'))) +
             "]}");
  auto const is_said = [&] {
    return desk_.center->committed().read([](domain::State const& state) {
      return !state.orders.begin()->second->blocked_by.empty();
    });
  };
  for (int i = 0; i < 6'000 && !is_said(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  desk_.center->stop();
  EXPECT_EQ(said().size(), 1U);
}

}  // namespace
}  // namespace fenghuo::center
