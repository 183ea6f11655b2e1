// A whole centre on one thread: from the report to the close, deadlines, restarts, a store that fails.
#include "center/center.h"

#include <gtest/gtest.h>

#include "core/base/text_form.h"
#include "core/domain/invariants.h"
#include "core/domain/state_text.h"
#include "messaging/journal/memory_journal.h"
#include "messaging/journal/sqlite_journal.h"
#include "tests/center/small_center.h"
#include "tests/gis/small_extract.h"
#include "tests/messaging/fault_journal.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::center {
namespace {

using tests::kEight;
using tests::memory_journal;
using tests::outcome_name;
using tests::SmallCenter;

/// One incident from the report to the close; a line that begins with + moves the clock first.
std::vector<std::pair<Duration, std::string>> const kStory = {
    {seconds(0), "found_center jurisdiction=烽原县 area=fengyuan"},
    {seconds(0),
     "register_team name=城区消防站 capabilities=[{capability=pump}] home=30.5000000/114.0000000 "
     "vehicles=[{name=水罐车 profile=heavy}]"},
    {seconds(0), "register_team name=东岭村救援队 tier=village capabilities=[{capability=boat}]"},
    {seconds(10),
     "receive_report channel=119 text=东岭木材厂起火 location={point=30.5210000/114.0310000 "
     "crs=wgs84}"},
    {seconds(30), "open_incident report=R-2026-000001 kind=fire needs=[{capability=pump}]"},
    {seconds(20),
     "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001},{team=T-2026-000002}]"},
    {seconds(15),
     "set_order_status order=O-2026-000001 status=acknowledged means=radio said_by=王队"},
    {seconds(60), "set_order_status order=O-2026-000001 status=en_route"},
    {seconds(60), "close_road name=翠河桥 until=2026-03-01T09:00:00+08:00"},
    {seconds(300), "set_order_status order=O-2026-000001 status=on_scene"},
    {seconds(10), "set_order_status order=O-2026-000002 status=acknowledged means=phone"},
    {seconds(600), "set_order_status order=O-2026-000001 status=released"},
    {seconds(0), "set_order_status order=O-2026-000002 status=released"},
    {seconds(60), "close_incident incident=I-2026-000001 outcome=扑灭"},
    {hours(1), "add_note incident=I-2026-000001 text=移交看守"},
};

void play(SmallCenter& desk, std::size_t from, std::size_t until) {
  for (std::size_t i = from; i < until; ++i) {
    desk.clock->advance(kStory[i].first);
    desk.center->turn();
    EXPECT_EQ(outcome_name(desk.give(kStory[i].second, "story/" + std::to_string(i))), "carried")
        << kStory[i].second;
  }
}

TEST(Center, CarriesAnIncidentFromTheReportToTheClose) {
  SmallCenter desk;
  desk.open(memory_journal());
  std::vector<std::string> heard;
  desk.center->bus().listen([&](auto events) {
    for (auto const& event : events) {
      heard.push_back(std::string{name_of(event.event)});
    }
  });
  play(desk, 0, kStory.size());
  EXPECT_EQ(
      tests::types_in(desk.center->journal()),
      (std::vector<std::string>{"center_founded",   "team_registered",  "team_registered",
                                "report_received",  "incident_opened",  "report_attached",
                                "order_issued",     "order_issued",     "incident_status_set",
                                "order_status_set", "order_status_set", "acknowledgement_overdue",
                                "delivery_silent",  "road_closed",      "order_status_set",
                                "order_status_set", "order_status_set", "order_status_set",
                                "incident_closed",  "closure_expired",  "note_added"}));
  EXPECT_EQ(heard, tests::types_in(desk.center->journal()));
  auto const state = desk.center->committed().copy();
  EXPECT_EQ(domain::find(state.incidents, {2026, 1})->status, domain::IncidentStatus::Closed);
  EXPECT_TRUE(domain::find(state.orders, {2026, 2})->acknowledgement_overdue);
  EXPECT_TRUE(domain::broken_invariants(state).empty());
  EXPECT_EQ(tests::broken_in(desk.center->journal()), "");
  EXPECT_EQ(desk.center->last_trouble(), "");
  EXPECT_EQ(desk.center->writer_figures().events, heard.size());
  EXPECT_EQ(outcome_name(desk.give("close_incident incident=I-2026-000001 outcome=x")),
            "incident_closed");
  EXPECT_EQ(desk.center->writer_figures().refused, 1U);  // though no event came of it
}

TEST(Center, EveryAnswerKindComesThroughTheOneDoor) {
  SmallCenter desk;
  desk.open(memory_journal());
  EXPECT_EQ(outcome_name(desk.give("receive_report text=a", "x")), "not_founded");
  desk.must("found_center jurisdiction=x");
  EXPECT_EQ(outcome_name(desk.give("receive_report text=a", "x")), "carried");
  auto const again = desk.give("receive_report text=a", "x");
  EXPECT_TRUE(std::get<messaging::Carried>(again).replayed);
  auto other = tests::request_of("x", "receive_report text=b");
  other.hash.fill(1);
  EXPECT_EQ(outcome_name(desk.center->carry_out(other)), "id reused");
  std::string submitted;
  desk.center->submit(
      tests::request_of("y", "receive_report text=c"),
      [&](messaging::Outcome const& outcome) { submitted = outcome_name(outcome); });
  EXPECT_EQ(submitted, "") << "waits for the next turn, with whatever else is submitted";
  desk.center->turn();
  EXPECT_EQ(submitted, "carried");
  EXPECT_EQ(desk.sequence(), 3);
}

TEST(Center, DeadlinesBecomeFactsWhenTheirTimeHasComeAndOnce) {
  SmallCenter desk;
  desk.open(memory_journal());
  desk.must("found_center jurisdiction=x");
  desk.must("register_team name=甲队");
  desk.must("open_incident kind=fire title=起火");
  desk.must("issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]");
  EXPECT_EQ(desk.center->next_deadline(), kEight + minutes(2));
  Sequence const before = desk.sequence();
  desk.clock->set(kEight + minutes(2) - microseconds(1));
  EXPECT_TRUE(desk.center->turn());
  EXPECT_EQ(desk.sequence(), before);
  desk.clock->set(kEight + minutes(2));
  EXPECT_TRUE(desk.center->turn());
  EXPECT_EQ(desk.sequence(), before + 2);
  EXPECT_FALSE(desk.center->next_deadline());
  desk.clock->advance(hours(5));
  EXPECT_TRUE(desk.center->turn());
  EXPECT_EQ(desk.sequence(), before + 2);
  auto const row = tests::all_rows(desk.center->journal()).back();
  EXPECT_EQ(row.type, "delivery_silent");
  EXPECT_EQ(row.actor.name, "timer");
}

TEST(Center, ALateStartMakesUpForEverythingThatIsDue) {
  tests::ScratchFolder const folder;
  constexpr int kTeams = 150;  // more than one tick takes
  {
    SmallCenter desk;
    desk.open_in(folder.path());
    desk.must("found_center jurisdiction=x");
    desk.must("open_incident kind=fire title=起火");
    for (int i = 1; i <= kTeams; ++i) {
      auto const events = desk.must("register_team name=队" + std::to_string(i));
      auto const team = std::get<domain::TeamRegistered>(events.front().event).team;
      desk.must("issue_orders incident=I-2026-000001 items=[{team=" + to_text(team) + "}]");
    }
  }
  SmallCenter desk;
  desk.clock->advance(hours(24));
  desk.open_in(folder.path());
  Sequence const before = desk.sequence();
  EXPECT_TRUE(desk.center->turn());
  EXPECT_EQ(desk.sequence(), before + 2 * kTeams);
  EXPECT_FALSE(desk.center->next_deadline());
}

TEST(Center, AClosureIsOnTheRoadsWhenTheAnswerComes) {
  std::vector<std::string> const town{"A--B--C",  //
                                      "|     |",  //
                                      "D--E--F"};
  gis::testing::ScratchFolder const folder;
  SmallCenter desk;
  desk.open(memory_journal(), region_roads(gis::testing::drawn(town).region(folder), {}));
  desk.must("found_center jurisdiction=x");
  auto const distance = [&] {
    auto const route = desk.center->roads().route(
        gis::Profile::Light, gis::testing::place_in(town, 'A'), gis::testing::place_in(town, 'B'));
    return route && route->has_value() ? (*route)->distance.cm / 10'000 : -1;
  };
  std::string point;
  append_text(point, gis::testing::metres_from_base(0, 150));
  EXPECT_EQ(distance(), 3);  // hundreds of metres
  desk.must("close_road name=桥 geometry={points=[" + point + "]} until=2026-03-01T09:00:00+08:00");
  EXPECT_EQ(distance(), 2 + 6 + 2 + 3);
  EXPECT_EQ(desk.center->closures().as_of(), desk.sequence());
  desk.must("close_road name=桥 geometry={points=[" + point + "]} profiles=[foot]");
  desk.clock->set(kEight + hours(1));
  desk.center->turn();
  EXPECT_EQ(distance(), 3);  // what is left is for walkers
  desk.must("close_road name=桥 geometry={points=[" + point + "]} from=2026-03-01T10:00:00+08:00");
  EXPECT_EQ(distance(), 3);
  desk.clock->set(kEight + hours(2));
  desk.center->turn();
  EXPECT_EQ(distance(), 13);
  desk.must("lift_closure closure=C-2026-000003 reason=通了");
  EXPECT_EQ(distance(), 3);
}

TEST(Center, ARestartAnywhereGivesTheSameState) {
  std::string expected;
  {
    SmallCenter desk;
    desk.open(memory_journal());
    play(desk, 0, kStory.size());
    expected = desk.text();
  }
  for (std::size_t cut = 0; cut <= kStory.size(); ++cut) {
    for (Sequence const snapshot_every : {1, 10'000}) {
      tests::ScratchFolder const folder;
      auto const clock = std::make_shared<ManualClock>(kEight);
      std::string before;
      {
        SmallCenter desk;
        desk.clock = clock;
        desk.open_in(folder.path(), {.threads = false, .snapshot_every = snapshot_every});
        play(desk, 0, cut);
        before = desk.text();
      }
      SmallCenter desk;
      desk.clock = clock;
      desk.open_in(folder.path());
      ASSERT_EQ(desk.text(), before) << cut;
      // A repeat of the last command from before the restart gets its first answer.
      if (cut > 0) {
        auto const again = desk.give(kStory[cut - 1].second, "story/" + std::to_string(cut - 1));
        ASSERT_TRUE(std::get<messaging::Carried>(again).replayed);
      }
      play(desk, cut, kStory.size());
      ASSERT_EQ(desk.text(), expected) << cut;
      EXPECT_EQ(tests::broken_in(desk.center->journal()), "");
    }
  }
}

TEST(Center, AStopWritesASnapshotThatTheNextStartUses) {
  tests::ScratchFolder const folder;
  SmallCenter desk;
  desk.open_in(folder.path());
  play(desk, 0, 8);
  EXPECT_FALSE(std::filesystem::exists(folder / "snapshots"));
  desk.center->stop();
  messaging::Snapshots const snapshots{folder / "snapshots"};
  auto const state = snapshots.load(desk.center->journal());
  ASSERT_TRUE(state);
  EXPECT_EQ(domain::state_text(*state), desk.text());
}

TEST(Center, TimelinesPositionsAndSnapshotsAreThereAgain) {
  tests::ScratchFolder const folder;
  {
    SmallCenter desk;
    desk.open_in(folder.path());
    play(desk, 0, 8);
    messaging::TrackPoint point;
    point.team = {2026, 1};
    point.point = {305'000'001, 1'140'000'002};
    point.device_time = desk.clock->now();
    EXPECT_EQ(desk.center->positions().take(point, desk.clock->now()), PositionResult::Taken);
    desk.center->turn();
    EXPECT_EQ(desk.center->subjects()->sequences("O-2026-000001", 0, 10)->size(), 3U);
    EXPECT_EQ(desk.center->tracks()->latest()->size(), 1U);
    point.device_time = point.device_time + seconds(1);
    point.point.lat_e7 = 7;
    desk.center->positions().take(point, desk.clock->now());
  }  // the last position is stored by the stop
  SmallCenter desk;
  desk.clock->advance(minutes(3));
  desk.open_in(folder.path());
  ASSERT_TRUE(desk.center->positions().latest({2026, 1}));
  EXPECT_EQ(desk.center->positions().latest({2026, 1})->point.lat_e7, 7);
  EXPECT_EQ(desk.center->subjects()->sequences("O-2026-000001", 0, 10)->size(), 3U);
  EXPECT_EQ(desk.center->last_trouble(), "");
}

TEST(Center, TimelinesOfAnotherJournalAreMadeAnew) {
  tests::ScratchFolder const folder;
  {
    SmallCenter desk;
    desk.open_in(folder.path());
    play(desk, 0, kStory.size());
    EXPECT_EQ(desk.center->subjects()->sequences("O-2026-000001", 0, 100)->size(), 5U);
  }
  std::filesystem::remove(folder / "journal.db");  // and an older backup comes in its place
  SmallCenter desk;
  desk.open_in(folder.path());
  play(desk, 0, 6);
  desk.center->turn();
  EXPECT_EQ(desk.center->subjects()->sequences("O-2026-000001", 0, 100)->size(), 1U);
  EXPECT_EQ(desk.center->last_trouble(), "");
  auto const status = desk.center->bus().status();
  EXPECT_EQ(status.front().position, desk.sequence());
}

TEST(Center, PositionsThatCannotBeStoredWaitAndTheTroubleIsToldWhileItLasts) {
  tests::ScratchFolder const folder;
  SmallCenter desk;
  desk.open_in(folder.path());
  auto other =
      std::move(messaging::Database::open(folder / "tracks.db", messaging::OpenMode::ReadWrite))
          .value();
  ASSERT_TRUE(
      other.run("CREATE TRIGGER no BEFORE INSERT ON track BEGIN SELECT RAISE(ABORT, 'full'); END"));
  messaging::TrackPoint point;
  point.team = {2026, 1};
  point.device_time = kEight;
  desk.center->positions().take(point, kEight);
  desk.center->turn();
  EXPECT_NE(desk.center->last_trouble().find("full"), std::string::npos);
  ASSERT_TRUE(other.run("DROP TRIGGER no"));
  desk.center->turn();
  EXPECT_EQ(desk.center->last_trouble(), "");
  EXPECT_EQ(desk.center->tracks()->latest()->size(), 1U);
}

TEST(Center, DeadlinesThatCannotBeStoredAreTriedAgain) {
  std::shared_ptr<messaging::Journal> const store{memory_journal()};
  SmallCenter desk;
  desk.open(std::make_unique<tests::FaultJournal>(store, tests::Fault::NotWritten, 5));
  desk.must("found_center jurisdiction=x");
  desk.must("register_team name=甲队");
  desk.must("open_incident kind=fire title=起火");
  desk.must("issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]");
  desk.clock->advance(minutes(3));
  EXPECT_FALSE(desk.center->turn());
  EXPECT_NE(desk.center->last_trouble().find("deadlines"), std::string::npos);
  EXPECT_TRUE(desk.center->turn());
  EXPECT_EQ(desk.center->last_trouble(), "");
  EXPECT_EQ(tests::types_in(*store).back(), "delivery_silent");
}

TEST(Center, AKillAtAnyWriteLosesNothingThatWasAnswered) {
  std::string expected;
  std::size_t rows = 0;
  {
    SmallCenter desk;
    desk.open(memory_journal());
    play(desk, 0, kStory.size());
    expected = desk.text();
    rows = tests::all_rows(desk.center->journal()).size();
  }
  for (auto const fault : {tests::Fault::SyncFailedWritten, tests::Fault::SyncFailedNotWritten}) {
    for (int n = 1; n <= static_cast<int>(kStory.size()) + 2; ++n) {
      SCOPED_TRACE(n);
      tests::ScratchFolder const folder;
      std::shared_ptr<messaging::Journal> store =
          std::move(messaging::SqliteJournal::open(folder / "journal.db")).value();
      auto const clock = std::make_shared<ManualClock>(kEight);
      auto desk = std::make_unique<SmallCenter>();
      desk->clock = clock;
      desk->open(std::make_unique<tests::FaultJournal>(store, fault, n));
      for (std::size_t i = 0; i < kStory.size(); ++i) {
        clock->advance(kStory[i].first);
        std::string const id = "story/" + std::to_string(i);
        for (int tries = 0; tries < 2; ++tries) {
          desk->center->turn();
          if (outcome_name(desk->give(kStory[i].second, id)) == "carried") {
            break;
          }
          ASSERT_EQ(desk->store_failures.size(), 1U);
          desk.reset();  // the process is gone; the file is opened again by the next one
          store.reset();
          store = std::move(messaging::SqliteJournal::open(folder / "journal.db")).value();
          desk = std::make_unique<SmallCenter>();
          desk->clock = clock;
          desk->open(std::make_unique<tests::FaultJournal>(store));
        }
      }
      ASSERT_EQ(desk->text(), expected);
      ASSERT_EQ(tests::all_rows(*store).size(), rows);
      ASSERT_EQ(tests::broken_in(*store), "");
    }
  }
}

}  // namespace
}  // namespace fenghuo::center
