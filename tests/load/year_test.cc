// A month of a small centre's work as the bench writes its year: what is counted, what is kept, what reads back.
// No time is asserted on.
#include <gtest/gtest.h>

#include "bench/year_bench.h"
#include "core/base/text_form.h"
#include "core/domain/invariants.h"
#include "core/domain/state_text.h"
#include "messaging/journal/snapshots.h"
#include "tests/load/disk_folder.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo {
namespace {

constexpr std::int64_t kDays = 30, kPerDay = 20;

std::unique_ptr<center::Center> open_at(tests::DiskFolder const& folder, Time now,
                                        std::shared_ptr<center::ManualClock>* clock = nullptr) {
  auto const made = std::make_shared<center::ManualClock>(now);
  auto opened = bench::open_year_center(folder.path(), made);
  EXPECT_TRUE(opened) << opened.error().message;
  if (clock != nullptr) {
    *clock = made;
  }
  return std::move(opened).value();
}

TEST(YearOfWork, AMonthIsCountedKeptAndReadsBack) {
  tests::DiskFolder const folder;
  std::shared_ptr<center::ManualClock> clock;
  auto center = open_at(folder, bench::kYearBegins, &clock);
  bench::WorkWish wish;
  wish.days = kDays;
  wish.per_day = kPerDay;
  auto const done = bench::YearOfWork{*center, *clock, wish}.run();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->refused, 0);
  EXPECT_NEAR(static_cast<double>(done->incidents), kDays * kPerDay, 5);
  EXPECT_GE(done->reports, done->incidents);
  EXPECT_NEAR(static_cast<double>(done->orders), 2.0 * kDays * kPerDay, 100);
  EXPECT_GT(done->closures, 10);

  // What ended more than fourteen days ago has left the state; nothing is in both or in neither.
  domain::State const state = center->committed().copy();
  auto const archived = center->archive()->count();
  ASSERT_TRUE(archived);
  EXPECT_EQ(static_cast<std::int64_t>(state.incidents.size() + state.reports.size() +
                                      state.orders.size() + state.closures.size() +
                                      state.deliveries.size()) +
                *archived,
            done->incidents + done->reports + 2 * done->orders +
                done->closures);  // each order has a delivery
  EXPECT_LE(static_cast<std::int64_t>(state.incidents.size()), 15 * kPerDay + kPerDay);
  EXPECT_GE(static_cast<std::int64_t>(state.incidents.size()), 13 * kPerDay);
  for (auto const& [id, incident] : state.incidents) {
    EXPECT_TRUE(!incident->closed_at || *incident->closed_at > clock->now() - hours(24 * 14 + 1))
        << to_text(id);
  }
  EXPECT_TRUE(domain::broken_invariants(state).empty());
  EXPECT_EQ(center->last_trouble(), "");
  EXPECT_EQ(tests::broken_in(center->journal()), "");

  // A start, with and without a snapshot, and the past, all say the same.
  auto const past = center->past().sequence_at(bench::kYearBegins + hours(24 * kDays / 2));
  ASSERT_TRUE(past);
  auto const then = messaging::replay(center->journal(), nullptr, *past);
  ASSERT_TRUE(then);
  center->stop();
  auto const text = domain::state_text(state);
  center.reset();
  center = open_at(folder, clock->now());
  EXPECT_EQ(domain::state_text(center->committed().copy()), text);
  auto const whole = messaging::replay(center->journal(), nullptr);
  ASSERT_TRUE(whole);
  EXPECT_EQ(domain::state_text(*whole), text);
  auto const shown = center->past().at(*past);
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(domain::state_text(**shown), domain::state_text(*then));

  // Each incident that had ended by then is in the archive as it stood then, and has its timeline.
  int ended = 0;
  for (auto const& [id, incident] : (*shown)->incidents) {
    auto const kept = center->archive()->find<domain::Incident>(id);
    ASSERT_TRUE(kept);
    if (!incident->closed_at) {
      continue;
    }
    ASSERT_TRUE(*kept) << to_text(id);
    ++ended;
    EXPECT_EQ(fields_text((*kept)->object), fields_text(*incident));
    auto const timeline = center->subjects()->sequences(to_text(id), 0, 1'000);
    ASSERT_TRUE(timeline);
    EXPECT_EQ(timeline->back(), (*kept)->sequence);
  }
  EXPECT_GT(ended, 100);
}

}  // namespace
}  // namespace fenghuo
