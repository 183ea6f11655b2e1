// Recommendations and estimates, against gis::Router asked directly on the same region.
#include "center/dispatch_service.h"

#include <gtest/gtest.h>

#include "core/base/text_form.h"
#include "gis/geo/distance.h"
#include "tests/center/small_center.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::center {
namespace {

using dispatch::PositionBasis;
using domain::EtaBasis;
using gis::testing::metres_from_base;
using tests::SmallCenter;

std::vector<std::string> const kTown{"A--B--C--G--H",  //
                                     "|     |      ",  //
                                     "D--E--F      "};

GeoPoint spot(char node) { return gis::testing::place_in(kTown, node); }

std::string point_text(GeoPoint point) {
  std::string out;
  append_text(out, point);
  return out;
}

class Dispatching : public testing::Test {
 protected:
  void open(bool with_map) {
    std::unique_ptr<Roads> roads;
    if (with_map) {
      region_ = gis::testing::drawn(kTown).region(folder_);
      roads = region_roads(region_, {});
    }
    desk_.open(tests::memory_journal(), std::move(roads));
    desk_.must("found_center jurisdiction=烽原县");
  }
  TeamId team(std::string const& name, std::string const& home, std::string const& more = "") {
    auto const events =
        desk_.must("register_team name=" + name + " turnout=60s capabilities=[{capability=pump}] " +
                   (home.empty() ? "" : "home=" + home + " ") +
                   (more.empty() ? "vehicles=[{name=车 profile=light}]" : more));
    return std::get<domain::TeamRegistered>(events.front().event).team;
  }
  IncidentId incident(GeoPoint at, std::string const& needs = "[{capability=pump}]") {
    auto const events =
        desk_.must("open_incident kind=fire title=起火 location={point=" + point_text(at) +
                   " crs=wgs84} needs=" + needs);
    return std::get<domain::IncidentOpened>(events.front().event).incident;
  }
  void close_all_roads() {
    std::string ring;
    for (auto const& [east, north] : {std::pair{-9'000, -9'000},
                                      {9'000, -9'000},
                                      {9'000, 9'000},
                                      {-9'000, 9'000},
                                      {-9'000, -9'000}}) {
      ring += (ring.empty() ? "" : ",") + point_text(metres_from_base(east, north));
    }
    desk_.must("close_road name=洪水 geometry={is_area=yes points=[" + ring + "]}");
  }
  void close_road_at(GeoPoint at) {
    desk_.must("close_road name=路 geometry={points=[" + point_text(at) + "]}");
  }
  /// Travel time by the router itself, with these places closed.
  Duration by_router(GeoPoint from, GeoPoint to, std::vector<GeoPoint> const& closed = {}) const {
    std::vector<gis::ClosureShape> shapes;
    for (auto const point : closed) {
      gis::ClosureShape shape;
      shape.points = {point};
      shapes.push_back(shape);
    }
    auto const metric = gis::Metric::build(*region_, {}, shapes, 0);
    auto const route =
        gis::Router::make(region_)->route(*metric, gis::Profile::Light, from, to, {});
    EXPECT_TRUE(route && route->has_value());
    return (*route)->duration;
  }
  RecommendationAnswer recommend(IncidentId id) const {
    auto const answer = desk_.center->dispatch().recommend(id);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
    return *answer;
  }
  void report_position(TeamId id, GeoPoint at, Time when) {
    messaging::TrackPoint point;
    point.team = id;
    point.point = at;
    point.device_time = when;
    desk_.center->positions().take(point, desk_.clock->now());
  }

