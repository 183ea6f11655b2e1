#include "center/proposal_memory.h"

#include <gtest/gtest.h>

#include <set>

namespace fenghuo::center {
namespace {

constexpr IncidentId kFire{2026, 1};
constexpr IncidentId kFlood{2026, 2};

domain::ProposalRows rows_from(Sequence sequence) {
  domain::ProposalRows rows;
  rows.made_from = sequence;
  return rows;
}

TEST(ProposalMemory, GivesBackWhatWasAnsweredForThatIncidentAlone) {
  ProposalMemory memory;
  std::string const first = memory.keep(kFire, rows_from(7), {1'000'000});
  std::string const second = memory.keep(kFlood, rows_from(8), {1'000'000});
  ASSERT_NE(memory.find(first, kFire), nullptr);
  EXPECT_EQ(memory.find(first, kFire)->made_from, 7);
  EXPECT_EQ(memory.find(second, kFlood)->made_from, 8);
  EXPECT_EQ(memory.find(first, kFlood), nullptr);
  EXPECT_EQ(memory.find("", kFire), nullptr);
  EXPECT_EQ(memory.find("1000000-9", kFire), nullptr);
}

TEST(ProposalMemory, HoldsTheLastAndNoMore) {
  ProposalMemory memory;
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i <= ProposalMemory::kKept; ++i) {
    tokens.push_back(memory.keep(kFire, rows_from(static_cast<Sequence>(i)), {5}));
  }
  EXPECT_EQ(memory.find(tokens.front(), kFire), nullptr);
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    ASSERT_NE(memory.find(tokens[i], kFire), nullptr) << i;
    EXPECT_EQ(memory.find(tokens[i], kFire)->made_from, static_cast<Sequence>(i));
  }
  EXPECT_EQ((std::set<std::string>{tokens.begin(), tokens.end()}).size(), tokens.size());
}

TEST(ProposalMemory, ATokenOfAnEarlierRunIsNotTakenForOneOfThisRun) {
  ProposalMemory before;
  ProposalMemory after;
  std::string const old = before.keep(kFire, rows_from(1), {1'000'000});
  after.keep(kFire, rows_from(2), {2'000'000});
  EXPECT_EQ(after.find(old, kFire), nullptr);
}

}  // namespace
}  // namespace fenghuo::center
