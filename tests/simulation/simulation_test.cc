// A whole centre under faults, thousands of times, each run from a seed. FENGHUO_SEED runs one, FENGHUO_SEEDS so
// many. A violation is shown with its seed, the commit and the fewest actions that still show it.
#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>

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

void add(RunResult& sum, RunResult const& one) {
  sum.events += one.events;
  sum.kills += one.kills;
  sum.power_cuts += one.power_cuts;
  sum.disk_faults += one.disk_faults;
  sum.restarts += one.restarts;
  sum.refused_starts += one.refused_starts;
  sum.lost += one.lost;
  sum.doubled += one.doubled;
  sum.answers += one.answers;
  sum.replayed += one.replayed;
  sum.unavailable += one.unavailable;
  sum.archived += one.archived;
  sum.moments += one.moments;
  sum.cut_readers += one.cut_readers;
}

TEST(Simulation, NoSeedBreaksAPromise) {
  std::uint64_t const one = number_from("FENGHUO_SEED", 0);
  std::uint64_t const first = one != 0 ? one : number_from("FENGHUO_FIRST_SEED", 1);
  std::uint64_t const count = one != 0 ? 1 : number_from("FENGHUO_SEEDS", 2'000);
  RunResult sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Plan const plan = plan_of(seed);
    if (std::getenv("FENGHUO_NO_SHRINKING") != nullptr) {
      std::printf("running seed %llu\n", static_cast<unsigned long long>(seed));
      std::fflush(stdout);  // a fault may end the process
    }
    RunResult const result = simulate(plan);
    add(sum, result);
    ASSERT_EQ(result.violation, "") << told(plan, result);
  }
  std::printf(
      "%llu seeds, 0 violations: %llu events, %llu answers (%llu repeats, %llu asked again after "
      "an "
      "error), %llu kills, %llu power cuts, %llu disk faults, %llu orderly restarts, %llu starts "
      "that "
      "the disk refused, %llu messages lost, %llu doubled, %llu incidents archived, %llu looks "
      "into "
      "the past, %llu readers cut off\n",
      static_cast<unsigned long long>(count), static_cast<unsigned long long>(sum.events),
      static_cast<unsigned long long>(sum.answers), static_cast<unsigned long long>(sum.replayed),
      static_cast<unsigned long long>(sum.unavailable), static_cast<unsigned long long>(sum.kills),
      static_cast<unsigned long long>(sum.power_cuts),
      static_cast<unsigned long long>(sum.disk_faults),
      static_cast<unsigned long long>(sum.restarts),
      static_cast<unsigned long long>(sum.refused_starts),
      static_cast<unsigned long long>(sum.lost), static_cast<unsigned long long>(sum.doubled),
      static_cast<unsigned long long>(sum.archived), static_cast<unsigned long long>(sum.moments),
      static_cast<unsigned long long>(sum.cut_readers));
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