  gis::testing::ScratchFolder folder_;
  std::shared_ptr<gis::Region const> region_;
  SmallCenter desk_;
};

TEST_F(Dispatching, TheSoonestByRoadIsProposedWithTheRoutersTime) {
  open(true);
  TeamId const far = team("远", point_text(spot('D')));
  TeamId const near = team("近", point_text(spot('F')));
  IncidentId const id = incident(spot('C'));
  auto const answer = recommend(id);
  ASSERT_EQ(answer.teams.size(), 1U);
  ASSERT_EQ(answer.alternatives.size(), 1U);
  auto const& first = answer.teams.front();
  EXPECT_EQ(first.candidate.team, near);
  EXPECT_EQ(first.candidate.travel, by_router(spot('F'), spot('C')));
  EXPECT_EQ(first.candidate.eta, seconds(60) + first.candidate.travel);
  EXPECT_EQ(first.candidate.approach.basis, EtaBasis::RoadNetwork);
  EXPECT_EQ(first.candidate.approach.position, PositionBasis::Home);
  EXPECT_EQ(first.candidate.approach.assumed_permille, 1000);  // no speed in the drawing
  EXPECT_EQ(first.starts_at, spot('F'));
  EXPECT_NEAR(static_cast<double>(first.distance.cm), 20'000, 100);  // two rows down
  auto const& second = answer.alternatives.front();
  EXPECT_EQ(second.candidate.team, far);
  EXPECT_EQ(second.candidate.travel, by_router(spot('D'), spot('C')));
  EXPECT_EQ(answer.state_as_of, desk_.sequence());
  EXPECT_EQ(answer.as_of, desk_.sequence());

  auto const estimate = desk_.center->dispatch().estimate(near, id);
  EXPECT_EQ(estimate.eta, first.candidate.eta);
  EXPECT_EQ(estimate.basis, EtaBasis::RoadNetwork);
  EXPECT_EQ(estimate.metric_as_of, desk_.sequence());
  EXPECT_EQ(estimate.assumed_permille, 1000);
}

TEST_F(Dispatching, AClosureChangesTheChoiceAndTheTimes) {
  open(true);
  TeamId const south = team("南", point_text(spot('F')));
  TeamId const west = team("西", point_text(spot('A')));
  IncidentId const id = incident(spot('C'));
  EXPECT_EQ(recommend(id).teams.front().candidate.team, south);
  GeoPoint const between_c_and_f = metres_from_base(-100, 600);
  close_road_at(between_c_and_f);
  auto const answer = recommend(id);
  EXPECT_EQ(answer.teams.front().candidate.team, west);
  EXPECT_EQ(answer.teams.front().candidate.travel,
            by_router(spot('A'), spot('C'), {between_c_and_f}));
  EXPECT_EQ(answer.alternatives.front().candidate.team, south);
  EXPECT_EQ(answer.alternatives.front().candidate.travel,
            by_router(spot('F'), spot('C'), {between_c_and_f}));
  EXPECT_EQ(answer.as_of, desk_.sequence());
  desk_.must("lift_closure closure=C-2026-000001 reason=通了");
  EXPECT_EQ(recommend(id).teams.front().candidate.team, south);
}

TEST_F(Dispatching, WhereNoWayLeadsNobodyIsProposed) {
  open(true);
  TeamId const cut_off = team("甲", point_text(spot('A')));
  IncidentId const id = incident(spot('H'));
  EXPECT_EQ(recommend(id).teams.size(), 1U);
  close_road_at(metres_from_base(0, 750));  // the only road to G and H
  auto const answer = recommend(id);
  EXPECT_TRUE(answer.teams.empty());
  ASSERT_EQ(answer.looked_at.size(), 1U);
  EXPECT_EQ(answer.looked_at.front().why_not, dispatch::WhyNot::Unreachable);
  ASSERT_EQ(answer.unmet.size(), 1U);
  auto const estimate = desk_.center->dispatch().estimate(cut_off, id);
  EXPECT_EQ(estimate.basis, EtaBasis::Unknown);
  EXPECT_EQ(estimate.eta, seconds(0));
}

TEST_F(Dispatching, APlaceWhoseRoadsAreAllClosedIsCutOffAndGetsNoStraightLine) {
  open(true);
  team("甲", point_text(spot('A')));
  IncidentId const id = incident(spot('C'));
  close_all_roads();
  auto const answer = recommend(id);
  EXPECT_TRUE(answer.teams.empty());
  ASSERT_EQ(answer.looked_at.size(), 1U);
  EXPECT_EQ(answer.looked_at.front().why_not, dispatch::WhyNot::Unreachable);
}

TEST_F(Dispatching, WhatTheVillageCardSaysOfTheWayStandsAboveTheMap) {
  open(true);
  desk_.must(
      "record_area id=990121.01.001 name=东岭村 level=village travel=[{profile=light takes=5400s},"
      "{from=990121.02 profile=foot takes=7200s}]");
  TeamId const drives = team("甲", point_text(spot('A')));
  TeamId const walks =
      team("乙", point_text(spot('A')), "area=990121.02.001 vehicles=[{name=车 profile=light}]");
  TeamId const there = team("丙", point_text(spot('A')));
  report_position(there, spot('B'), desk_.clock->now());
  auto const events = desk_.must("open_incident kind=fire area=990121.01.001.07 location={point=" +
                                 point_text(spot('C')) + " crs=wgs84} needs=[{capability=pump}]");
  IncidentId const id = std::get<domain::IncidentOpened>(events.front().event).incident;
  auto const expect = [&](TeamId who, EtaBasis basis, std::optional<Duration> travel) {
    auto const estimate = desk_.center->dispatch().estimate(who, id);
    EXPECT_EQ(estimate.basis, basis);
    if (travel) {
      EXPECT_EQ(estimate.eta, seconds(60) + *travel);
    }
    auto const answer = recommend(id);
    std::vector<RecommendedTeam> all = answer.teams;
    all.insert(all.end(), answer.alternatives.begin(), answer.alternatives.end());
    for (auto const& one : all) {
      if (one.candidate.team == who) {
        EXPECT_EQ(one.candidate.approach.basis, basis);
        EXPECT_EQ(one.candidate.eta, estimate.eta);
      }
    }
  };
  expect(drives, EtaBasis::Stated, minutes(90));
  expect(walks, EtaBasis::Stated, minutes(120));
  expect(there, EtaBasis::RoadNetwork, by_router(spot('B'), spot('C')));
  // No road is left: a word about driving does not open one, the path on foot is still there.
  close_all_roads();
  expect(drives, EtaBasis::Unknown, std::nullopt);
  expect(walks, EtaBasis::Stated, minutes(120));
}

TEST_F(Dispatching, FarFromEveryRoadAStraightLineIsSaidToBeOne) {
  open(true);
  TeamId const id = team("甲", point_text(spot('A')));
  GeoPoint const ridge = metres_from_base(6'000, 0);
  IncidentId const up = incident(ridge);
  auto const answer = recommend(up);
  ASSERT_EQ(answer.teams.size(), 1U);
  EXPECT_EQ(answer.teams.front().candidate.approach.basis, EtaBasis::StraightLine);
  EXPECT_EQ(answer.teams.front().candidate.travel,
            straight_line_time(gis::Profile::Light, spot('A'), ridge));
  auto const estimate = desk_.center->dispatch().estimate(id, up);
  EXPECT_EQ(estimate.eta, answer.teams.front().candidate.eta);
  EXPECT_EQ(estimate.basis, EtaBasis::StraightLine);
  EXPECT_EQ(estimate.metric_as_of, 0);
}

TEST_F(Dispatching, WithoutAMapEverythingIsAStraightLine) {
  open(false);
  TeamId const car = team("车", point_text(spot('A')));
  team("步", point_text(spot('B')), "members=5");
  IncidentId const id = incident(metres_from_base(0, 4'000));
  auto const answer = recommend(id);
  ASSERT_EQ(answer.teams.size(), 1U);
  EXPECT_EQ(answer.teams.front().candidate.team, car);
  // 4 km, 1.4 times as far on the road, 40 km/h: 504 s.
  EXPECT_NEAR(static_cast<double>(answer.teams.front().candidate.travel.us) / 1e6, 504, 3);
  // 3.7 km on foot at 4 km/h: 4662 s.
  ASSERT_EQ(answer.alternatives.size(), 1U);
  EXPECT_NEAR(static_cast<double>(answer.alternatives.front().candidate.travel.us) / 1e6, 4'662,
              25);
  auto const estimate = desk_.center->dispatch().estimate(car, id);
  EXPECT_EQ(estimate.basis, EtaBasis::StraightLine);
  EXPECT_EQ(estimate.metric_as_of, 0);
  EXPECT_EQ(estimate.eta, answer.teams.front().candidate.eta);
}

TEST_F(Dispatching, AFreshPositionStandsBeforeTheHome) {
  open(true);
  TeamId const id = team("甲", point_text(spot('D')));
  TeamId const homeless = team("乙", "");
  IncidentId const fire = incident(spot('C'), "[{capability=pump quantity=2}]");
  auto const& service = desk_.center->dispatch();
  auto const start = [&](TeamId of) {
    return desk_.center->committed().read(
        [&](auto const& state) { return service.start_of(*domain::find(state.teams, of)); });
  };
  EXPECT_EQ(start(id).basis, PositionBasis::Home);
  EXPECT_EQ(start(homeless).basis, PositionBasis::None);
  EXPECT_EQ(service.estimate(homeless, fire).basis, EtaBasis::Unknown);
  EXPECT_EQ(recommend(fire).looked_at.front().why_not, dispatch::WhyNot::NoPosition);

  report_position(id, spot('F'), tests::kEight - minutes(10));
  report_position(homeless, spot('E'), tests::kEight + seconds(2));  // a clock a little ahead
  EXPECT_EQ(start(id).basis, PositionBasis::Reported);
  EXPECT_EQ(start(id).point, spot('F'));
  EXPECT_EQ(*start(id).age, minutes(10));
  EXPECT_EQ(*start(homeless).age, seconds(0));
  EXPECT_EQ(service.estimate(id, fire).eta, seconds(60) + by_router(spot('F'), spot('C')));
  auto const answer = recommend(fire);
  ASSERT_EQ(answer.teams.size(), 2U);
  EXPECT_EQ(*answer.teams.front().candidate.approach.position_age, minutes(10));

  desk_.clock->advance(
      minutes(20));  // half an hour old: home is the better guess, where there is one
  EXPECT_EQ(start(id).basis, PositionBasis::Home);
  EXPECT_FALSE(start(id).age);
  EXPECT_EQ(start(homeless).basis, PositionBasis::Reported);
}

TEST_F(Dispatching, EveryCandidateSaysWhereItStarts) {
  open(false);
  for (int i = 0; i < 16; ++i) {
    team("队" + std::to_string(i), point_text(metres_from_base(0, 100 * (i + 1))));
  }
  auto const answer = recommend(incident(metres_from_base(0, 0)));
  ASSERT_EQ(answer.alternatives.size(), 15U);
  for (std::size_t i = 0; i < answer.alternatives.size(); ++i) {
    EXPECT_EQ(answer.alternatives[i].starts_at,
              metres_from_base(0, 100 * (static_cast<double>(i) + 2)));
  }
}

TEST_F(Dispatching, WhatIsMissingIsTold) {
  open(false);
  EXPECT_EQ(desk_.center->dispatch().recommend({2026, 9}).error().code, ErrorCode::NotFound);
  desk_.must("open_incident kind=fire title=起火");
  EXPECT_EQ(desk_.center->dispatch().recommend({2026, 1}).error().code, ErrorCode::Conflict);
  TeamId const id = team("甲", point_text(spot('A')));
  EXPECT_EQ(desk_.center->dispatch().estimate(id, {2026, 1}).basis, EtaBasis::Unknown);
  EXPECT_EQ(desk_.center->dispatch().estimate(id, {2026, 9}).basis, EtaBasis::Unknown);
  EXPECT_EQ(desk_.center->dispatch().estimate({2026, 9}, {2026, 1}).basis, EtaBasis::Unknown);
}

}  // namespace
}  // namespace fenghuo::center
