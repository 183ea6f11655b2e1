// A whole centre under faults, thousands of times, each run from a seed. FENGHUO_SEED runs one, FENGHUO_SEEDS so
// many. A violation is shown with its seed, the commit and the fewest actions that still show it.
#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <type_traits>
#include <utility>
#include <vector>

namespace fenghuo::tests {
namespace {

std::uint64_t number_from(char const* name, std::uint64_t otherwise) {
  char const* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// The commit that the sources are at, as far as git can tell.
std::string commit() {
  std::string out;
  std::string const command = "git -C '" FENGHUO_SOURCE_DIR "' rev-parse --short HEAD 2>/dev/null";
  if (std::FILE* pipe = ::popen(command.c_str(), "r"); pipe != nullptr) {
    std::array<char, 64> line{};
    if (std::fgets(line.data(), line.size(), pipe) != nullptr) {
      out = line.data();
    }
    ::pclose(pipe);
  }
  return out.empty() ? "unknown\n" : out;
}

std::string told(Plan const& plan, RunResult const& result) {
  std::string out = "seed " + std::to_string(plan.seed) + ", action " + std::to_string(result.at) +
                    ": " + result.violation + "\ncommit " + commit();
  if (std::getenv("FENGHUO_NO_SHRINKING") != nullptr) {
    return out;
  }
  auto const left_out = shrink(plan, result.violation, 400);
  out += "the fewest actions that show it:\n";
  for (std::size_t i = 0; i < plan.actions.size(); ++i) {
    if (!left_out[i] && i <= result.at) {
      out += "  " + std::to_string(i) + " " + name_of(plan.actions[i]) + "\n";
    }
  }
  return out + "still: " + simulate(plan, left_out).violation;
}

template <class Result>
auto counts_in(Result& result) {
  using Count = std::conditional_t<std::is_const_v<Result>, std::uint64_t const, std::uint64_t>;
  return std::vector<std::pair<char const*, Count*>>{
      {"events", &result.events},
      {"answers", &result.answers},
      {"repeats", &result.replayed},
      {"asked again after an error", &result.unavailable},
      {"kills", &result.kills},
      {"power cuts", &result.power_cuts},
      {"disk faults", &result.disk_faults},
      {"answers of the store lost", &result.answers_lost},
      {"orderly restarts", &result.restarts},
      {"starts that the disk refused", &result.refused_starts},
      {"messages lost", &result.lost},
      {"messages doubled", &result.doubled},
      {"incidents archived", &result.archived},
      {"looks into the past", &result.moments},
      {"readers cut off", &result.cut_readers},
      {"anchors held", &result.anchors}};
}

void add(RunResult& sum, RunResult const& one) {
  auto const into = counts_in(sum);
  auto const from = counts_in(one);
  for (std::size_t i = 0; i < into.size(); ++i) {
    *into[i].second += *from[i].second;
  }
}

TEST(Simulation, NoSeedBreaksAPromise) {
  std::uint64_t const one = number_from("FENGHUO_SEED", 0);
  std::uint64_t const first = one != 0 ? one : number_from("FENGHUO_FIRST_SEED", 1);
  std::uint64_t const count = one != 0 ? 1 : number_from("FENGHUO_SEEDS", 2'000);
  RunResult sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Plan const plan = plan_of(seed);
    if (std::getenv("FENGHUO_NO_SHRINKING") != nullptr) {
      std::cout << "running seed " << seed << std::endl;  // a fault may end the process
    }
    RunResult const result = simulate(plan);
    add(sum, result);
    ASSERT_EQ(result.violation, "") << told(plan, result);
  }
  std::cout << "counted: " << count << " seeds, 0 violations";
  for (auto const& [name, value] : counts_in(sum)) {
    std::cout << ", " << *value << " " << name;
  }
  std::cout << "\n";
  if (count >= 1'000) {  // a simulation in which nothing happens proves nothing
    EXPECT_GT(sum.events / count, 20U);
    EXPECT_GT(sum.kills, count / 4);
    EXPECT_GT(sum.power_cuts, count / 4);
    EXPECT_GT(sum.disk_faults, count / 4);
    EXPECT_GT(sum.unavailable, count / 10);
    EXPECT_GT(sum.replayed, count / 4);
    EXPECT_GT(sum.archived, count / 4);
    EXPECT_GT(sum.cut_readers, count / 50);
  }
}

TEST(Simulation, TheSameSeedGivesTheSameRun) {
  for (std::uint64_t const seed : {3U, 17U, 29U, 101U}) {
    Plan const plan = plan_of(seed);
    EXPECT_EQ(simulate(plan).trace, simulate(plan).trace) << seed;
  }
  EXPECT_NE(simulate(plan_of(3)).trace, simulate(plan_of(4)).trace);
}

}  // namespace
}  // namespace fenghuo::tests
