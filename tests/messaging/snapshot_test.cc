// Snapshots: the state and what is derived from it, against a replay of the whole journal.
#include <gtest/gtest.h>

#include <string>

#include "core/base/text_form.h"
#include "core/base/time_text.h"
#include "core/domain/invariants.h"
#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "messaging/codec/state_codec.h"
#include "messaging/journal/memory_journal.h"
#include "messaging/journal/snapshots.h"
#include "tests/core/kernel_run.h"
#include "tests/core/random_commands.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using domain::State;
using tests::ScratchFolder;

std::string deadline_text(domain::Deadline const& deadline) {
  return std::to_string(deadline.due.us) + "/" + std::to_string(static_cast<int>(deadline.kind)) +
         "/" + std::visit([](auto id) { return to_text(id); }, deadline.of);
}

/// Everything that a state holds, the derived members too.
std::string whole_text(State const& state) {
  std::string out = domain::state_text(state);
  out += "sequence " + std::to_string(state.sequence) + " time " + std::to_string(state.time.us);
  for (auto const id : state.open_reports) {
    out += "\nopen " + to_text(id);
  }
  for (auto const id : state.open_incidents) {
    out += "\nopen " + to_text(id);
  }
  for (auto const& [name, id] : state.team_names) {
    out += "\nname " + name + " " + to_text(id);
  }
  for (auto const& deadline : state.deadlines) {
    out += "\ndue " + deadline_text(deadline);
  }
  for (auto const& numbering : {state.report_numbers, state.incident_numbers, state.team_numbers,
                                state.order_numbers, state.closure_numbers}) {
    out += "\nlast " + std::to_string(numbering.year) + " " + std::to_string(numbering.last);
  }
  return out;
}

class RandomState : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomState, SurvivesAtEveryStep) {
  Random random{GetParam()};
  tests::KernelRun run;
  Time now = *parse_rfc3339("2026-12-31T15:00:00Z");
  run.give(now, "found_center jurisdiction=烽原县");
  int with_deadlines = 0;
  for (int i = 0; i < 1'500; ++i) {
    now = now + seconds(random.between(0, 30));
    run.give(now, tests::random_command(random, run.state(), now));
    if (i % 60 != 0) {
      continue;
    }
    with_deadlines += run.state().deadlines.empty() ? 0 : 1;
    auto const again = decode_state(encode_state(run.state()));
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_EQ(whole_text(*again), whole_text(run.state()));
    ASSERT_TRUE(domain::broken_invariants(*again).empty());
    State rebuilt = run.state();
    domain::rebuild_derived(rebuilt);
    ASSERT_EQ(whole_text(rebuilt), whole_text(run.state()));
  }
  EXPECT_GT(with_deadlines, 3);
  EXPECT_FALSE(run.state().open_incidents.empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomState, testing::Values(1, 2, 3));

TEST(StateCodec, AnEmptyStateSurvives) {
  auto const again = decode_state(encode_state(State{}));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(whole_text(*again), whole_text(State{}));
}

TEST(StateCodec, WhatIsNoStateIsDataLoss) {
  std::string const whole = encode_state(State{});
  for (std::string const& text : {std::string{}, std::string{"{}"}, std::string{"[]"}, whole + "x",
                                  whole.substr(0, whole.size() / 2)}) {
    auto const state = decode_state(text);
    ASSERT_FALSE(state) << text;
    EXPECT_EQ(state.error().code, ErrorCode::DataLoss);
  }
}

/// A journal in memory of this length, and its state after each row.
struct Recording {
  std::unique_ptr<MemoryJournal> journal = std::move(MemoryJournal::make()).value();
  std::vector<State> states{State{}};  ///< by sequence

