// When a message is tried again, and when a gateway is left alone.
#include "messaging/delivery/retry_schedule.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace fenghuo::messaging {
namespace {

constexpr Time kNow{1'767'225'600'000'000};

Handover made(HandoverOutcome outcome, bool answered) {
  return {.outcome = outcome, .answered = answered};
}
Handover const kLater = made(HandoverOutcome::TryAgain, false);
Handover const kTaken = made(HandoverOutcome::Accepted, true);

TEST(RetrySchedule, WaitsAsWrittenAndUpToAFifthLonger) {
  std::vector<Duration> const waits{seconds(5), seconds(30), minutes(2), minutes(10), minutes(30)};
  for (int n = 0; n < 200; ++n) {
    std::string const id = "D-2026-" + std::to_string(n);
    for (std::size_t i = 0; i < waits.size(); ++i) {
      auto const due = next_try(id, static_cast<int>(i) + 1, kNow);
      ASSERT_TRUE(due);
      EXPECT_GE(*due - kNow, waits[i]);
      EXPECT_LE((*due - kNow).us, waits[i].us + waits[i].us / 5);
      EXPECT_EQ(next_try(id, static_cast<int>(i) + 1, kNow), due);  // the same at replay
    }
    EXPECT_FALSE(next_try(id, 6, kNow));
    EXPECT_FALSE(next_try(id, 1000, kNow));
  }
}

TEST(RetrySchedule, TheSameOnEveryMachine) {
  // Written down once: a journal that was played on another machine must wait as long.
  EXPECT_EQ((*next_try("D-2026-000001:0:sms", 1, kNow) - kNow).us, 5'000'000 + 906988);
  EXPECT_EQ((*next_try("D-2026-000001:0:sms", 5, kNow) - kNow).us, 1'800'000'000 + 300129487);
}

TEST(RetrySchedule, ACrowdDoesNotComeBackTogether) {
  std::set<std::int64_t> moments;
  for (int n = 0; n < 1000; ++n) {
    moments.insert(next_try("M" + std::to_string(n), 1, kNow)->us / 10'000);
  }
  EXPECT_GE(moments.size(), 90U);  // of the 101 hundredths of a second that there are
}

TEST(RetrySchedule, TheGatewayMayPutItOffAndNotBringItNearer) {
  Time const plain = *next_try("M", 1, kNow);
  EXPECT_EQ(next_try("M", 1, kNow, seconds(1)), plain);
  EXPECT_EQ(next_try("M", 1, kNow, seconds(-5)), plain);
  EXPECT_EQ(next_try("M", 1, kNow, seconds(90)), kNow + seconds(90));
  EXPECT_EQ(next_try("M", 1, kNow, hours(500)), kNow + minutes(30));
  EXPECT_FALSE(next_try("M", 6, kNow, seconds(90)));
}

TEST(Circuit, OpensAfterFiveInARowAndLetsOneThroughAMinuteLater) {
  Circuit circuit;
  for (int n = 0; n < 4; ++n) {
    EXPECT_TRUE(circuit.lets_through(kNow));
    circuit.note(kLater, kNow);
  }
  EXPECT_EQ(circuit.state(kNow), CircuitState::Closed);
  EXPECT_FALSE(circuit.half_open_at());
  circuit.note(kLater, kNow);
  EXPECT_EQ(circuit.half_open_at(), kNow + seconds(60));
  EXPECT_EQ(circuit.state(kNow), CircuitState::Open);
  EXPECT_FALSE(circuit.lets_through(kNow + seconds(60) - microseconds(1)));
  Time const later = kNow + seconds(60);
  EXPECT_EQ(circuit.state(later), CircuitState::HalfOpen);
  EXPECT_TRUE(circuit.lets_through(later));
  EXPECT_FALSE(circuit.lets_through(later));  // one at a time
  circuit.note(kLater, later + seconds(5));
  EXPECT_FALSE(circuit.lets_through(later + seconds(64)));
  EXPECT_TRUE(circuit.lets_through(later + seconds(65)));
  circuit.note(kTaken, later + seconds(66));
  EXPECT_EQ(circuit.state(later + seconds(66)), CircuitState::Closed);
  EXPECT_TRUE(circuit.lets_through(later + seconds(66)));
  EXPECT_TRUE(circuit.lets_through(later + seconds(66)));
}

TEST(Circuit, ARefusalIsAnAnswerAndWhatNeverLeftIsNone) {
  Circuit circuit;
  for (int n = 0; n < 4; ++n) {
    circuit.note(kLater, kNow);
  }
  circuit.note(made(HandoverOutcome::Never, false), kNow);
  EXPECT_EQ(circuit.failures_in_a_row(), 4);
  circuit.note(made(HandoverOutcome::Never, true), kNow);
  EXPECT_EQ(circuit.failures_in_a_row(), 0);
}

TEST(Circuit, AProbeThatNeverLeftFreesThePlace) {
  Circuit circuit;
  for (int n = 0; n < 5; ++n) {
    circuit.note(kLater, kNow);
  }
  Time const later = kNow + minutes(2);
  EXPECT_TRUE(circuit.lets_through(later));
  circuit.note(made(HandoverOutcome::Never, false), later);
  EXPECT_TRUE(circuit.lets_through(later));
}

TEST(Circuit, AClockThatGoesBackOpensNothingEarly) {
  Circuit circuit;
  for (int n = 0; n < 5; ++n) {
    circuit.note(kLater, kNow - minutes(n));
  }
  EXPECT_EQ(circuit.half_open_at(), kNow + seconds(60));
}

}  // namespace
}  // namespace fenghuo::messaging
