#include "core/base/time_text.h"

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <string>

#include "core/base/random.h"

namespace fenghuo {

namespace {

struct Reading {
  std::string text;
  std::int64_t us;
};

// Seconds since 1970 by `date -u -d TEXT +%s` of GNU coreutils.
TEST(TimeText, ReadsRfc3339) {
  for (auto const& [text, us] : {
           Reading{"1970-01-01T00:00:00Z", 0},
           Reading{"1985-04-12T23:20:50.52Z", 482'196'050'520'000},  // RFC 3339, 5.8
           Reading{"1996-12-19T16:39:57-08:00", 851'042'397'000'000},
           Reading{"1937-01-01T12:00:27.87+00:20", -1'041'337'172'130'000},
           Reading{"2026-03-01T08:00:00+08:00", 1'772'323'200'000'000},
           Reading{"2026-03-01t00:00:00z", 1'772'323'200'000'000},
           Reading{"2026-03-01T00:00:00-00:00", 1'772'323'200'000'000},
           Reading{"2026-02-28T23:59:59.999999Z", 1'772'323'199'999'999},
           Reading{"2026-02-28T23:59:59.9999999Z", 1'772'323'199'999'999},  // cut, not rounded
           Reading{"2024-02-29T12:00:00Z", 1'709'208'000'000'000},
           Reading{"2000-02-29T00:00:00Z", 951'782'400'000'000},
           Reading{"1900-02-28T00:00:00Z", -2'203'977'600'000'000},
           Reading{"1969-12-31T23:59:59.5Z", -500'000},
           Reading{"0000-01-01T00:00:00Z", -62'167'219'200'000'000},
           Reading{"9999-12-31T23:59:59Z", 253'402'300'799'000'000},
           Reading{"2026-01-01T00:00:00+23:59", 1'767'139'260'000'000},
       }) {
    auto const time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(time->us, us) << text;
  }
}

TEST(TimeText, RefusesEverythingElse) {
  for (std::string const text : {
           "",
           "2026-03-01",
           "2026-03-01T08:00:00",
           "2026-03-01 08:00:00Z",
           "2026-03-01T08:00Z",
           "2026-3-1T08:00:00Z",
           "26-03-01T08:00:00Z",
           "+2026-03-01T08:00:00Z",
           "2026-03-01T08:00:00+0800",
           "2026-03-01T08:00:00+8:00",
           "2026-03-01T08:00:00+08",
           "2026-03-01T08:00:00+24:00",
           "2026-03-01T08:00:00+08:60",
           "2026-03-01T08:00:00ZZ",
           "2026-03-01T08:00:00Z ",
           " 2026-03-01T08:00:00Z",
           "2026-03-01T08:00:00.Z",
           "2026-03-01T08:00:00.1234567890Z",
           "2026-03-01T08:00:00,5Z",
           "2026-03-01T24:00:00Z",
           "2026-03-01T08:60:00Z",
           "2026-03-01T08:00:60Z",
           "2016-12-31T23:59:60Z",
           "2026-00-01T08:00:00Z",
           "2026-13-01T08:00:00Z",
           "2026-01-00T08:00:00Z",
           "2026-01-32T08:00:00Z",
           "2026-02-29T08:00:00Z",
           "2100-02-29T08:00:00Z",
           "1900-02-29T08:00:00Z",
           "2026-04-31T08:00:00Z",
           "2026/03/01T08:00:00Z",
           "２０２６-03-01T08:00:00Z",
           "0000-01-01T00:00:00+00:01",
           "9999-12-31T23:59:59-00:01",
       }) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(TimeText, EveryReadableMomentIsWrittenReadably) {
  Random random{11};
  std::int64_t const first = parse_rfc3339("0000-01-01T00:00:00Z")->us;
  std::int64_t const last = parse_rfc3339("9999-12-31T23:59:59Z")->us;
  for (int i = 0; i < 100'000; ++i) {
    std::array<std::int64_t, 3> const steps{1, 1'000, 1'000'000};
    std::int64_t const step = steps[random.below(steps.size())];
    Time const time{random.between(first / step, last / step) * step};
    ASSERT_EQ(parse_rfc3339(to_rfc3339(time)), time) << to_rfc3339(time);
  }
}

TEST(TimeText, AgreesWithTheCalendarOfTheSystem) {
  Random random{12};
  for (int i = 0; i < 20'000; ++i) {
    std::int64_t const at = random.between(-62'135'596'800, 253'402'300'799);
    std::time_t const seconds_since = at;
    std::tm parts{};
    gmtime_r(&seconds_since, &parts);
    std::array<char, 64> expected{};
    std::snprintf(expected.data(), expected.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ",
                  parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                  parts.tm_min, parts.tm_sec);
    ASSERT_EQ(to_rfc3339(Time{at * 1'000'000}), expected.data());
    ASSERT_EQ(year_of(Time{at * 1'000'000}, 0), parts.tm_year + 1900);
  }
}

TEST(TimeText, WritesTheOffsetAndOnlyAsManyDigitsAsThereAre) {
  Time const time = *parse_rfc3339("2026-03-01T00:00:00.5Z");
  EXPECT_EQ(to_rfc3339(time), "2026-03-01T00:00:00.5Z");
  EXPECT_EQ(to_rfc3339(time, 480), "2026-03-01T08:00:00.5+08:00");
  EXPECT_EQ(to_rfc3339(time, -210), "2026-02-28T20:30:00.5-03:30");
  EXPECT_EQ(to_rfc3339(time + microseconds(1)), "2026-03-01T00:00:00.500001Z");
}

TEST(TimeText, TheYearFollowsTheOffset) {
  Time const eve = *parse_rfc3339("2026-12-31T16:00:00Z");
  EXPECT_EQ(year_of(eve, 0), 2026);
  EXPECT_EQ(year_of(eve, 480), 2027);
  EXPECT_EQ(year_of(eve - microseconds(1), 480), 2026);
  EXPECT_EQ(year_of(*parse_rfc3339("2027-01-01T00:00:00Z"), -60), 2026);
  EXPECT_EQ(year_of(Time{-1}, 0), 1969);
}

}  // namespace

}  // namespace fenghuo
