#include "messaging/command_loop/command_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <string>
#include <thread>

#include "tests/core/text_commands.h"
#include "tests/messaging/fault_journal.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo::messaging {
namespace {

Request request(std::string id, std::string_view line) {
  Request out;
  out.envelope.id = std::move(id);
  out.envelope.actor = {"tester", "dispatcher"};
  out.envelope.command = *tests::read_command(line);
  return out;
}

/// A loop over a journal whose writes can be held up.
struct Desk {
  std::shared_ptr<Journal> store{std::move(MemoryJournal::make()).value()};
  tests::FaultJournal journal{store};
  CommittedState committed;
  EventBus bus{journal};
  CommandWriter writer{journal, committed, bus, [](auto const&) {}};
  CommandLoop loop{writer, [] { return Time{1'767'225'600'000'000}; }};

  std::promise<void> held, go_on;

  Desk() {
    loop.start();
    EXPECT_TRUE(
        std::holds_alternative<Carried>(loop.call(request("f", "found_center jurisdiction=x"))));
  }
  /// From now on the first write waits until go_on is set; tells `held` when it does.
  void hold() {
    journal.before_write = [this, first = true]() mutable {
      if (std::exchange(first, false)) {
        held.set_value();
        go_on.get_future().wait();
      }
    };
  }
};

bool is_unavailable(Outcome const& outcome) {
  auto const* error = std::get_if<Error>(&outcome);
  return error != nullptr && error->code == ErrorCode::Unavailable;
}

TEST(CommandLoop, ManyCallersEachGetTheirOwnAnswer) {
  Desk desk;
  constexpr int kCallers = 8;
  constexpr int kEach = 200;
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < kEach; ++i) {
        std::string const id = std::to_string(caller) + "/" + std::to_string(i);
        auto const outcome = desk.loop.call(request(id, "receive_report text=\"" + id + "\""));
        auto const* carried = std::get_if<Carried>(&outcome);
        bool const right =
            carried != nullptr && carried->events.size() == 1 &&
            carried->events.front().command_id == id &&
            std::get<domain::ReportReceived>(carried->events.front().event).text == id &&
            desk.committed.read(
                [&](auto const& s) { return s.sequence >= carried->events.front().sequence; });
        wrong += right ? 0 : 1;
      }
    });
  }
  for (auto& caller : callers) {
    caller.join();
  }
  desk.loop.stop();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(desk.journal.head().sequence, 1 + kCallers * kEach);
  EXPECT_EQ(tests::broken_in(*desk.store), "");
  EXPECT_EQ(desk.committed.read([](auto const& s) { return s.reports.size(); }),
            static_cast<std::size_t>(kCallers * kEach));
}

TEST(CommandLoop, CommandsThatWaitTogetherAreStoredTogether) {
  Desk desk;
  desk.hold();
  std::atomic<int> carried{0};
  auto const count = [&](Outcome const& outcome) {
    carried += std::holds_alternative<Carried>(outcome);
  };
  desk.loop.submit(request("first", "receive_report text=a"), count);
  desk.held.get_future().wait();
  for (int i = 0; i < 300; ++i) {
    desk.loop.submit(request("c" + std::to_string(i), "receive_report text=a"), count);
  }
  EXPECT_EQ(desk.loop.waiting(), 300U);
  desk.go_on.set_value();
  desk.loop.stop();
  EXPECT_EQ(carried, 301);
  EXPECT_EQ(desk.journal.writes(), 2 + 3);  // 128 + 128 + 44
}

TEST(CommandLoop, AFullQueueAnswersAtOnceAndLosesNothing) {
  Desk desk;
  desk.hold();
  std::atomic<int> carried{0};
  std::atomic<int> unavailable{0};
  auto const count = [&](Outcome const& outcome) {
    carried += std::holds_alternative<Carried>(outcome);
    unavailable += is_unavailable(outcome);
  };
  desk.loop.submit(request("first", "receive_report text=a"), count);
  desk.held.get_future().wait();
  for (std::size_t i = 0; i < CommandLoop::kQueue; ++i) {
    desk.loop.submit(request("c" + std::to_string(i), "tick"), count);
  }
  EXPECT_EQ(unavailable, 0);
  EXPECT_EQ(desk.loop.waiting(), CommandLoop::kQueue);
  for (int i = 0; i < 10; ++i) {
    desk.loop.submit(request("late" + std::to_string(i), "tick"), count);
  }
  EXPECT_EQ(unavailable, 10);  // answered on this thread while the writer stands still
  EXPECT_TRUE(is_unavailable(desk.loop.call(request("later", "tick"))));
  desk.go_on.set_value();
  desk.loop.stop();
  EXPECT_EQ(carried, static_cast<int>(CommandLoop::kQueue) + 1);
  EXPECT_EQ(desk.loop.waiting(), 0U);
}

TEST(CommandLoop, StoppingCarriesOutWhatIsQueuedAndRefusesWhatComesLater) {
  Desk desk;
  desk.hold();
  std::atomic<int> carried{0};
  auto const count = [&](Outcome const& outcome) {
    carried += std::holds_alternative<Carried>(outcome);
  };
  desk.loop.submit(request("first", "receive_report text=a"), count);
  desk.held.get_future().wait();
  for (int i = 0; i < 500; ++i) {
    desk.loop.submit(request("c" + std::to_string(i), "receive_report text=a"), count);
  }
  std::thread stopping{[&] { desk.loop.stop(); }};
  std::atomic<bool> refused{false};
  for (int i = 0; !refused; ++i) {  // until the stop has closed the door
    desk.loop.submit(request("late" + std::to_string(i), "tick"), [&](Outcome const& outcome) {
      if (is_unavailable(outcome)) {
        refused = true;
      }
    });
    std::this_thread::yield();
  }
  desk.go_on.set_value();
  stopping.join();
  EXPECT_EQ(carried, 501);
  EXPECT_TRUE(is_unavailable(desk.loop.call(request("after", "tick"))));
  desk.loop.start();
  EXPECT_TRUE(
      std::holds_alternative<Carried>(desk.loop.call(request("again", "receive_report text=b"))));
}

TEST(CommandLoop, BeforeTheStartNothingIsTaken) {
  std::shared_ptr<Journal> store{std::move(MemoryJournal::make()).value()};
  CommittedState committed;
  EventBus bus{*store};
  CommandWriter writer{*store, committed, bus, [](auto const&) {}};
  CommandLoop loop{writer, [] { return Time{}; }};
  EXPECT_TRUE(is_unavailable(loop.call(request("f", "found_center jurisdiction=x"))));
  EXPECT_EQ(store->head().sequence, 0);
}

}  // namespace
}  // namespace fenghuo::messaging
