#include "messaging/bus/event_bus.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "messaging/journal/memory_journal.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo::messaging {
namespace {

/// A durable subscriber in memory; fails when told to.
class Reader final : public kernel::DurableSubscriber {
 public:
  explicit Reader(std::string name, Sequence from = 0) : name_{std::move(name)}, position_{from} {}

  std::string_view name() const override { return name_; }
  Result<Sequence> position() override {
    std::scoped_lock const lock{mutex_};
    if (lost_) {
      return Error{ErrorCode::Unavailable, "the position is lost"};
    }
    return position_;
  }
  Result<void> handle(std::span<kernel::RecordedEvent const> events) override {
    std::unique_lock lock{mutex_};
    ++calls_;
    if (fails_) {
      return Error{ErrorCode::Unavailable, "no room"};
    }
    for (auto const& event : events) {
      in_order_ = in_order_ && event.sequence == position_ + 1;
      position_ = event.sequence;
    }
    changed_.notify_all();
    return {};
  }

  void set_fails(bool fails) {
    std::scoped_lock const lock{mutex_};
    fails_ = fails;
  }
  void set_lost(bool lost) {
    std::scoped_lock const lock{mutex_};
    lost_ = lost;
  }
  void wait_for(Sequence sequence) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return position_ >= sequence; });
  }
  bool in_order() const {
    std::scoped_lock const lock{mutex_};
    return in_order_;
  }
  int calls() const {
    std::scoped_lock const lock{mutex_};
    return calls_;
  }

 private:
  std::string name_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Sequence position_;
  bool fails_ = false, lost_ = false, in_order_ = true;
  int calls_ = 0;
};

class Bus : public testing::Test {
 protected:
  /// Appends this many rows and publishes them.
  void add(int count) {
    std::vector<JournalRow> rows;
    std::vector<kernel::RecordedEvent> events;
    for (int i = 0; i < count; ++i) {
      Sequence const sequence = journal_->head().sequence + i + 1;
      rows.push_back(tests::note_row(sequence, "c" + std::to_string(sequence)));
      events.push_back(*decode_row(rows.back()));
    }
    ASSERT_EQ(journal_->append(rows).outcome, AppendOutcome::Written);
    bus_.publish(events);
  }

  std::unique_ptr<MemoryJournal> journal_ = std::move(MemoryJournal::make()).value();
  Reader slow_{"slow"}, quick_{"quick"}, late_{"late", 3};
  EventBus bus_{*journal_};
};

TEST_F(Bus, ListenersHearWhatIsPublishedInOrderAndNothingElse) {
  add(2);
  std::vector<std::string> heard;
  for (auto const* name : {"a", "b"}) {
    bus_.listen([&heard, name](auto events) {
      for (auto const& event : events) {
        heard.push_back(name + std::to_string(event.sequence));
      }
    });
  }
  add(2);
  add(1);
  EXPECT_EQ(heard, (std::vector<std::string>{"a3", "a4", "b3", "b4", "a5", "b5"}));
}

TEST_F(Bus, PumpingHandsOverEverythingOnce) {
  bus_.attach(quick_);
  bus_.attach(late_);
  add(5);
  EXPECT_EQ(quick_.calls(), 0);  // nothing happens by itself without threads
  bus_.pump();
  EXPECT_EQ(*quick_.position(), 5);
  EXPECT_EQ(*late_.position(), 5);
  int const calls = quick_.calls();
  bus_.pump();
  EXPECT_EQ(quick_.calls(), calls);
  add(1'234);  // more than one portion
  bus_.pump();
  EXPECT_EQ(*quick_.position(), 1'239);
  EXPECT_TRUE(quick_.in_order());
  EXPECT_TRUE(late_.in_order());
  ASSERT_EQ(bus_.status().size(), 2U);
  EXPECT_EQ(bus_.status().front().name, "quick");
  EXPECT_EQ(bus_.status().front().position, 1'239);
  EXPECT_EQ(bus_.status().front().last_error, "");
}

TEST_F(Bus, OneThatFailsIsTriedAgainAndHoldsUpNobody) {
  bus_.attach(slow_);
  bus_.attach(quick_);
  add(3);
  slow_.set_fails(true);
  bus_.pump();
  bus_.pump();
  EXPECT_EQ(*quick_.position(), 3);
  EXPECT_EQ(*slow_.position(), 0);
  EXPECT_EQ(slow_.calls(), 2);
  EXPECT_EQ(bus_.status().front().last_error, "no room");
  EXPECT_EQ(bus_.status().back().last_error, "");
  slow_.set_fails(false);
  slow_.set_lost(true);
  bus_.pump();
  EXPECT_EQ(bus_.status().front().last_error, "the position is lost");
  slow_.set_lost(false);
  bus_.pump();
  EXPECT_EQ(*slow_.position(), 3);
  EXPECT_TRUE(slow_.in_order());
  EXPECT_EQ(bus_.status().front().last_error, "");
}

TEST_F(Bus, ARowThatCannotBeReadIsTold) {
  bus_.attach(quick_);
  auto row = tests::note_row(1, "a");
  row.type = "meteor_struck";
  std::vector<JournalRow> rows{row};
  ASSERT_EQ(journal_->append(rows).outcome, AppendOutcome::Written);
  bus_.pump();
  EXPECT_NE(bus_.status().front().last_error.find("meteor_struck"), std::string::npos);
  EXPECT_EQ(quick_.calls(), 0);
}

TEST_F(Bus, ThreadsBringEventsFromBeforeAndAfterTheStart) {
  add(10);
  bus_.attach(slow_);
  bus_.attach(quick_);
  slow_.set_fails(true);  // tried again after a second; the other does not wait for it
  bus_.start();
  quick_.wait_for(10);
  for (int i = 0; i < 300; ++i) {
    add(1);
  }
  quick_.wait_for(310);
  slow_.set_fails(false);
  slow_.wait_for(310);
  EXPECT_TRUE(quick_.in_order());
  EXPECT_TRUE(slow_.in_order());
  bus_.stop();
  add(5);
  EXPECT_EQ(*quick_.position(), 310);
  bus_.start();  // goes on where it stopped
  quick_.wait_for(315);
  bus_.stop();
  EXPECT_TRUE(quick_.in_order());
}

TEST_F(Bus, StopsAlsoWhileASubscriberFails) {
  bus_.attach(slow_);
  slow_.set_fails(true);
  bus_.start();
  add(1);
  bus_.stop();
  bus_.stop();
  EXPECT_EQ(*slow_.position(), 0);
}

}  // namespace
}  // namespace fenghuo::messaging
