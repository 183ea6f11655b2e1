// Every proposal that a run acted on, asked again from its journal alone, gives the rows that were stored; and one
// whose rows do not follow from what it was made from is found.
#include "center/proposal_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "core/base/random.h"
#include "tests/center/small_center.h"
#include "tests/core/random_commands.h"

namespace fenghuo::center {
namespace {

using tests::SmallCenter;

messaging::Outcome give(SmallCenter& desk, domain::Command command, int number) {
  messaging::Request request;
  request.envelope.id = "r" + std::to_string(number);
  request.envelope.actor = {"tester", "dispatcher"};
  request.envelope.command = std::move(command);
  return desk.center->carry_out(std::move(request));
}

/// Random work on a centre without a map, in which recommendations are asked for and orders given on them.
class BusyDesk {
 public:
  explicit BusyDesk(std::uint64_t seed) : random_{seed} {
    desk.open(tests::memory_journal());
    desk.must("found_center jurisdiction=烽原县");
    for (int i = 0; i < 12; ++i) {
      desk.must("register_team name=队" + std::to_string(i) + " turnout=" + std::to_string(30 * i) +
                "s capabilities=[{capability=" + (i % 3 == 0 ? "boat" : "pump") +
                " quantity=" + std::to_string(1 + i % 2) + "}] home=30.5" + std::to_string(10 + i) +
                "/114.0" + std::to_string(30 - i));
    }
  }

  void step() {
    desk.clock->advance(seconds(random_.between(0, 60)));
    domain::Command command = tests::random_command(random_, state(), desk.clock->now());
    if (auto* orders = std::get_if<domain::IssueOrders>(&command)) {
      orders->proposal.reset();  // rows out of nowhere
    }
    give(desk, std::move(command), ++commands_);
    report_a_position();
    if (random_.chance(250)) {
      ask();
    }
    if (random_.chance(250)) {
      act();
    }
  }

  SmallCenter desk;
  std::size_t acted = 0, deviating = 0;

 private:
  domain::State state() const { return desk.center->committed().copy(); }

  void report_a_position() {
    messaging::TrackPoint point;
    point.team = {2026, static_cast<std::uint64_t>(random_.between(1, 12))};
    point.point = {static_cast<std::int32_t>(305'000'000 + random_.between(-200'000, 200'000)),
                   static_cast<std::int32_t>(1'140'000'000 + random_.between(-200'000, 200'000))};
    point.device_time = desk.clock->now();
    desk.center->positions().take(point, desk.clock->now());
  }

  void ask() {
    domain::State const now = state();
    if (now.open_incidents.empty()) {
      return;
    }
    auto const back = random_.below(std::min<std::size_t>(4, now.open_incidents.size()));
    asked_ = *std::prev(now.open_incidents.end(), static_cast<std::ptrdiff_t>(back) + 1);
    auto const answer = desk.center->dispatch().recommend(asked_);
    if (answer) {
      token_ = answer->proposal;
      proposed_ = answer->teams.empty() ? TeamId{2026, 1} : answer->teams.front().candidate.team;
    }
  }

  void act() {
    auto const rows = desk.center->dispatch().proposal(token_, asked_);
    if (rows == nullptr) {
      return;
    }
    domain::IssueOrders command;
    command.incident = asked_;
    command.items.push_back({random_.chance(700) ? proposed_ : TeamId{2026, 5}, "", "", {}});
    command.proposal = *rows;
    auto const outcome = give(desk, std::move(command), ++commands_);
    if (auto const* carried = std::get_if<messaging::Carried>(&outcome)) {
      auto const& event = std::get<domain::ProposalRecorded>(carried->events.front().event);
      ++acted;
      deviating += event.deviates ? 1 : 0;
    }
  }

  Random random_;
  std::string token_;
  IncidentId asked_;
  TeamId proposed_;
  int commands_ = 0;
};

class ProposalsOfRandomRuns : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ProposalsOfRandomRuns, GiveTheSameRowsWhenAskedAgainFromTheLog) {
  std::uint64_t const seed = tests::seed_of_run(GetParam());
  SCOPED_TRACE("FENGHUO_SEED=" + std::to_string(seed));
  BusyDesk run{seed};
  for (int i = 0; i < 3'000 || (i < 60'000 && (run.acted <= 20 || run.deviating <= 3)); ++i) {
    run.step();
  }
  EXPECT_GT(run.acted, 20U);
  EXPECT_GT(run.deviating, 3U);
  auto const check = check_proposals(run.desk.center->journal());
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(check->proposals, run.acted);
  EXPECT_EQ(check->differing, std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Center, ProposalsOfRandomRuns, testing::Values(1, 2, 3, 4));

/// A fire that two pumps can go to, and the rows of its recommendation.
struct Fire {
  SmallCenter desk;
  domain::ProposalRows rows;

