// The scores of duplicate suggestions against the formula of core/domain/report.h, worked out here by other
// means, and what is looked at.
#include <gtest/gtest.h>

#include <string>

#include "core/base/ground_distance.h"
#include "core/base/random.h"
#include "core/base/time_text.h"
#include "core/domain/report.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {

namespace {

using domain::DuplicateSuggestion;
using domain::ReceiveReport;

Time now() { return *parse_rfc3339("2026-03-01T08:00:00Z"); }

constexpr GeoPoint kPlace{305'000'000, 1'140'000'000};

ReceiveReport report(std::string text, std::string kind = "",
                     std::optional<GeoPoint> place = std::nullopt) {
  ReceiveReport command;
  command.text = std::move(text);
  command.kind = std::move(kind);
  if (place) {
    command.location = domain::Location{*place, "wgs84", std::nullopt, 0};
  }
  return command;
}

KernelRun with_report(ReceiveReport const& first) {
  KernelRun run;
  run.give(now(), "found_center jurisdiction=A");
  run.give(now(), first);
  return run;
}

std::vector<DuplicateSuggestion> suggestions(KernelRun const& run, ReceiveReport const& second,
                                             Duration later = {}) {
  return domain::suggest_duplicates(run.state(), second, now() + later);
}

std::int64_t score(ReceiveReport const& first, ReceiveReport const& second, Duration later = {}) {
  auto const found = suggestions(with_report(first), second, later);
  return found.empty() ? 0 : found.front().score_permille;
}

/// A point so many metres north.
GeoPoint north(std::int64_t metres_away) {
  return {static_cast<std::int32_t>(kPlace.lat_e7 + metres_away * 10'000'000 / 111'195),
          kPlace.lon_e7};
}

TEST(Duplicates, TheSameTwiceScoresFull) {
  EXPECT_EQ(score(report("木材厂起火", "fire", kPlace), report("木材厂起火", "fire", kPlace)),
            1000);
  EXPECT_EQ(score(report("木材厂起火", "fire"), report("木材厂起火", "fire")), 1000);
}

TEST(Duplicates, TheWeightsAreThoseOfTheHeader) {
  // Both with a place: place 500, time 150, words 200, kind 150.
  EXPECT_EQ(score(report("甲乙", "fire", kPlace), report("丙丁", "flood", kPlace)), 650);
  EXPECT_EQ(score(report("甲乙", "fire", kPlace), report("丙丁", "fire", kPlace)), 800);
  EXPECT_EQ(score(report("甲乙", "fire", kPlace), report("甲乙", "flood", kPlace)), 850);
  // One without: time 250, words 550, kind 200.
  EXPECT_EQ(score(report("甲乙", "fire"), report("丙丁", "fire", kPlace)), 450);
  EXPECT_EQ(score(report("甲乙", "fire"), report("甲乙", "flood", kPlace)), 800);
  EXPECT_EQ(score(report("甲乙", ""), report("丙丁", "")), 0);  // 250 lies below 350
  // No kind is not "the same kind".
  EXPECT_EQ(score(report("甲乙", ""), report("甲乙", "")), 800);
}

TEST(Duplicates, WordsAreTheJaccardShareOfCharacterPairs) {
  // 东岭 岭起 起火 against 西岭 岭起 起火: two of four pairs. 250 + 550 / 2.
  EXPECT_EQ(score(report("东岭起火"), report("西岭起火")), 525);
  // Spaces and repeated pairs do not count; the address counts as words.
  EXPECT_EQ(score(report("东岭 起火"), report("东岭起火")), 800);
  ReceiveReport addressed = report("起火");
  addressed.address = "东岭";
  EXPECT_EQ(score(addressed, report("东岭起火")), 800);
  EXPECT_EQ(score(report("abab"), report("aba")), 800);
  // A single character has no pair.
  EXPECT_EQ(score(report("火"), report("火")), 0);
  EXPECT_EQ(score(report(""), report("")), 0);
}

TEST(Duplicates, PlaceFallsFrom100MetresTo2000) {
  auto const at = [](std::int64_t metres_away) {
    return score(report("甲乙", "fire", kPlace), report("甲乙", "fire", north(metres_away)));
  };
  EXPECT_EQ(at(99), 1000);
  EXPECT_NEAR(static_cast<double>(at(1050)), 750, 1);
  EXPECT_NEAR(static_cast<double>(at(1995)), 501, 1);
  EXPECT_EQ(at(2002), 0);
  auto const found =
      suggestions(with_report(report("甲乙", "fire", kPlace)), report("甲乙", "fire", north(500)));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(static_cast<double>(found[0].away_m.value()), 500, 1);
}

TEST(Duplicates, TimeFallsToNothingIn4Hours) {
  auto const at = [](Duration later) {
    return score(report("甲乙", "fire", kPlace), report("甲乙", "fire", kPlace), later);
  };
  EXPECT_EQ(at(hours(1)), 1000 - 150 / 4 - 1);  // 962.5, cut
  EXPECT_EQ(at(hours(2)), 925);
  EXPECT_EQ(at(hours(4) - milliseconds(14'400)), 850);
  EXPECT_EQ(at(hours(4) - milliseconds(14'399)), 0) << "less than a thousandth is nothing";
  EXPECT_EQ(at(hours(4)), 0);
  EXPECT_EQ(at(hours(-2)), 925) << "a paper record of two hours ago";
}

TEST(Duplicates, NeverLeaveTheirBoundsAndFallWithDistance) {
  Random random{5};
  for (int i = 0; i < 2000; ++i) {
    auto const near = random.between(0, 2500);
    auto const far = near + random.between(0, 500);
    Duration const later = seconds(random.between(0, 20'000));
    KernelRun const run = with_report(report("东岭起火", "fire", kPlace));
    auto const of = [&](std::int64_t away) {
      auto const found = suggestions(run, report("西岭起火", "fire", north(away)), later);
      return found.empty() ? 0 : found[0].score_permille;
    };
    ASSERT_GE(of(near), of(far));
    ASSERT_LE(of(near), 1000);
    ASSERT_TRUE(of(far) == 0 || of(far) >= 350);
  }
}

TEST(Duplicates, BestFirstAtMostFiveIncidentsAndOpenReports) {
  KernelRun run;
  run.give(now(), "found_center jurisdiction=A");
  for (int i = 0; i < 8; ++i) {
    run.give(now(), report("木材厂起火", "fire", north(std::int64_t{100} * i)));
  }
  run.give(now(), "open_incident report=R-2026-000003");
  auto const found = suggestions(run, report("木材厂起火", "fire", kPlace));
  ASSERT_EQ(found.size(), 5U);
  for (std::size_t i = 1; i < found.size(); ++i) {
    EXPECT_GE(found[i - 1].score_permille, found[i].score_permille);
  }
  for (auto const& suggestion : found) {
    EXPECT_NE(suggestion.incident.has_value(), suggestion.report.has_value());
    EXPECT_NE(suggestion.report, (ReportId{2026, 3})) << "attached: its incident stands for it";
  }
  EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](auto const& s) {
    return s.incident == IncidentId{2026, 1};
  }));
}

TEST(Duplicates, OnlyTheNewest500OpenReportsAreLookedAt) {
  KernelRun run;
  run.give(now(), "found_center jurisdiction=A");
  run.give(now(), report("木材厂起火", "fire"));
  for (int i = 0; i < 499; ++i) {
    run.give(now(), "receive_report text=x");
  }
  EXPECT_EQ(suggestions(run, report("木材厂起火", "fire")).size(), 1U);
  run.give(now(), "receive_report text=x");
  EXPECT_EQ(suggestions(run, report("木材厂起火", "fire")).size(), 0U);
}

}  // namespace

}  // namespace fenghuo::tests
