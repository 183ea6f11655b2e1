// The smallest parts: ids, units, Result, random numbers, roots and distances, enum names.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "core/base/ensure.h"
#include "core/base/fields.h"
#include "core/base/ground_distance.h"
#include "core/base/ids.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/units.h"
#include "core/dispatch/travel_time_table.h"
#include "core/domain/order.h"
#include "core/domain/vocabulary.h"

namespace fenghuo {

namespace {

TEST(Ids, AreWrittenWithLetterYearAndSixDigits) {
  EXPECT_EQ(to_text(IncidentId{2026, 42}), "I-2026-000042");
  EXPECT_EQ(to_text(ReportId{2026, 1'234'567}), "R-2026-1234567");
  EXPECT_EQ(to_text(TeamId{7, 1}), "T-0007-000001");
}

TEST(Ids, ReadBackExactlyWhatIsWritten) {
  Random random{1};
  for (int i = 0; i < 1000; ++i) {
    auto const year = static_cast<std::uint16_t>(random.below(10'000));
    OrderId const id{year, random.next() >> random.below(64)};
    EXPECT_EQ(id_from<OrderTag>(to_text(id)), id) << to_text(id);
  }
}

TEST(Ids, RefuseEveryOtherText) {
  for (std::string const text :
       {"", "I", "I-2026-00042", "I-2026-0000042", "i-2026-000042", "R-2026-000042",
        "I 2026-000042", "I-2026 000042", "I-2026-000042 ", " I-2026-000042", "I-+026-000042",
        "I-2026-+00042", "I-2026--00042", "I-20260-00042", "I-2026-00004x",
        "I-2026-99999999999999999999999", "I-2026-18446744073709551616"}) {
    EXPECT_EQ(id_from<IncidentTag>(text), std::nullopt) << text;
  }
  EXPECT_EQ(id_from<IncidentTag>("I-2026-18446744073709551615"),
            (IncidentId{2026, std::numeric_limits<std::uint64_t>::max()}));
}

TEST(Ids, AreOrderedByYearThenNumber) {
  EXPECT_LT((IncidentId{2026, 9}), (IncidentId{2026, 10}));
  EXPECT_LT((IncidentId{2026, 999'999}), (IncidentId{2027, 1}));
}

TEST(Units, HoldExactMicrosecondsAndCentimetres) {
  EXPECT_EQ(milliseconds(1).us, 1'000);
  EXPECT_EQ(seconds(-2).us, -2'000'000);
  EXPECT_EQ(minutes(3), seconds(180));
  EXPECT_EQ(hours(24).us, 86'400'000'000);
  EXPECT_EQ(metres(12).cm, 1'200);
  EXPECT_EQ(Time{5} + microseconds(7) - Time{2}, microseconds(10));
  EXPECT_EQ(Time{5} - microseconds(7), Time{-2});
  EXPECT_LT(Time{-1}, Time{0});
}

TEST(ResultType, HoldsAValueOrAnError) {
  Result<std::string> good{std::string{"x"}};
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, "x");
  EXPECT_EQ(good->size(), 1U);
  EXPECT_EQ(std::move(good).value(), "x");
  Result<std::string> bad{Error{ErrorCode::NotFound, "no such file"}};
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::NotFound);
  EXPECT_EQ(bad.error().message, "no such file");
  Result<void> done;
  EXPECT_TRUE(done);
  Result<void> failed{Error{ErrorCode::Unavailable, "later"}};
  EXPECT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "later");
}

TEST(ResultDeathTest, TheWrongSideStopsTheProcess) {
  Result<int> const bad{Error{ErrorCode::DataLoss, "x"}};
  EXPECT_DEATH(static_cast<void>(bad.value()), "value\\(\\) of a Result that holds an error");
  Result<int> const good{1};
  EXPECT_DEATH(static_cast<void>(good.error()), "error\\(\\) of a Result that holds a value");
  EXPECT_DEATH(ensure(false, "a sentence"), "base_test.cc:[0-9]+: invariant broken: a sentence");
}

// The first five numbers of splitmix64 for seed 1234567, as published with the reference program.
TEST(RandomNumbers, EqualThePublishedOnes) {
  Random random{1234567};
  for (std::uint64_t const expected :
       {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
        4593380528125082431ULL, 16408922859458223821ULL}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(RandomNumbers, StayWithinTheirBoundsAndReachThem) {
  Random random{7};
  std::array<int, 5> seen{};
  for (int i = 0; i < 5000; ++i) {
    auto const n = random.between(-2, 2);
    ASSERT_GE(n, -2);
    ASSERT_LE(n, 2);
    ++seen[static_cast<std::size_t>(n + 2)];
  }
  for (int const count : seen) {
    EXPECT_NEAR(count, 1000, 150);  // five standard deviations
  }
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    hits += random.chance(250) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 2500, 220);
  EXPECT_FALSE(Random{1}.chance(0));
  EXPECT_TRUE(Random{1}.chance(1000));
}

TEST(IntegerRoot, IsTheLargestWhoseSquareFits) {
  auto const check = [](std::int64_t n) {
    auto const root = static_cast<std::uint64_t>(integer_root(n));
    auto const wide = static_cast<std::uint64_t>(n);
    ASSERT_LE(root * root, wide) << n;
    ASSERT_GT((root + 1) * (root + 1), wide) << n;
  };
  for (std::int64_t n = 0; n < 100'000; ++n) {
    check(n);
  }
  for (std::int64_t root = 3'037'000'499; root > 3'037'000'400; --root) {
    check(root * root);
    check(root * root - 1);
  }
  check(std::numeric_limits<std::int64_t>::max());
  Random random{3};
  for (int i = 0; i < 100'000; ++i) {
    check(static_cast<std::int64_t>(random.next() >> (1 + random.below(62))));
  }
}

double radians(std::int64_t e7) { return static_cast<double>(e7) * 1e-7 * std::numbers::pi / 180; }

/// Haversine on the sphere of the header's radius, in centimetres.
double great_circle_cm(GeoPoint a, GeoPoint b) {
  double const dlat = radians(std::int64_t{a.lat_e7} - b.lat_e7);
  double const dlon = radians(std::int64_t{a.lon_e7} - b.lon_e7);
  double const h = std::pow(std::sin(dlat / 2), 2) + std::cos(radians(a.lat_e7)) *
                                                         std::cos(radians(b.lat_e7)) *
                                                         std::pow(std::sin(dlon / 2), 2);
  return 2 * 637'100'880.0 * std::asin(std::min(1.0, std::sqrt(h)));
}

GeoPoint somewhere(Random& random, std::int64_t lat_limit_e7) {
  return {static_cast<std::int32_t>(random.between(-lat_limit_e7, lat_limit_e7)),
          static_cast<std::int32_t>(random.between(-1'800'000'000, 1'800'000'000))};
}

TEST(GroundDistance, IsTheGreatCircleWithinItsStatedError) {
  Random random{20260301};
  double worst = 0;
  double worst_below_60 = 0;
  for (int i = 0; i < 200'000; ++i) {
    GeoPoint const a = somewhere(random, 850'000'000);
    std::int64_t const reach = 1'000'000'000 >> random.below(24);  // from 100 km down to a metre
    std::int64_t const dlat = random.between(-reach / 100, reach / 100);
    double const cosine = std::max(0.08, std::cos(radians(a.lat_e7)));
    std::int64_t const dlon = static_cast<std::int64_t>(
        static_cast<double>(random.between(-reach / 100, reach / 100)) / cosine);
    std::int64_t lon = a.lon_e7 + dlon;
    lon = lon > 1'800'000'000 ? lon - 3'600'000'000 : lon;
    lon = lon < -1'800'000'000 ? lon + 3'600'000'000 : lon;
    GeoPoint const b{static_cast<std::int32_t>(
                         std::clamp<std::int64_t>(a.lat_e7 + dlat, -850'000'000, 850'000'000)),
                     static_cast<std::int32_t>(lon)};
    double const expected = great_circle_cm(a, b);
    if (expected > 1e7) {
      continue;  // over 100 km
    }
    auto const got = static_cast<double>(ground_distance(a, b).cm);
    // Three whole centimetres of cutting stand beside the relative error.
    double const error = (std::abs(got - expected) - 3) / std::max(expected, 1.0);
    worst = std::max(worst, error);
    bool const high = std::max(std::abs(a.lat_e7), std::abs(b.lat_e7)) > 600'000'000;
    worst_below_60 = high ? worst_below_60 : std::max(worst_below_60, error);
    ASSERT_EQ(ground_distance(a, b), ground_distance(b, a));
  }
  RecordProperty("worst_ppm", static_cast<int>(worst * 1e6));
  EXPECT_LT(worst, 0.002);
  EXPECT_LT(worst_below_60, 0.0002);
}

TEST(GroundDistance, HoldsAtTheEdgesOfTheEarth) {
  EXPECT_EQ(ground_distance({0, 0}, {0, 0}).cm, 0);
  // Across the antimeridian the short way is taken.
  EXPECT_NEAR(static_cast<double>(ground_distance({0, 1'799'999'000}, {0, -1'799'999'000}).cm),
              great_circle_cm({0, 1'799'999'000}, {0, -1'799'999'000}), 3);
  // Opposite points and poles do not overflow.
  EXPECT_GT(ground_distance({0, 0}, {0, 1'800'000'000}).cm, 2'000'000'000);
  EXPECT_GT(ground_distance({900'000'000, 0}, {-900'000'000, 1'800'000'000}).cm, 2'000'000'000);
  EXPECT_EQ(ground_distance({900'000'000, 0}, {900'000'000, 1'800'000'000}).cm, 0);
}

TEST(EnumNamesOf, LeadThereAndBack) {
  using domain::OrderStatus;
  for (std::size_t i = 0; i < EnumNames<OrderStatus>::kNames.size(); ++i) {
    auto const status = static_cast<OrderStatus>(i);
    EXPECT_EQ(enum_named<OrderStatus>(name_of(status)), status);
  }
  EXPECT_EQ(name_of(OrderStatus::EnRoute), "en_route");
  EXPECT_EQ(name_of(OrderStatus::Cancelled), "cancelled");
  EXPECT_EQ(enum_named<OrderStatus>("EN_ROUTE"), std::nullopt);
  EXPECT_EQ(enum_named<OrderStatus>(""), std::nullopt);
  EXPECT_EQ(name_of(domain::Channel::Walkin), "walk_in");
  EXPECT_EQ(name_of(domain::Severity::IV), "IV");
}

TEST(Areas, HoldWhatLiesBelowThem) {
  EXPECT_TRUE(domain::area_within("fengyuan.dongling", ""));
  EXPECT_TRUE(domain::area_within("fengyuan.dongling", "fengyuan"));
  EXPECT_TRUE(domain::area_within("fengyuan.dongling", "fengyuan.dongling"));
  EXPECT_FALSE(domain::area_within("fengyuan", "fengyuan.dongling"));
  EXPECT_FALSE(domain::area_within("fengyuan.donglingxi", "fengyuan.dongling"));
  EXPECT_FALSE(domain::area_within("", "fengyuan"));
}

TEST(TravelTimeTableDeathTest, IsRowMajorAndChecksItsIndices) {
  dispatch::TravelTimeTable const table{2, 3, {{0}, {1}, {2}, {10}, {11}, {12}}};
  EXPECT_EQ(table.at(1, 2), Duration{12});
  EXPECT_EQ(table.at(0, 1), Duration{1});
  EXPECT_DEATH(static_cast<void>(table.at(2, 0)), "origin index in range");
  EXPECT_DEATH(static_cast<void>(table.at(0, 3)), "destination index in range");
  EXPECT_DEATH((dispatch::TravelTimeTable{2, 2, {{0}}}), "origins x destinations");
}

}  // namespace

}  // namespace fenghuo