  explicit Recording(std::uint64_t seed = 1, std::size_t length = 60) {
    auto rows = tests::random_rows(seed, static_cast<int>(std::max<std::size_t>(800, length * 8)));
    rows.resize(length);
    EXPECT_EQ(journal->append(rows).outcome, AppendOutcome::Written);
    State state;
    for (auto const& row : rows) {
      kernel::apply(state, *decode_row(row));
      states.push_back(state);
    }
  }
  Digest hash_at(Sequence sequence) const { return journal->read(sequence - 1, 1)->front().hash; }
  /// Saves the state after this row.
  void save(Snapshots& snapshots, Sequence at) const {
    auto const saved = snapshots.save(states[static_cast<std::size_t>(at)], hash_at(at));
    ASSERT_TRUE(saved) << saved.error().message;
  }
};

Sequence loaded_at(Snapshots const& snapshots, Journal& journal) {
  auto const state = snapshots.load(journal);
  return state ? state->sequence : -1;
}

TEST(Snapshots, TheNewestIsLoadedAndAReplayGoesOnFromIt) {
  ScratchFolder const folder;
  Snapshots snapshots{folder / "snapshots"};
  Recording const run;
  EXPECT_EQ(loaded_at(snapshots, *run.journal), -1);
  for (Sequence const at : {20, 40}) {
    run.save(snapshots, at);
    EXPECT_EQ(loaded_at(snapshots, *run.journal), at);
    EXPECT_EQ(whole_text(*snapshots.load(*run.journal)),
              whole_text(run.states[static_cast<std::size_t>(at)]));
    auto const state = replay(*run.journal, &snapshots);
    ASSERT_TRUE(state);
    EXPECT_EQ(whole_text(*state), whole_text(run.states.back()));
  }
  EXPECT_EQ(whole_text(*replay(*run.journal, nullptr)), whole_text(run.states.back()));
}

TEST(Snapshots, AReplayStopsWhereItIsTold) {
  ScratchFolder const folder;
  Snapshots snapshots{folder / "snapshots"};
  Recording const run;
  run.save(snapshots, 40);
  for (Sequence const until : {0, 1, 39, 40, 59, 60, 100}) {
    auto const state = replay(*run.journal, &snapshots, until);
    ASSERT_TRUE(state);
    EXPECT_EQ(whole_text(*state),
              whole_text(run.states[std::min<std::size_t>(static_cast<std::size_t>(until), 60)]));
  }
}

TEST(Snapshots, ABoundedNumberIsKeptSpreadOverTheJournal) {
  ScratchFolder const folder;
  Snapshots snapshots{folder.path()};
  Recording const run{1, 1'000};
  for (Sequence at = 1; at <= 1'000; ++at) {
    run.save(snapshots, at);
    ASSERT_LE(folder.names().size(), 2 + Snapshots::kHistory);
  }
  run.save(snapshots, 1'000);
  auto const names = folder.names();
  ASSERT_EQ(names.size(), 2 + Snapshots::kHistory);
  Sequence before = 0;
  for (auto const& name : names) {
    Sequence const at = std::stoll(name);
    EXPECT_LE(at - before, 3 * 1'000 / static_cast<Sequence>(Snapshots::kHistory)) << name;
    before = at;
  }
  EXPECT_EQ(names.back(), "0000000000000001000.snapshot");
  EXPECT_EQ(names[names.size() - 2], "0000000000000000999.snapshot");
}

TEST(Snapshots, TheNewestNotBeyondARowIsLoadedForIt) {
  ScratchFolder const folder;
  Snapshots snapshots{folder.path()};
  Recording const run;
  for (Sequence const at : {10, 20, 30, 40}) {
    run.save(snapshots, at);
  }
  EXPECT_EQ(snapshots.load(*run.journal, 35)->sequence, 30);
  EXPECT_EQ(snapshots.load(*run.journal, 30)->sequence, 30);
  EXPECT_FALSE(snapshots.load(*run.journal, 9));
  for (Sequence until = 0; until <= 60; ++until) {
    auto const state = replay(*run.journal, &snapshots, until);
    ASSERT_TRUE(state) << state.error().message;
    ASSERT_EQ(whole_text(*state), whole_text(run.states[static_cast<std::size_t>(until)]));
  }
}

TEST(Snapshots, ADamagedOneIsPassedOver) {
  Recording const run;
  ScratchFolder const folder;
  Snapshots snapshots{folder.path()};
  run.save(snapshots, 20);
  run.save(snapshots, 40);
  auto const newest = folder / "0000000000000000040.snapshot";
  std::string const bytes = tests::content_of(newest);
  Random random{3};
  for (int i = 0; i < 300; ++i) {
    std::string changed = bytes;
    auto const at = i < 150 ? static_cast<std::size_t>(i) : random.below(bytes.size());
    changed[at] = static_cast<char>(changed[at] ^ (1 << random.below(8)));
    tests::write_file(newest, changed);
    ASSERT_EQ(loaded_at(snapshots, *run.journal), 20) << "byte " << at;
  }
  for (std::size_t size = 0; size < bytes.size(); size += 97) {
    tests::write_file(newest, bytes.substr(0, size));
    ASSERT_EQ(loaded_at(snapshots, *run.journal), 20) << size;
  }
  tests::write_file(newest, bytes);
  EXPECT_EQ(loaded_at(snapshots, *run.journal), 40);
  tests::write_file(folder / "zzz.snapshot", "");
  EXPECT_EQ(loaded_at(snapshots, *run.journal), 40);
}

TEST(Snapshots, OneOfAnotherJournalOrTooNewIsPassedOver) {
  Recording const run;
  Recording const other{2};
  ScratchFolder const folder;
  Snapshots snapshots{folder.path()};
  run.save(snapshots, 20);
  other.save(snapshots, 30);
  EXPECT_EQ(loaded_at(snapshots, *run.journal), 20);
  EXPECT_EQ(loaded_at(snapshots, *other.journal), 30);
  Recording const shorter{1, 25};  // as after a restore of an older backup
  Recording const longer{1, 60};
  longer.save(snapshots, 50);
  EXPECT_EQ(loaded_at(snapshots, *shorter.journal), 20);
}

TEST(Snapshots, ThoseOfAnotherJournalDoNotPushOutTheOnesThatFit) {
  ScratchFolder const folder;
  Snapshots snapshots{folder.path()};
  Recording const before;
  before.save(snapshots, 50);
  before.save(snapshots, 60);
  Recording const restored{1, 30};
  restored.save(snapshots, 25);
  EXPECT_EQ(loaded_at(snapshots, *restored.journal), 25);
  restored.save(snapshots, 30);
  EXPECT_EQ(loaded_at(snapshots, *restored.journal), 30);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"0000000000000000025.snapshot",
                                                      "0000000000000000030.snapshot"}));
}

TEST(Snapshots, AFolderThatCannotBeWrittenIsToldAndLeavesTheRest) {
  ScratchFolder const folder;
  tests::write_file(folder / "file", "x");
  Snapshots snapshots{folder / "file"};
  Recording const run;
  auto const saved = snapshots.save(run.states[20], run.hash_at(20));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(loaded_at(snapshots, *run.journal), -1);
}

}  // namespace
}  // namespace fenghuo::messaging
