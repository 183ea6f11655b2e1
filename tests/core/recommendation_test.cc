// Which teams are recommended, against the header of core/dispatch/recommendation.h; and, over random small
// cases, against an exhaustive restatement of what it promises.
#include "core/dispatch/recommendation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/base/random.h"
#include "core/base/time_text.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {

namespace {

using dispatch::Approach;
using dispatch::PositionBasis;
using dispatch::Recommendation;
using dispatch::WhyNot;

Time now() { return *parse_rfc3339("2026-03-01T08:00:00Z"); }

/// Teams by their members in text, and one incident with the needs given.
class Scene {
 public:
  explicit Scene(std::string const& needs) {
    give("found_center jurisdiction=A");
    give("open_incident title=x" + (needs.empty() ? "" : " needs=" + needs));
  }

  /// A team whose turnout is a minute and whose way takes so many seconds.
  void team(std::string const& capabilities, std::optional<std::int64_t> travel_s,
            PositionBasis position = PositionBasis::Home) {
    give("register_team turnout=60s name=T" + std::to_string(approaches_.size() + 1) +
         (capabilities.empty() ? "" : " capabilities=" + capabilities));
    Approach approach;
    approach.team = {2026, approaches_.size() + 1};
    approach.position = position;
    if (travel_s) {
      approach.travel = seconds(*travel_s);
    }
    approach.basis = domain::EtaBasis::RoadNetwork;
    approaches_.push_back(approach);
  }
  void give(std::string const& line) {
    ASSERT_EQ(outcome_of(run_.give(now(), line)), "accepted") << line;
  }
  void forget_approach(std::size_t index) {
    approaches_.erase(approaches_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  Recommendation recommend() const {
    return dispatch::recommend(run_.state(), *run_.state().incidents.begin()->second, approaches_);
  }
  domain::State const& state() const { return run_.state(); }

 private:
  KernelRun run_;
  std::vector<Approach> approaches_;
};

std::vector<std::uint64_t> numbers(std::vector<dispatch::Candidate> const& candidates) {
  std::vector<std::uint64_t> out;
  out.reserve(candidates.size());
  for (auto const& candidate : candidates) {
    out.push_back(candidate.team.number);
  }
  return out;
}
using Numbers = std::vector<std::uint64_t>;

TEST(Recommendation, SendsTheSoonestUntilTheNeedIsMet) {
  Scene scene{"[{capability=pump quantity=3}]"};
  scene.team("[{capability=pump quantity=2}]", 600);
  scene.team("[{capability=pump}]", 300);
  scene.team("[{capability=pump quantity=2}]", 900);
  scene.team("[{capability=boat}]", 10);
  auto const answer = scene.recommend();
  EXPECT_EQ(numbers(answer.teams), (Numbers{2, 1}));
  EXPECT_EQ(numbers(answer.alternatives), (Numbers{3}));
  EXPECT_TRUE(answer.unmet.empty());
  ASSERT_EQ(answer.looked_at.size(), 1U);
  EXPECT_EQ(answer.looked_at[0].why_not, WhyNot::LacksCapability);
  EXPECT_EQ(answer.teams[0].eta, seconds(360));
  EXPECT_EQ(answer.teams[0].turnout, seconds(60));
  EXPECT_EQ(answer.teams[0].travel, seconds(300));
  EXPECT_EQ(answer.teams[0].covers, "pump");
  EXPECT_EQ(answer.teams[0].quantity, 1);
  EXPECT_EQ(answer.teams[0].rank, 1U);
  EXPECT_EQ(answer.teams[1].rank, 2U);
}

TEST(Recommendation, SaysWhatNobodyIsLeftFor) {
  Scene scene{"[{capability=pump quantity=3},{capability=boat}]"};
  scene.team("[{capability=pump}]", 300);
  auto const answer = scene.recommend();
  EXPECT_EQ(numbers(answer.teams), (Numbers{1}));
  EXPECT_EQ(answer.unmet, (std::vector<domain::CapabilityAmount>{{"boat", 1}, {"pump", 2}}));
}

TEST(Recommendation, ATeamFillsOneNeedTheScarcestFirst) {
  // Only T1 can cut; it would also be the soonest pump.
  Scene scene{"[{capability=pump},{capability=cutter}]"};
  scene.team("[{capability=pump},{capability=cutter}]", 100);
  scene.team("[{capability=pump}]", 500);
  auto const answer = scene.recommend();
  ASSERT_EQ(numbers(answer.teams), (Numbers{1, 2}));
  EXPECT_EQ(answer.teams[0].covers, "cutter");
  EXPECT_EQ(answer.teams[1].covers, "pump");
  EXPECT_TRUE(answer.unmet.empty());
}

TEST(Recommendation, SaysWhyNot) {
  Scene scene{"[{capability=pump}]"};
  scene.team("[{capability=pump}]", 1);                       // 1 on an order elsewhere
  scene.team("[{capability=pump}]", 2);                       // 2 off duty
  scene.team("[{capability=pump}]", 3);                       // 3 out of service
  scene.team("[{capability=boat}]", 4);                       // 4 lacks it
  scene.team("[{capability=pump}]", 5, PositionBasis::None);  // 5 nobody knows where
  scene.team("[{capability=pump}]", std::nullopt);            // 6 cut off
  scene.team("[{capability=pump}]", 7);                       // 7 nothing looked up
  scene.forget_approach(6);
  scene.give("open_incident title=other");
  scene.give("issue_orders incident=I-2026-000002 items=[{team=T-2026-000001}]");
  scene.give("set_team_availability team=T-2026-000002 availability=off_duty reason=rest");
  scene.give("set_team_availability team=T-2026-000003 availability=out_of_service reason=tyre");
  auto const answer = scene.recommend();
  EXPECT_TRUE(answer.teams.empty());
  EXPECT_TRUE(answer.alternatives.empty());
  std::vector<std::pair<WhyNot, std::string>> reasons;
  for (auto const& looked_at : answer.looked_at) {
    EXPECT_EQ(looked_at.team.number, reasons.size() + 1) << "by id";
    reasons.emplace_back(looked_at.why_not, looked_at.detail);
  }
  EXPECT_EQ(reasons,
            (std::vector<std::pair<WhyNot, std::string>>{{WhyNot::OnOrder, "O-2026-000001"},
                                                         {WhyNot::OffDuty, "rest"},
                                                         {WhyNot::OutOfService, "tyre"},
                                                         {WhyNot::LacksCapability, ""},
                                                         {WhyNot::NoPosition, ""},
                                                         {WhyNot::Unreachable, ""},
                                                         {WhyNot::NoPosition, ""}}));
  EXPECT_EQ(answer.unmet, (std::vector<domain::CapabilityAmount>{{"pump", 1}}));
}

TEST(Recommendation, DoesNotAskAgainForWhatIsOnItsWay) {
  Scene scene{"[{capability=pump quantity=2},{capability=boat}]"};
  scene.team("[{capability=pump quantity=2}]", 100);
  scene.team("[{capability=pump}]", 200);
  scene.team("[{capability=boat}]", 300);
  scene.give("issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]");
  EXPECT_EQ(numbers(scene.recommend().teams), (Numbers{3}));
  // It declines: the need is open again, and it may be asked again.
  scene.give("decline_order order=O-2026-000001 reason=x");
  EXPECT_EQ(numbers(scene.recommend().teams), (Numbers{1, 3}));
}

TEST(Recommendation, WithoutNeedsTheSoonestIsProposed) {
  Scene scene{""};
  scene.team("[{capability=boat}]", 500);
  scene.team("", 400);
  scene.team("[{capability=pump}]", 600);
  auto const answer = scene.recommend();
  EXPECT_EQ(numbers(answer.teams), (Numbers{2}));
  EXPECT_EQ(numbers(answer.alternatives), (Numbers{1, 3}));
  EXPECT_EQ(answer.teams[0].covers, "");
}

TEST(Recommendation, TiesGoByTeamAndTheOrderOfApproachesDoesNotMatter) {
  Scene scene{"[{capability=pump}]"};
  for (int i = 0; i < 4; ++i) {
    scene.team("[{capability=pump}]", 100);
  }
  EXPECT_EQ(numbers(scene.recommend().teams), (Numbers{1}));
  EXPECT_EQ(numbers(scene.recommend().alternatives), (Numbers{2, 3, 4}));
  auto const& incident = *scene.state().incidents.begin()->second;
  std::vector<Approach> approaches;
  for (std::uint64_t number = 4; number >= 1; --number) {
    approaches.push_back({{2026, number}, PositionBasis::Home, {}, seconds(100), {}, 0});
  }
  EXPECT_EQ(numbers(dispatch::recommend(scene.state(), incident, approaches).teams), (Numbers{1}));
}

/// What the header promises, said over for one need: no team left out is sooner than one that was sent for a
/// capability it has; and without the last of them the need would not be met.
void expect_promises(Scene const& scene, Recommendation const& answer,
                     std::vector<std::string> const& capabilities, std::int64_t wanted) {
  auto const amount = [&](TeamId id, std::string const& capability) {
    std::int64_t sum = 0;
    for (auto const& has : scene.state().teams.at(id)->facts.capabilities) {
      sum += has.capability == capability ? has.quantity : 0;
    }
    return sum;
  };
  std::set<TeamId> seen;
  for (auto const& list : {answer.teams, answer.alternatives}) {
    for (auto const& candidate : list) {
      EXPECT_TRUE(seen.insert(candidate.team).second) << "named twice";
    }
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end(), [](auto const& a, auto const& b) {
      return std::pair{a.eta, a.team} < std::pair{b.eta, b.team};
    }));
  }
  EXPECT_EQ(seen.size() + answer.looked_at.size(), scene.state().teams.size());
  for (auto const& capability : capabilities) {
    std::int64_t sent = 0;
    std::int64_t last = 0;
    std::pair<Duration, TeamId> latest;
    for (auto const& candidate : answer.teams) {
      if (candidate.covers == capability) {
        EXPECT_EQ(candidate.quantity, amount(candidate.team, capability));
        sent += candidate.quantity;
        last = candidate.quantity;
        latest = {candidate.eta, candidate.team};
      }
    }
    auto const unmet =
        std::find_if(answer.unmet.begin(), answer.unmet.end(),
                     [&](auto const& need) { return need.capability == capability; });
    EXPECT_EQ(unmet == answer.unmet.end() ? 0 : unmet->quantity,
              std::max<std::int64_t>(0, wanted - sent));
    EXPECT_TRUE(sent == 0 || sent - last < wanted) << "one too many for " << capability;
    for (auto const& left : answer.alternatives) {
      EXPECT_TRUE(amount(left.team, capability) == 0 ||
                  (sent >= wanted && std::pair{left.eta, left.team} > latest))
          << to_text(left.team) << " would be sooner for " << capability;
    }
  }
}

/// "[{capability=boat quantity=2},…]" with each capability drawn with a chance, "" for none.
std::string some_of(Random& random, std::vector<std::string> const& capabilities,
                    std::uint32_t chance_permille, std::int64_t most) {
  std::string text;
  for (auto const& capability : capabilities) {
    if (random.chance(chance_permille)) {
      text += text.empty() ? "[" : ",";
      text += "{capability=" + capability;
      text += " quantity=" + std::to_string(random.between(1, most)) + "}";
    }
  }
  return text.empty() ? "" : text + "]";
}

TEST(Recommendation, KeepsItsPromisesInRandomCases) {
  Random random{42};
  std::vector<std::string> const capabilities{"boat", "pump", "cutter"};
  for (int i = 0; i < 300 && !HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i) + " of seed 42");
    auto const wanted = random.between(1, 3);
    std::string const amount = " quantity=" + std::to_string(wanted);
    Scene scene{"[{capability=boat" + amount + "},{capability=pump" + amount +
                "},{capability=cutter" + amount + "}]"};
    for (auto n = random.between(0, 9); n > 0; --n) {
      bool const cut_off = random.chance(100);
      scene.team(some_of(random, capabilities, 400, 2),
                 cut_off ? std::nullopt : std::optional{random.between(1, 5) * 100});
    }
    expect_promises(scene, scene.recommend(), capabilities, wanted);
  }
}

TEST(TravelProfile, IsThatOfTheVehicleWithTheLeastFreedom) {
  using domain::TeamFacts;
  using domain::VehicleProfile;
  auto const profile = [](std::vector<VehicleProfile> const& vehicles) {
    TeamFacts team;
    for (auto const vehicle : vehicles) {
      team.vehicles.push_back({"x", vehicle});
    }
    return domain::travel_profile(team);
  };
  EXPECT_EQ(profile({}), VehicleProfile::Foot);
  EXPECT_EQ(profile({VehicleProfile::Light}), VehicleProfile::Light);
  EXPECT_EQ(profile({VehicleProfile::Light, VehicleProfile::Heavy}), VehicleProfile::Heavy);
  EXPECT_EQ(profile({VehicleProfile::Offroad, VehicleProfile::Heavy, VehicleProfile::Light}),
            VehicleProfile::Heavy);
  EXPECT_EQ(profile({VehicleProfile::Heavy, VehicleProfile::Foot}), VehicleProfile::Foot);
  // A car keeps to the roads, though the other one could take a track.
  EXPECT_EQ(profile({VehicleProfile::Light, VehicleProfile::Offroad}), VehicleProfile::Light);
}

}  // namespace

}  // namespace fenghuo::tests