  Fire() {
    desk.open(tests::memory_journal());
    desk.must("found_center jurisdiction=烽原县");
    desk.must("register_team name=近 capabilities=[{capability=pump}] home=30.5010000/114.0");
    desk.must("register_team name=远 capabilities=[{capability=pump}] home=30.5900000/114.0");
    desk.must("register_team name=船 capabilities=[{capability=boat}] home=30.5000000/114.0");
    desk.must(
        "open_incident title=起火 location={point=30.5000000/114.0000000 crs=wgs84} "
        "needs=[{capability=pump}]");
    auto const answer = desk.center->dispatch().recommend({2026, 1});
    EXPECT_TRUE(answer);
    auto const kept = desk.center->dispatch().proposal(answer->proposal, {2026, 1});
    EXPECT_NE(kept, nullptr);
    rows = *kept;
  }
  std::vector<std::string> differing_after(domain::ProposalRows const& stored,
                                           IncidentId incident = {2026, 1}) {
    domain::IssueOrders command;
    command.incident = incident;
    command.items.push_back({{2026, 1}, "", "", {}});
    command.proposal = stored;
    EXPECT_EQ(tests::outcome_name(give(desk, std::move(command), 1)), "carried");
    auto const check = check_proposals(desk.center->journal());
    EXPECT_TRUE(check);
    EXPECT_EQ(check->proposals, 1U);
    return check->differing;
  }
};

TEST(ProposalCheck, TheRowsHoldEveryTeamAndWhatWasKnownOfItsWay) {
  Fire fire;
  ASSERT_EQ(fire.rows.teams.size(), 1U);
  EXPECT_EQ(fire.rows.teams.front().team, (TeamId{2026, 1}));
  ASSERT_EQ(fire.rows.alternatives.size(), 1U);
  EXPECT_EQ(fire.rows.alternatives.front().team, (TeamId{2026, 2}));
  ASSERT_EQ(fire.rows.looked_at.size(), 1U);
  EXPECT_EQ(fire.rows.looked_at.front().why_not, domain::WhyNot::LacksCapability);
  ASSERT_EQ(fire.rows.approaches.size(), 3U);
  EXPECT_EQ(fire.rows.approaches.front().starts_at, (GeoPoint{305'010'000, 1'140'000'000}));
  EXPECT_EQ(fire.rows.approaches.front().basis, domain::EtaBasis::StraightLine);
  EXPECT_EQ(fire.rows.made_from, fire.desk.sequence());
  EXPECT_EQ(fire.rows.made_at, tests::kEight);
  EXPECT_EQ(fire.rows.needs, (std::vector<domain::CapabilityAmount>{{"pump", 1}}));
  EXPECT_EQ(fire.differing_after(fire.rows), std::vector<std::string>{});
}

TEST(ProposalCheck, FindsEveryRowThatDoesNotFollow) {
  using Rows = domain::ProposalRows;
  std::vector<std::function<void(Rows&)>> const changes{
      [](Rows& r) { r.teams.front().eta.us += 1; },
      [](Rows& r) { std::swap(r.teams, r.alternatives); },
      [](Rows& r) { r.alternatives.clear(); },
      [](Rows& r) { r.looked_at.front().why_not = domain::WhyNot::OffDuty; },
      [](Rows& r) {
        r.unmet.push_back({"boat", 1});
      },
      [](Rows& r) { r.needs.clear(); },
      [](Rows& r) { r.approaches.front().travel = hours(9); },
      [](Rows& r) { r.approaches.erase(r.approaches.begin()); },
      [](Rows& r) { r.made_from = 3; },
      [](Rows& r) { r.made_from = 0; },
      [](Rows& r) { r.made_from = 1'000; },
      [](Rows& r) { r.made_from = -1; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Fire fire;
    Rows stored = fire.rows;
    changes[i](stored);
    auto const differing = fire.differing_after(stored);
    ASSERT_EQ(differing.size(), 1U) << i;
    EXPECT_TRUE(differing.front().starts_with("P-2026-000001: ")) << differing.front();
  }
}

TEST(ProposalCheck, AJournalWithoutProposalsIsWell) {
  SmallCenter desk;
  desk.open(tests::memory_journal());
  desk.must("found_center jurisdiction=烽原县");
  auto const check = check_proposals(desk.center->journal());
  ASSERT_TRUE(check);
  EXPECT_EQ(check->proposals, 0U);
  EXPECT_TRUE(check->differing.empty());
}

}  // namespace
}  // namespace fenghuo::center
