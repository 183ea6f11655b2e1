// Holes of the roster against a count of every minute: random posts, shifts, swaps and cancellations while time
// passes over the new year, in several time zones. And the single cases by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "core/base/random.h"
#include "core/base/time_text.h"
#include "core/domain/duty.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"
#include "tests/core/random_commands.h"

namespace fenghuo::tests {
namespace {

constexpr std::int64_t kMinutesOfDay = 24 * 60;
constexpr std::int64_t kDays = 35;
constexpr std::int64_t kMinutes = kDays * kMinutesOfDay;

/// Minutes from the first to before the last; nothing: to the end of the count.
struct Lack {
  std::int64_t from = 0;
  std::int64_t until = kMinutes;
  bool operator==(Lack const&) const = default;
};

/// One post and its shifts, minute by minute from Monday 2026-12-14 of the local calendar on.
struct Count {
  struct Shift {
    std::string id, planned, who;
    std::int64_t from, to;
    bool cancelled = false;
  };
  std::int64_t people = 1, weekdays = 127, from_minute = 0, to_minute = kMinutesOfDay;
  std::int64_t alarm_before = 0;
  std::vector<Shift> shifts;

  bool needed(std::int64_t minute) const {
    std::int64_t const day = minute / kMinutesOfDay;
    std::int64_t const of_day = minute % kMinutesOfDay;
    bool const today = (weekdays >> (day % 7) & 1) == 1;
    bool const yesterday = (weekdays >> ((day + 6) % 7) & 1) == 1;
    if (people < 1) {
      return false;
    }
    if (from_minute < to_minute) {
      return today && from_minute <= of_day && of_day < to_minute;
    }
    return (today && from_minute <= of_day) || (yesterday && of_day < to_minute);
  }
  std::vector<std::string> there(std::int64_t minute) const {
    std::vector<std::string> out;
    for (auto const& shift : shifts) {
      if (!shift.cancelled && shift.from <= minute && minute < shift.to) {
        out.push_back(shift.id + " " + shift.who);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  std::vector<Lack> lacks(std::int64_t from) const {
    std::vector<std::int64_t> present(static_cast<std::size_t>(kMinutes), 0);
    for (auto const& shift : shifts) {
      for (auto m = std::max<std::int64_t>(shift.from, 0);
           !shift.cancelled && m < std::min(shift.to, kMinutes); ++m) {
        ++present[static_cast<std::size_t>(m)];
      }
    }
    std::vector<Lack> out;
    for (auto m = from; m < kMinutes; ++m) {
      if (!needed(m) || present[static_cast<std::size_t>(m)] >= people) {
        continue;
      }
      if (!out.empty() && out.back().until == m) {
        ++out.back().until;
      } else {
        out.push_back({m, m + 1});
      }
    }
    return out;
  }
};

/// A kernel and a count of the same roster, changed together.
class Together {
 public:
  explicit Together(std::uint64_t seed) : random_{seed} {
    std::array<std::int64_t, 4> const zones{480, 0, -210, 345};
    std::int64_t const zone = zones[random_.below(zones.size())];
    begin_ = *parse_rfc3339("2026-12-14T00:00:00Z") - minutes(zone);
    give("found_center jurisdiction=x zone_minutes=" + std::to_string(zone));
    for (int i = 0; i < 5; ++i) {
      give("record_person id=P" + std::to_string(i) + " title=x");
    }
    draw_post();
  }

  void step() {
    auto const ahead = std::array<std::int64_t, 4>{0, 30, 600, 2000};
    pass_to(now_ + random_.between(0, ahead[random_.below(ahead.size())]));
    switch (random_.below(10)) {
      case 0:
        swap();
        break;
      case 1:
      case 2:
        cancel();
        break;
      case 3:
        move();
        break;
      case 4:
        if (random_.chance(200)) {
          draw_post();
        }
        break;
      default:
        add();
    }
    check_standing();
    check_list();
  }

  KernelRun run;
  int alarms = 0, fillings = 0;

 private:
  Time time(std::int64_t minute) const { return begin_ + minutes(minute); }
  std::int64_t minute(Time time) const {
    EXPECT_EQ((time - begin_).us % minutes(1).us, 0);
    return (time - begin_).us / minutes(1).us;
  }
  std::string outcome(std::string const& line) {
    auto const before = run.journal().size();
    std::string const outcome = outcome_of(run.give(time(now_), line));
    for (auto i = before; i < run.journal().size(); ++i) {
      if (auto const* found = std::get_if<domain::DutyHoleFound>(&run.journal()[i].event)) {
        hear(*found);
      }
    }
    return outcome;
  }
  void give(std::string const& line) { EXPECT_EQ(outcome(line), "accepted") << line; }
  domain::DutyPost const& post() const { return *run.state().duty_posts.at({"W"}); }

  void draw_post() {
    count_.people = random_.between(0, 2);
    count_.weekdays = random_.chance(500) ? 127 : random_.between(0, 127);
    count_.from_minute = random_.between(0, 3) * 360;
    count_.to_minute = random_.between(0, 4) * 360;
    if (count_.from_minute == count_.to_minute && random_.chance(500)) {
      count_.to_minute = count_.from_minute + 95;
    }
    count_.alarm_before = random_.between(0, 4) * 1000;
    outcome("record_duty_post id=W name=x people=" + std::to_string(count_.people) + " weekdays=" +
            std::to_string(count_.weekdays) + " from_minute=" + std::to_string(count_.from_minute) +
            " to_minute=" + std::to_string(count_.to_minute) +
            " alarm_before=" + std::to_string(count_.alarm_before * 60) + "s keeper=P0");
    forget_what_changed();
  }

  std::string record(Count::Shift const& shift) {
    return outcome("record_duty_shift id=" + shift.id + " post=W person=" + shift.planned +
                   " from=" + to_rfc3339(time(shift.from)) + " to=" + to_rfc3339(time(shift.to)));
  }
  bool overlaps(Count::Shift const& shift) const {
    return std::any_of(count_.shifts.begin(), count_.shifts.end(), [&](Count::Shift const& other) {
      return other.id != shift.id && !other.cancelled && other.who == shift.who &&
             other.from < shift.to && shift.from < other.to;
    });
  }
  std::string somebody() { return "P" + std::to_string(random_.below(5)); }
  Count::Shift& any_shift() { return count_.shifts[random_.below(count_.shifts.size())]; }
  void draw_times(Count::Shift& shift) {
    // Mostly where the last one ends, as a roster is written; sometimes anywhere.
    bool const joins = !count_.shifts.empty() && random_.chance(700);
    shift.from = joins ? any_shift().to : now_ + random_.between(-1000, 8000);
    shift.to = shift.from + random_.between(1, 16) * 180 + (random_.chance(200) ? 7 : 0);
  }

  void add() {
    std::string const person = somebody();
    Count::Shift shift{"S" + std::to_string(1000 + count_.shifts.size()), person, person, 0, 0};
    draw_times(shift);
    bool const refused = overlaps(shift);
    EXPECT_EQ(record(shift), refused ? "shift_overlaps" : "accepted");
    if (!refused) {
      count_.shifts.push_back(shift);
      ++fillings;
      forget_what_changed();
    }
  }
  void move() {
    if (count_.shifts.empty()) {
      return;
    }
    Count::Shift& shift = any_shift();
    Count::Shift moved = shift;
    draw_times(moved);
    bool const refused = !shift.cancelled && overlaps(moved);
    bool const same = moved.from == shift.from && moved.to == shift.to;
    EXPECT_EQ(record(moved), refused ? "shift_overlaps"
                             : same  ? "already_in_that_state"
                                     : "accepted");
    if (!refused && !same) {
      shift = moved;
      forget_what_changed();
    }
  }
  void swap() {
    if (count_.shifts.empty()) {
      return;
    }
    Count::Shift& shift = any_shift();
    Count::Shift swapped = shift;
    swapped.who = somebody();
    std::string const expected = overlaps(swapped) ? "shift_overlaps"
                                 : shift.cancelled || swapped.who == shift.who
                                     ? "already_in_that_state"
                                     : "accepted";
    EXPECT_EQ(outcome("swap_duty shift=" + shift.id + " person=" + swapped.who + " because=x"),
              expected);
    if (expected == "accepted") {
      shift = swapped;
      forget_what_changed();
    }
  }
  void cancel() {
    if (count_.shifts.empty()) {
      return;
    }
    Count::Shift& shift = any_shift();
    EXPECT_EQ(outcome("cancel_duty shift=" + shift.id + " because=x"),
              shift.cancelled ? "already_in_that_state" : "accepted");
    shift.cancelled = true;
    forget_what_changed();
  }

  /// What was said and is not so any more has not been said.
  void forget_what_changed() {
    auto const lacks = count_.lacks(now_);
    std::vector<Lack> standing;
    for (auto const& one : said_) {
      for (auto const& lack : lacks) {
        if (lack.from == std::max(one.from, now_) && one.until > now_) {
          standing.push_back({one.from, lack.until});
        }
      }
    }
    said_ = standing;
  }

  void hear(domain::DutyHoleFound const& found) {
    ++alarms;
    std::int64_t const from = minute(found.hole.from);
    if (from >= kMinutes - 2 * kMinutesOfDay) {
      return;  // the count ends
    }
    auto const lacks = count_.lacks(std::min(from, now_));
    auto const lack = std::find_if(lacks.begin(), lacks.end(), [&](Lack const& one) {
      return one.from <= from && from < one.until;
    });
    ASSERT_NE(lack, lacks.end()) << "there is no hole at " << to_rfc3339(found.hole.from);
    EXPECT_EQ(found.hole.until ? std::min(minute(*found.hole.until), kMinutes) : kMinutes,
              lack->until);
    EXPECT_LE(from - count_.alarm_before, now_) << "not before its time";
    for (auto const& one : said_) {
      EXPECT_FALSE(one.from <= from && from < one.until) << "said twice";
    }
    said_.push_back({from, lack->until});
  }

  void pass_to(std::int64_t until) {
    while (auto const due = kernel::next_deadline(run.state())) {
      if (*due > time(until)) {
        break;
      }
      now_ = std::max(now_, minute(*due));
      give("tick");
    }
    now_ = until;
  }

  /// All that has to be said by now was said.
  void check_standing() {
    pass_to(now_);
    for (auto const& lack : count_.lacks(now_)) {
      if (lack.from - count_.alarm_before > now_ || lack.from >= kMinutes - 2 * kMinutesOfDay) {
        continue;
      }
      EXPECT_TRUE(domain::is_said(post(), {time(lack.from), time(lack.until)}));
      EXPECT_TRUE(
          std::any_of(said_.begin(), said_.end(),
                      [&](Lack const& one) { return std::max(one.from, now_) == lack.from; }))
          << lack.from << " at " << now_;
    }
  }

  void check_list() {
    std::vector<Lack> found;
    auto hole = domain::next_hole(run.state(), {"W"}, time(now_));
    for (; hole && minute(hole->from) < kMinutes;
         hole = hole->until ? domain::next_hole(run.state(), {"W"}, *hole->until) : std::nullopt) {
      found.push_back(
          {minute(hole->from), hole->until ? std::min(minute(*hole->until), kMinutes) : kMinutes});
    }
    EXPECT_EQ(found, count_.lacks(now_));
    std::int64_t const then = random_.between(0, kMinutes - 1);
    std::vector<std::string> there;
    for (auto const* shift : domain::on_duty(run.state(), {"W"}, time(then))) {
      there.push_back(shift->id.text + " " + shift->who().text);
    }
    EXPECT_EQ(there, count_.there(then));
    EXPECT_EQ(domain::must_be_manned(run.state(), post().facts, time(then)), count_.needed(then));
  }

  Random random_;
  Time begin_;
  std::int64_t now_ = 0;
  Count count_;
  std::vector<Lack> said_;
};

TEST(DutyHoles, OfRandomRostersAreThoseOfACountWhileTimePasses) {
  int alarms = 0;
  int fillings = 0;
  for (std::uint64_t seed = 1; seed <= 60 && !HasFailure(); ++seed) {
    std::uint64_t const used = seed_of_run(seed);
    SCOPED_TRACE("FENGHUO_SEED=" + std::to_string(used));
    Together together{used};
    for (int i = 0; i < 60 && !HasFailure(); ++i) {
      together.step();
    }
    EXPECT_EQ(together.run.broken(), std::vector<std::string>{});
    alarms += together.alarms;
    fillings += together.fillings;
  }
  EXPECT_GT(alarms, 300);
  EXPECT_GT(fillings, 300);
}

/// A post that one person mans around the clock, told of two days ahead.
struct Post {
  KernelRun run;
  Time const begin = *parse_rfc3339("2026-12-30T08:00:00+08:00");
  Post() {
    for (std::string const line :
         {"found_center jurisdiction=x zone_minutes=480", "record_person id=P1 title=x",
          "record_person id=P2 title=x", "record_duty_post id=W name=x alarm_before=172800s"}) {
      EXPECT_EQ(outcome(0, line), "accepted");
    }
  }
  std::string outcome(int hour, std::string const& line) {
    return outcome_of(run.give(begin + hours(hour), line));
  }
  std::string shift(int now, std::string const& id, std::string const& person, int from, int to) {
    return outcome(now, "record_duty_shift id=" + id + " post=W person=" + person +
                            " from=" + to_rfc3339(begin + hours(from)) +
                            " to=" + to_rfc3339(begin + hours(to)));
  }
  /// Hours at which the holes begin that are said now.
  std::vector<std::int64_t> said(int hour) {
    auto const before = run.journal().size();
    Time const now = begin + hours(hour);
    for (int i = 0; i < 20 && kernel::next_deadline(run.state()).value_or(now + hours(1)) <= now;
         ++i) {
      run.give(now, "tick");
    }
    std::vector<std::int64_t> out;
    for (auto i = before; i < run.journal().size(); ++i) {
      if (auto const* found = std::get_if<domain::DutyHoleFound>(&run.journal()[i].event)) {
        out.push_back((found->hole.from - begin).us / hours(1).us);
      }
    }
    EXPECT_EQ(run.broken(), std::vector<std::string>{});
    return out;
  }
};

using Hours = std::vector<std::int64_t>;

TEST(DutyHoles, AnEarlierOneIsSaidTooAndTheLaterNotAgain) {
  Post post;
  post.shift(0, "S1", "P1", 0, 10);
  post.shift(0, "S2", "P1", 10, 30);
  post.shift(0, "S3", "P2", 35, 500);
  EXPECT_EQ(post.said(0), Hours{30});
  EXPECT_EQ(post.outcome(1, "cancel_duty shift=S1 because=x"), "accepted");
  EXPECT_EQ(post.said(1), Hours{1});
  EXPECT_EQ(post.said(2), Hours{});
  EXPECT_EQ(post.run.state().duty_posts.at({"W"})->also_said.size(), 1U);
  EXPECT_EQ(post.said(40), Hours{}) << "both are over and were said";
}

TEST(DutyHoles, OneThatBeginsEarlierThanWasSaidIsAnother) {
  Post post;
  post.shift(0, "S1", "P1", 0, 30);
  post.shift(0, "S2", "P2", 35, 500);
  EXPECT_EQ(post.said(0), Hours{30});
  post.shift(1, "S1", "P1", 0, 20);
  EXPECT_EQ(post.said(1), Hours{20});
}

TEST(DutyHoles, OneThatEndsLaterThanWasSaidIsTheSame) {
  Post post;
  post.shift(0, "S1", "P1", 0, 30);
  post.shift(0, "S2", "P2", 35, 40);
  post.shift(0, "S3", "P2", 40, 500);
  EXPECT_EQ(post.said(0), Hours{30});
  EXPECT_EQ(post.outcome(1, "cancel_duty shift=S2 because=x"), "accepted");
  EXPECT_EQ(post.said(1), Hours{});
  EXPECT_EQ(post.run.state().duty_posts.at({"W"})->hole->until, post.begin + hours(40));
}

TEST(DutyHoles, OneAfterAnotherThatIsOverIsAnother) {
  Post post;
  post.shift(0, "S1", "P1", 0, 10);
  post.shift(0, "S2", "P2", 12, 500);
  EXPECT_EQ(post.said(0), Hours{10});
  EXPECT_EQ(post.said(20), Hours{});
  EXPECT_EQ(post.outcome(20, "cancel_duty shift=S2 because=x"), "accepted");
  EXPECT_EQ(post.said(20), Hours{20});
}

TEST(DutyHoles, ACenterThatWasAwaySaysEachOnce) {
  Post post;
  for (int i = 0; i < 6; ++i) {
    post.shift(0, "S" + std::to_string(i), "P1", 60 + i * 20, 70 + i * 20);
  }
  post.shift(0, "S9", "P2", 0, 60);
  EXPECT_EQ(post.said(300), (Hours{70, 90, 110, 130, 150, 170}));
  EXPECT_EQ(post.said(301), Hours{});
}

TEST(DutyHoles, APostThatAsksForNobodyHasNone) {
  Post post;
  for (std::string const change : {"people=0", "weekdays=0", "retired=yes"}) {
    post.outcome(0, "record_duty_post id=W name=x " + change);
    EXPECT_FALSE(post.run.state().duty_posts.at({"W"})->expected) << change;
    EXPECT_FALSE(kernel::next_deadline(post.run.state())) << change;
  }
  EXPECT_FALSE(domain::next_hole(post.run.state(), {"X"}, post.begin)) << "an unknown post";
}

TEST(DutyShifts, NobodyStandsTwiceOnOnePost) {
  Post post;
  EXPECT_EQ(post.shift(0, "S1", "P1", 0, 10), "accepted");
  EXPECT_EQ(post.shift(0, "S2", "P1", 9, 20), "shift_overlaps");
  EXPECT_EQ(post.shift(0, "S2", "P1", 10, 20), "accepted") << "one after the other";
  EXPECT_EQ(post.shift(0, "S3", "P2", 5, 15), "accepted") << "two at a time";
  EXPECT_EQ(post.outcome(0, "swap_duty shift=S1 person=P2 because=x"), "shift_overlaps");
  EXPECT_EQ(post.shift(0, "S3", "P2", 20, 30), "accepted");
  EXPECT_EQ(post.outcome(0, "swap_duty shift=S1 person=P2 because=x"), "accepted");
  EXPECT_EQ(post.shift(0, "S4", "P1", 0, 10), "accepted") << "who was swapped is free";
}

TEST(DutyShifts, ARosterReadAgainAfterSwapsAndCancellationsChangesNothing) {
  Post post;
  post.shift(0, "S1", "P1", 0, 10);
  post.shift(0, "S2", "P2", 10, 20);
  post.outcome(0, "swap_duty shift=S1 person=P2 because=x");
  post.outcome(0, "cancel_duty shift=S2 because=x");
  EXPECT_EQ(post.shift(0, "S3", "P1", 0, 20), "accepted");
  EXPECT_EQ(post.shift(1, "S1", "P1", 0, 10), "already_in_that_state");
  EXPECT_EQ(post.shift(1, "S2", "P2", 10, 20), "already_in_that_state");
  EXPECT_EQ(post.shift(1, "S3", "P1", 0, 20), "already_in_that_state");
}

TEST(DutyShifts, AreThirtyOneDaysLongAtMost) {
  Post post;
  EXPECT_EQ(post.shift(0, "S1", "P1", 0, 31 * 24), "accepted");
  EXPECT_EQ(post.shift(0, "S2", "P2", 0, 31 * 24 + 1), "shift_length");
  EXPECT_EQ(post.shift(0, "S2", "P2", 5, 5), "shift_length");
  auto const there = domain::on_duty(post.run.state(), {"W"}, post.begin + hours(31 * 24 - 1));
  EXPECT_EQ(there.size(), 1U);
}

TEST(DutyShifts, WhoComesBackHimselfHasNoStandIn) {
  Post post;
  post.shift(0, "S1", "P1", 0, 10);
  post.outcome(0, "swap_duty shift=S1 person=P2 because=x");
  EXPECT_EQ(post.run.state().duty_shifts.at({"S1"})->stand_in, PersonCode{"P2"});
  post.outcome(0, "swap_duty shift=S1 person=P1 because=y");
  EXPECT_FALSE(post.run.state().duty_shifts.at({"S1"})->stand_in);
  post.outcome(0, "swap_duty shift=S1 person=P2 because=x");
  EXPECT_EQ(post.shift(0, "S2", "P2", 5, 20), "shift_overlaps") << "he stands in already";
}

}  // namespace
}  // namespace fenghuo::tests
