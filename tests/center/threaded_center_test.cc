// A centre with its threads: many clients, the timer, closures that are waited for.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "center/center.h"
#include "core/base/text_form.h"
#include "core/domain/invariants.h"
#include "core/domain/state_text.h"
#include "tests/center/small_center.h"
#include "tests/gis/small_extract.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::center {
namespace {

using tests::kEight;
using tests::memory_journal;
using tests::outcome_name;
using tests::SmallCenter;

/// Waits until something that another thread does has happened.
class Signal {
 public:
  void set() {
    std::scoped_lock const lock{mutex_};
    there_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return there_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool there_ = false;
};

TEST(ThreadedCenter, ManyClientsGetTheirAnswersAndOneJournal) {
  tests::ScratchFolder const folder;
  SmallCenter desk;
  desk.open_in(folder.path(), {.threads = true, .snapshot_every = 50});
  desk.must("found_center jurisdiction=烽原县");
  constexpr int kClients = 6;
  constexpr int kEach = 100;
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < kEach; ++i) {
        std::string const id = std::to_string(client) + "/" + std::to_string(i);
        std::string const line =
            i % 5 == 0 ? "register_team name=" + id : "receive_report text=\"" + id + "\"";
        auto const outcome = desk.center->carry_out(tests::request_of(id, line));
        auto const again = desk.center->carry_out(tests::request_of(id, line));
        auto const* first = std::get_if<messaging::Carried>(&outcome);
        auto const* second = std::get_if<messaging::Carried>(&again);
        bool const right = first != nullptr && second != nullptr && second->replayed &&
                           first->events.size() == 1 && second->events.size() == 1 &&
                           first->events.front().sequence == second->events.front().sequence &&
                           desk.sequence() >= first->events.front().sequence;
        wrong += right ? 0 : 1;
        messaging::TrackPoint point;
        point.team = {2026, static_cast<std::uint64_t>(client)};
        point.device_time = kEight + seconds(i);
        desk.center->positions().take(point, kEight + seconds(i));
      }
    });
  }
  for (auto& client : clients) {
    client.join();
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(desk.sequence(), 1 + kClients * kEach);
  auto const state = desk.center->committed().copy();
  EXPECT_TRUE(domain::broken_invariants(state).empty());
  desk.center->stop();
  EXPECT_EQ(outcome_name(desk.give("receive_report text=late", "late")), "unavailable");
  EXPECT_EQ(domain::state_text(*messaging::replay(desk.center->journal(), nullptr)), desk.text());
  EXPECT_EQ(tests::broken_in(desk.center->journal()), "");
  EXPECT_EQ(desk.center->tracks()->latest()->size(), static_cast<std::size_t>(kClients));
  std::string const before = desk.text();
  desk.center.reset();
  SmallCenter after;
  after.open_in(folder.path());
  EXPECT_EQ(after.text(), before);
}

TEST(ThreadedCenter, TheTimerTurnsDeadlinesIntoFacts) {
  SmallCenter desk;
  desk.open(memory_journal(), nullptr, {.threads = true, .snapshot_every = 10'000});
  // The listener is there before the threads in a server; here the first event comes later than it.
  desk.center->stop();
  Signal overdue;
  desk.center->bus().listen([&](auto events) {
    for (auto const& event : events) {
      if (std::holds_alternative<domain::AcknowledgementOverdue>(event.event)) {
        overdue.set();
      }
    }
  });
  desk.center->start();
  desk.must("found_center jurisdiction=x");
  desk.must("register_team name=甲队");
  desk.must("open_incident kind=fire title=起火");
  desk.must("issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]");
  desk.clock->advance(minutes(2));
  overdue.wait();
  desk.center->stop();
  EXPECT_EQ(tests::types_in(desk.center->journal()).back(), "delivery_silent");
}

TEST(ThreadedCenter, AClosureCanBeWaitedFor) {
  std::vector<std::string> const town{"A--B--C",  //
                                      "|     |",  //
                                      "D--E--F"};
  gis::testing::ScratchFolder const folder;
  SmallCenter desk;
  desk.open(memory_journal(), region_roads(gis::testing::drawn(town).region(folder), {}),
            {.threads = true, .snapshot_every = 10'000});
  desk.must("found_center jurisdiction=x");
  std::string point;
  append_text(point, gis::testing::metres_from_base(0, 150));
  for (int round = 1; round <= 20; ++round) {
    auto events = desk.must("close_road name=桥 geometry={points=[" + point + "]}");
    auto const closure = std::get<domain::RoadClosed>(events.front().event).closure;
    desk.must("receive_report text=水大");
    ASSERT_TRUE(desk.center->closures().wait_for(desk.sequence(), minutes(5)));
    auto const far = desk.center->roads().route(
        gis::Profile::Light, gis::testing::place_in(town, 'A'), gis::testing::place_in(town, 'B'));
    ASSERT_TRUE(far && far->has_value());
    EXPECT_EQ((*far)->distance.cm / 10'000, 13);
    EXPECT_GE((*far)->as_of, events.front().sequence);
    events = desk.must("lift_closure closure=" + to_text(closure) + " reason=通了");
    ASSERT_TRUE(desk.center->closures().wait_for(events.front().sequence, minutes(5)));
    auto const near = desk.center->roads().route(
        gis::Profile::Light, gis::testing::place_in(town, 'A'), gis::testing::place_in(town, 'B'));
    EXPECT_EQ((*near)->distance.cm / 10'000, 3);
  }
}

}  // namespace
}  // namespace fenghuo::center
