#include "tests/simulation/plan.h"

#include <array>

#include "core/base/random.h"

namespace fenghuo::tests {

namespace {

struct Weight {
  Action::Kind kind;
  std::string_view name;
  std::uint64_t weight;
  bool is_fault;
};

constexpr std::array<Weight, 17> kWeights{{
    {Action::Kind::Command, "command", 110, false},
    {Action::Kind::Repeat, "repeat", 4, false},
    {Action::Kind::Positions, "positions", 3, false},
    {Action::Kind::Pause, "pause", 10, false},
    {Action::Kind::QuietDays, "quiet days", 3, false},
    {Action::Kind::ClockStep, "clock step", 2, true},
    {Action::Kind::Turn, "turn", 14, false},
    {Action::Kind::Feed, "feed", 14, false},
    {Action::Kind::LookBack, "look back", 3, false},
    {Action::Kind::Kill, "kill", 2, true},
    {Action::Kind::PowerCut, "power cut", 2, true},
    {Action::Kind::Restart, "restart", 1, false},
    {Action::Kind::DiskFault, "disk fault", 3, true},
    {Action::Kind::DiskFull, "disk full", 1, true},
    {Action::Kind::AnswerLost, "answer lost", 2, true},
    {Action::Kind::Heal, "heal", 2, false},
    {Action::Kind::FlipInSnapshot, "flip in snapshot", 1, true},
}};

}  // namespace

std::string name_of(Action const& action) {
  for (auto const& weight : kWeights) {
    if (weight.kind == action.kind) {
      return std::string{weight.name} + " " + std::to_string(action.draw);
    }
  }
  return "?";
}

Plan plan_of(std::uint64_t seed) {
  Random random{seed * 0x9E37'79B9ULL + 1};
  Plan plan;
  plan.seed = seed;
  bool const network_faults = random.chance(600);
  plan.lost_permille = network_faults ? static_cast<std::uint32_t>(random.below(300)) : 0;
  plan.doubled_permille = network_faults ? static_cast<std::uint32_t>(random.below(300)) : 0;
  plan.latest = network_faults ? random.below(25) : random.below(3);
  plan.snapshot_every = random.between(3, 60);
  std::array<std::uint64_t, kWeights.size()> weights{};
  std::uint64_t sum = 0;
  bool const calm = random.chance(80);
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    bool const out = kWeights[i].is_fault && (calm || random.chance(450));
    weights[i] = out ? 0 : kWeights[i].weight * (1 + random.below(4));
    sum += weights[i];
  }
  auto const length = static_cast<std::size_t>(random.between(100, 340));
  for (std::size_t i = 0; i < length; ++i) {
    std::uint64_t drawn = random.below(sum);
    std::size_t which = 0;
    while (drawn >= weights[which]) {
      drawn -= weights[which++];
    }
    plan.actions.push_back({kWeights[which].kind, random.next()});
  }
  return plan;
}

}  // namespace fenghuo::tests
