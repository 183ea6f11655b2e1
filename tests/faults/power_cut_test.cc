// The journal after power cuts and kills: at every write and every sync of a day, what the disk may then hold
// is opened by the journal's own open and proved whole against what had been acknowledged.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/faults/journal_workload.h"

namespace fenghuo::tests {
namespace {

constexpr std::uint64_t kSeeds = 12;

/// Images of all seeds together.
std::uint64_t wanted_images() {
  char const* const full = std::getenv("FENGHUO_FULL");
  return full != nullptr && *full == '1' ? 1'000'000 : 50'000;
}

struct Manner {
  bool omit_log_syncs = false;
  bool kills = true;
};

/// One day, with so many images at each boundary.
void cut_a_day(std::uint64_t seed, std::uint64_t each, Manner manner, Tally& tally) {
  JournalWorkload const work{seed};
  Random random{seed};
  SimulatedDisk disk;
  disk.omit_log_syncs(manner.omit_log_syncs);
  Promise promise;
  disk.on_step = [&] {
    ++tally.steps;
    for (std::uint64_t i = 0; i < each; ++i) {
      auto const image = disk.after_power_cut(random);
      ++tally.images;
      if (random.chance(50)) {
        examine_and_cut_again(*image, promise, work.upkeep(), random, tally);
      } else {
        tally.add(examine(*image, promise, work.upkeep()), promise);
      }
    }
    if (manner.kills) {
      ++tally.kills;
      tally.add(examine(*disk.after_kill(), promise, work.upkeep()), promise);
    }
  };
  EXPECT_EQ(work.run(disk, promise), "");
  EXPECT_EQ(promise.acknowledged, static_cast<Sequence>(work.rows()));
}

/// Days of different seeds until there are so many images.
Tally cut_everywhere(std::uint64_t seed, std::uint64_t images, Manner manner) {
  constexpr std::uint64_t kAtEach = 12;
  Tally tally;
  for (std::uint64_t day = 0; tally.images < images; ++day) {
    cut_a_day(seed + day * 1'000, kAtEach, manner, tally);
  }
  return tally;
}

void report(char const* what, Tally const& tally, std::chrono::steady_clock::time_point since) {
  double const took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
  auto const all = tally.images + tally.again + tally.kills;
  std::printf(
      "counted: %s: %lu boundaries, %lu images, %lu cut again, %lu kills; lost %lu, broken %lu, "
      "half %lu, shut %lu; %.0f a second\n",
      what, tally.steps, tally.images, tally.again, tally.kills, tally.lost, tally.broken,
      tally.half, tally.shut, static_cast<double>(all) / took);
  testing::Test::RecordProperty("boundaries", std::to_string(tally.steps));
  testing::Test::RecordProperty("images", std::to_string(tally.images));
  testing::Test::RecordProperty("lost", std::to_string(tally.lost));
}

class PowerCut : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PowerCut, LosesNothingThatWasAcknowledged) {
  auto const since = std::chrono::steady_clock::now();
  Tally const tally = cut_everywhere(GetParam(), wanted_images() / kSeeds, {});
  report("power cuts", tally, since);
  EXPECT_EQ(tally.first, "");
  EXPECT_EQ(tally.bad(), 0U);
  EXPECT_GE(tally.images, wanted_images() / kSeeds);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PowerCut, testing::Range<std::uint64_t>(1, kSeeds + 1));

/// The tests above can fail: with the syncs left out that synchronous=NORMAL leaves out, rows are lost.
TEST(PowerCutWithoutSyncs, LosesWhatWasAcknowledged) {
  auto const since = std::chrono::steady_clock::now();
  Tally const tally = cut_everywhere(3, 2'000, {.omit_log_syncs = true, .kills = true});
  report("power cuts, log not synced at commit", tally, since);
  EXPECT_GT(tally.lost, tally.images / 10);
  EXPECT_GT(tally.most_lost, 1);
  EXPECT_EQ(tally.broken + tally.half, 0U);
}

}  // namespace
}  // namespace fenghuo::tests
