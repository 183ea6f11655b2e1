// Who is on duty and where the holes are, against a count of every quarter of an hour over a year.
#include "core/domain/duty.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/random.h"
#include "core/base/time_text.h"
#include "core/domain/invariants.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {
namespace {

constexpr Duration kQuarter = minutes(15);

Time at(std::string_view text) { return *parse_rfc3339(text); }

/// A roster as a plain list: what the aggregate is held against.
struct Roster {
  struct Shift {
    std::string id, post, person;
    Time from, to;
    bool cancelled = false;
  };
  std::vector<Shift> shifts;

  int there(std::string const& post, Time when) const {
    return static_cast<int>(std::count_if(shifts.begin(), shifts.end(), [&](Shift const& shift) {
      return shift.post == post && !shift.cancelled && shift.from <= when && when < shift.to;
    }));
  }
  std::vector<std::string> who(std::string const& post, Time when) const {
    std::vector<std::pair<std::string, std::string>> found;
    for (auto const& shift : shifts) {
      if (shift.post == post && !shift.cancelled && shift.from <= when && when < shift.to) {
        found.emplace_back(shift.id, shift.person);
      }
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> out;
    for (auto const& [id, person] : found) {
      out.push_back(person);
    }
    return out;
  }
};

/// From 8 to 18 o'clock in China, Monday to Friday, by the calendar itself.
bool office_hours(Time when) {
  std::int64_t const local = when.us / 1'000'000 + 8 * 3600;
  std::int64_t const weekday = (local / 86'400 + 3) % 7;  // 1970-01-01 was a Thursday; 0 is Monday
  std::int64_t const hour = local / 3600 % 24;
  return weekday < 5 && hour >= 8 && hour < 18;
}

/// Two posts over a year: one that two people man always, in shifts of 12 h, one in office hours; with swaps,
/// cancelled shifts and shifts that nobody took.
struct Year {
  KernelRun run;
  Roster roster;
  Time const begin = at("2026-01-01T00:00:00+08:00");
  Time const end = at("2027-01-01T00:00:00+08:00");

  explicit Year(std::uint64_t seed) {
    Random random{seed};
    run.give(begin - hours(1), "found_center jurisdiction=x zone_minutes=480");
    for (int i = 0; i < 8; ++i) {
      run.give(begin - hours(1), "record_person id=P" + std::to_string(i) + " title=x");
    }
    run.give(begin - hours(1),
             "record_duty_post id=ALWAYS name=a people=2 weekdays=127 to_minute=1440 "
             "alarm_before=86400s keeper=P0");
    run.give(begin - hours(1),
             "record_duty_post id=OFFICE name=b people=1 weekdays=31 from_minute=480 "
             "to_minute=1080 alarm_before=3600s");
    int number = 0;
    for (Time from = begin; from < end; from = from + hours(12)) {
      for (int seat = 0; seat < 2; ++seat) {
        if (!random.chance(20)) {
          add("ALWAYS", "P" + std::to_string(seat * 4 + number % 4), from, from + hours(12));
        }
      }
      ++number;
    }
    for (Time from = begin + hours(8); from < end; from = from + hours(24)) {
      if (!random.chance(30)) {
        // Some come late or leave early.
        Duration const late = random.chance(50) ? minutes(45) : minutes(0);
        add("OFFICE", "P7", from + late, from + hours(10));
      }
    }
    for (auto& shift : roster.shifts) {
      if (random.chance(10)) {
        EXPECT_TRUE(run.give(begin, "cancel_duty shift=" + shift.id + " because=x").accepted());
        shift.cancelled = true;
      } else if (random.chance(50) && shift.post == "OFFICE") {
        EXPECT_TRUE(
            run.give(begin, "swap_duty shift=" + shift.id + " person=P3 because=x").accepted());
        shift.person = "P3";
      }
    }
  }

  void add(std::string const& post, std::string const& person, Time from, Time to) {
    std::string const id = post + "-" + std::to_string(roster.shifts.size() + 10'000);
    EXPECT_TRUE(run.give(begin - hours(1), "record_duty_shift id=" + id + " post=" + post +
                                               " person=" + person + " from=" + to_rfc3339(from) +
                                               " to=" + to_rfc3339(to))
                    .accepted())
        << id;
    roster.shifts.push_back({id, post, person, from, to});
  }

  bool lacks(std::string const& post, Time when) const {
    return post == "ALWAYS" ? roster.there(post, when) < 2
                            : office_hours(when) && roster.there(post, when) < 1;
  }
};

TEST(Duty, WhoIsOnDutyAtEveryQuarterOfAYear) {
  Year const year{7};
  auto const& state = year.run.state();
  for (Time now = year.begin; now < year.end; now = now + minutes(105)) {
    for (std::string const post : {"ALWAYS", "OFFICE"}) {
      std::vector<std::string> found;
      for (auto const* shift : domain::on_duty(state, {post}, now)) {
        found.push_back(shift->who().text);
      }
      ASSERT_EQ(found, year.roster.who(post, now)) << post << " " << to_rfc3339(now);
    }
    ASSERT_EQ(domain::must_be_manned(state, state.duty_posts.at({"OFFICE"})->facts, now),
              office_hours(now))
        << to_rfc3339(now);
  }
  EXPECT_EQ(year.run.broken(), std::vector<std::string>{});
}

TEST(Duty, TheHolesOfAYearAreThoseOfACount) {
  for (std::uint64_t const seed : {7U, 8U}) {
    Year const year{seed};
    auto const& state = year.run.state();
    for (std::string const post : {"ALWAYS", "OFFICE"}) {
      std::vector<std::pair<Time, Time>> expected;
      for (Time now = year.begin; now < year.end; now = now + kQuarter) {
        if (!year.lacks(post, now)) {
          continue;
        }
        if (!expected.empty() && expected.back().second == now) {
          expected.back().second = now + kQuarter;
        } else {
          expected.emplace_back(now, now + kQuarter);
        }
      }
      ASSERT_GT(expected.size(), 5U);
      std::vector<std::pair<Time, Time>> found;
      auto hole = domain::next_hole(state, {post}, year.begin);
      while (hole && hole->from < year.end) {
        found.emplace_back(hole->from, hole->until.value_or(year.end));
        found.back().second = std::min(found.back().second, year.end);
        hole = hole->until ? domain::next_hole(state, {post}, *hole->until) : std::nullopt;
      }
      EXPECT_EQ(found, expected) << post;
    }
  }
}

TEST(Duty, EachHoleIsSaidOnceBeforeItBegins) {
  Year year{9};
  std::map<Time, int> said;  // by its begin
  auto const before = year.run.journal().size();
  while (auto const due = kernel::next_deadline(year.run.state())) {
    if (*due >= year.end) {
      break;
    }
    year.run.give(std::max(*due, year.run.state().time), "tick");
  }
  for (std::size_t i = before; i < year.run.journal().size(); ++i) {
    auto const& event = year.run.journal()[i];
    if (auto const* found = std::get_if<domain::DutyHoleFound>(&event.event)) {
      if (found->post.text == "ALWAYS") {
        ++said[found->hole.from];
        Time const due = std::max(found->hole.from - hours(24), year.begin);
        EXPECT_LE(event.recorded_at, due + hours(1)) << to_rfc3339(found->hole.from);
        EXPECT_TRUE(found->delivery) << "its keeper is told";
      }
    }
  }
  auto hole = domain::next_hole(year.run.state(), {"ALWAYS"}, year.begin);
  int holes = 0;
  for (; hole && hole->from < year.end - hours(24);
       hole = hole->until ? domain::next_hole(year.run.state(), {"ALWAYS"}, *hole->until)
                          : std::nullopt) {
    EXPECT_EQ(said[hole->from], 1) << to_rfc3339(hole->from);
    ++holes;
  }
  EXPECT_GT(holes, 5);
  EXPECT_EQ(year.run.broken(), std::vector<std::string>{});
}

struct Small {
  KernelRun run;
  Time const now = at("2026-03-02T08:00:00+08:00");
  Small() {
    run.give(now, "found_center jurisdiction=x zone_minutes=480");
    run.give(now, "record_person id=P1 title=x");
    run.give(now, "record_person id=P2 title=x deputies=[P1]");
    run.give(now, "record_duty_post id=W name=x to_minute=1440 alarm_before=7200s keeper=P2");
  }
  void shift(std::string const& id, std::string const& person, int from, int to) {
    ASSERT_TRUE(run.give(std::max(now, run.state().time),
                         "record_duty_shift id=" + id + " post=W person=" + person + " from=" +
                             to_rfc3339(now + hours(from)) + " to=" + to_rfc3339(now + hours(to)))
                    .accepted());
  }
  domain::DutyPost const& post() const { return *run.state().duty_posts.at({"W"}); }
};

TEST(Duty, AHoleThatIsFilledIsNotSaidAndOneThatMovesIsLookedForAnew) {
  Small small;
  small.shift("S1", "P1", 0, 10);
  small.shift("S2", "P1", 20, 30);
  ASSERT_TRUE(small.post().expected);
  EXPECT_EQ(small.post().expected->from, small.now + hours(10));
  EXPECT_EQ(small.post().expected->until, small.now + hours(20));
  EXPECT_EQ(kernel::next_deadline(small.run.state()), small.now + hours(8));
  small.shift("S3", "P2", 10, 20);
  EXPECT_EQ(small.post().expected->from, small.now + hours(30));
  EXPECT_FALSE(small.post().expected->until);
  ASSERT_TRUE(small.run.give(small.now, "cancel_duty shift=S3 because=x").accepted());
  EXPECT_EQ(small.post().expected->from, small.now + hours(10));
  small.run.give(small.now + hours(8), "tick");
  ASSERT_TRUE(small.post().hole);
  EXPECT_EQ(small.post().hole->from, small.now + hours(10));
  // Half of it is filled: another hole begins, and is said in its turn.
  small.shift("S4", "P2", 10, 15);
  EXPECT_FALSE(small.post().hole);
  EXPECT_EQ(small.post().expected->from, small.now + hours(15));
  EXPECT_EQ(small.run.broken(), std::vector<std::string>{});
}

TEST(Duty, AHoleGoesToTheKeeperAndThenToHisDeputy) {
  Small small;
  small.shift("S1", "P1", 0, 10);
  small.run.give(small.now + hours(8), "tick");
  auto const& deliveries = small.run.state().deliveries;
  ASSERT_EQ(deliveries.size(), 1U);
  auto const id = deliveries.begin()->first;
  EXPECT_EQ(deliveries.at(id)->recipients.front().person, PersonCode{"P2"});
  small.run.give(small.now + hours(9), "tick");
  EXPECT_EQ(deliveries.at(id)->recipients.back().person, PersonCode{"P1"});
  small.run.give(small.now + hours(10), "tick");
  EXPECT_TRUE(deliveries.at(id)->silent);
}

TEST(Duty, AShiftThatFillsNothingLeavesThePostAsItWas) {
  Small small;
  small.shift("S1", "P1", 0, 10);
  Sequence const before = small.post().revision;
  small.shift("S2", "P2", 0, 10);
  EXPECT_EQ(small.post().revision, before);
  small.shift("S3", "P2", 10, 12);
  EXPECT_GT(small.post().revision, before) << "the next hole is another";
}

TEST(Duty, TheAlarmEndsWhenTheHoleIsFilledOrOver) {
  Small small;
  small.shift("S1", "P1", 0, 10);
  small.shift("S2", "P1", 20, 30);
  small.run.give(small.now + hours(8), "tick");
  small.run.give(small.now + hours(28), "tick");
  auto const& deliveries = small.run.state().deliveries;
  ASSERT_EQ(deliveries.size(), 2U);
  auto const& first = deliveries.begin()->second;
  auto const& second = deliveries.rbegin()->second;
  EXPECT_EQ(first->hole->from, small.now + hours(10));
  EXPECT_EQ(second->hole->from, small.now + hours(30));
  // Somebody comes for the second: its alarm ends; the first hole is over by now, and its alarm with it.
  small.run.give(small.now + hours(29), "record_duty_shift id=S3 post=" + small.post().id.text +
                                            " person=P2 from=" + to_rfc3339(small.now + hours(30)) +
                                            " to=" + to_rfc3339(small.now + hours(40)));
  EXPECT_EQ(deliveries.begin()->second->status, domain::DeliveryStatus::Ended);
  EXPECT_EQ(deliveries.begin()->second->ended_because, "hole_over");
  EXPECT_EQ(deliveries.rbegin()->second->status, domain::DeliveryStatus::Ended);
  EXPECT_EQ(deliveries.rbegin()->second->ended_because, "hole_filled");
  EXPECT_EQ(small.run.broken(), std::vector<std::string>{});
}

TEST(Duty, AStandInStaysWhenTheRosterIsReadAgain) {
  Small small;
  small.shift("S1", "P1", 0, 10);
  ASSERT_TRUE(small.run.give(small.now, "swap_duty shift=S1 person=P2 because=x").accepted());
  auto const again = small.run.give(
      small.now, "record_duty_shift id=S1 post=W person=P1 from=" + to_rfc3339(small.now) +
                     " to=" + to_rfc3339(small.now + hours(10)));
  EXPECT_EQ(outcome_of(again), "already_in_that_state");
  EXPECT_EQ(domain::on_duty(small.run.state(), {"W"}, small.now).front()->who().text, "P2");
}

TEST(Duty, AShiftLeavesFourHundredDaysAfterItsEnd) {
  Small small;
  small.shift("S1", "P1", 0, 10);
  Time const due = small.now + hours(10 + 24 * 400);
  for (int i = 0; i < 50 && *kernel::next_deadline(small.run.state()) < due; ++i) {
    small.run.give(*kernel::next_deadline(small.run.state()), "tick");
  }
  EXPECT_EQ(small.run.state().duty_shifts.size(), 1U);
  small.run.give(due, "tick");
  EXPECT_TRUE(small.run.state().duty_shifts.empty());
  EXPECT_TRUE(small.run.state().shifts_of_post.empty());
  EXPECT_EQ(small.run.broken(), std::vector<std::string>{});
}

}  // namespace
}  // namespace fenghuo::tests
