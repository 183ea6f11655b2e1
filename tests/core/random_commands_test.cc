// Thousands of random commands, valid and not: nothing aborts, the invariants hold after every event, the
// journal replays to the same state text, and copies of a state do not change with it.
#include "tests/core/random_commands.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "core/base/time_text.h"
#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

namespace {

constexpr int kSteps = 6000;

/// A run of random commands over the turn of a year, with a tick now and then.
class RandomRun {
 public:
  explicit RandomRun(std::uint64_t seed) : random_{seed} {
    now_ = *parse_rfc3339("2026-12-31T15:00:00Z");
    count("found_center", run.give(now_, "found_center jurisdiction=烽原县"));
  }

  void step() {
    now_ = now_ + seconds(random_.between(0, 30));
    if (random_.chance(2)) {
      now_ = now_ + hours(100);  // quiet days: what has ended goes to the archive
    }
    domain::Command const command = random_command(random_, run.state(), now_);
    bool const reads_a_revision = random_.chance(100);
    auto const expected =
        reads_a_revision ? std::optional{random_.between(0, run.state().sequence)} : std::nullopt;
    count(name_of(command), run.give(now_, command, expected));
  }

  /// Nobody says anything for so long; what falls due by then is told in one go.
  void rest(Duration time) {
    now_ = now_ + time;
    for (int i = 0; i < 200 && kernel::next_deadline(run.state()).value_or(now_ + time) <= now_;
         ++i) {
      count("tick", run.give(now_, domain::Tick{}));
    }
  }

  KernelRun run;
  std::map<std::string, int> outcomes;  ///< by refusal or event

 private:
  void count(std::string_view command, domain::Decision const& decision) {
    ++outcomes[std::string{command} + " " + outcome_of(decision)];
    if (auto const* refusal = std::get_if<domain::Refusal>(&decision.outcome)) {
      ++outcomes[std::string{name_of(refusal->rejection)}];
      return;
    }
    for (auto const& event : std::get<0>(decision.outcome)) {
      ++outcomes[std::string{name_of(event)}];
    }
  }

  Random random_;
  Time now_;
};

class RandomCommands : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomCommands, KeepEveryInvariantAndReplayToTheSameText) {
  std::uint64_t const seed = seed_of_run(GetParam());
  SCOPED_TRACE("FENGHUO_SEED=" + std::to_string(seed));
  RandomRun random{seed};
  for (int i = 0; i < kSteps && random.run.broken().empty(); ++i) {
    random.step();
  }
  ASSERT_EQ(random.run.broken(), std::vector<std::string>{});
  std::string const text = domain::state_text(random.run.state());
  EXPECT_EQ(domain::state_text(replay(random.run.journal())), text);
}

TEST_P(RandomCommands, EveryEventIsWrittenAndReadBackAsText) {
  std::uint64_t const seed = seed_of_run(GetParam());
  SCOPED_TRACE("FENGHUO_SEED=" + std::to_string(seed));
  RandomRun random{seed};
  for (int i = 0; i < kSteps / 3; ++i) {
    random.step();
  }
  std::vector<kernel::RecordedEvent> journal = random.run.journal();
  for (auto& recorded : journal) {
    std::string const text = event_text(recorded.event);
    auto read = read_event(text);
    ASSERT_TRUE(read) << text << ": " << read.error().message;
    ASSERT_EQ(event_text(*read), text);
    recorded.event = std::move(read).value();
  }
  EXPECT_EQ(domain::state_text(replay(journal)), domain::state_text(random.run.state()));
}

TEST_P(RandomCommands, CopiesShareAndDoNotChange) {
  std::uint64_t const seed = seed_of_run(GetParam());
  SCOPED_TRACE("FENGHUO_SEED=" + std::to_string(seed));
  RandomRun random{seed};
  std::vector<std::pair<domain::State, std::string>> kept;
  for (int i = 0; i < 500; ++i) {
    if (i % 50 == 0) {
      kept.emplace_back(random.run.state(), domain::state_text(random.run.state()));
    }
    random.step();
  }
  for (auto const& [state, text] : kept) {
    EXPECT_EQ(domain::state_text(state), text);
  }
  domain::State const& now = random.run.state();
  domain::State const copy = now;
  for (auto const& [id, incident] : now.incidents) {
    EXPECT_EQ(copy.incidents.at(id), incident) << "the object itself is shared";
  }
  // A branch (what-if) from the copy leaves the original alone.
  std::string const text = domain::state_text(now);
  domain::State branch = now;
  kernel::apply(branch, {branch.sequence + 1,
                         branch.time,
                         branch.time,
                         "c",
                         0,
                         {},
                         domain::NoteAdded{now.incidents.begin()->first, "x", {}}});
  EXPECT_EQ(domain::state_text(now), text);
  EXPECT_NE(domain::state_text(branch), text);
}

INSTANTIATE_TEST_SUITE_P(Core, RandomCommands, testing::Values(1, 2, 3, 20260301, 1234567));

template <class Variant, std::size_t... I>
std::vector<std::string> names_of(std::index_sequence<I...> /*all*/) {
  return {std::string{std::variant_alternative_t<I, Variant>::kName}...};
}

template <class Variant>
std::vector<std::string> names_of() {
  return names_of<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>{});
}

// A generator that never gets anywhere proves nothing.
TEST(RandomCommandsReach, EveryEventEveryRefusalAndEveryCommand) {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    RandomRun random{seed};
    for (int i = 0; i < 4000; ++i) {
      random.step();
    }
    random.rest(hours(24 * 450));  // shifts leave 400 days after their end
    EXPECT_EQ(random.run.broken(), std::vector<std::string>{});
    for (auto const& [what, times] : random.outcomes) {
      seen[what] += times;
    }
  }
  for (auto const& name : names_of<domain::Event>()) {
    EXPECT_GT(seen[name], 0) << name;
  }
  for (auto const& name : names_of<domain::Command>()) {
    EXPECT_GT(seen[name + " accepted"], 0) << name;
  }
  for (auto const name : EnumNames<domain::Rejection>::kNames) {
    // An empty journal, 200 files on one object, 2,000 villages: rejection_order_test.cc walks the first two,
    // call_down_test.cc the third.
    bool const out_of_reach =
        name == "not_founded" || name == "too_many_attachments" || name == "too_many_call_rows";
    EXPECT_TRUE(out_of_reach || seen[std::string{name}] > 0) << name;
  }
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (char const c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return hash;
}

// The same run gives the same bytes in every build, at -O0 and -O2, on every machine: the hash is in the
// tree. FENGHUO_BLESS=1 writes it anew.
TEST(RandomRunHash, IsTheSameInEveryBuild) {
  RandomRun random{20260301};
  for (int i = 0; i < kSteps; ++i) {
    random.step();
  }
  std::string hash = std::to_string(fnv1a(domain::state_text(random.run.state())));
  std::string const path = FENGHUO_SOURCE_DIR "/tests/core/golden/random_run.hash";
  if (std::getenv("FENGHUO_BLESS") != nullptr) {
    std::ofstream{path} << hash << '\n';
    return;
  }
  std::string kept;
  std::ifstream{path} >> kept;
  EXPECT_EQ(hash, kept);
}

}  // namespace

}  // namespace fenghuo::tests
