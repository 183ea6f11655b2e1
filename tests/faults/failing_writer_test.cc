// The whole way of a command on a disk whose k-th call fails: what callers were answered, the state, what was
// published and the journal agree with each other and with a day on which nothing failed.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/domain/state_text.h"
#include "messaging/journal/snapshots.h"
#include "tests/faults/journal_workload.h"
#include "tests/faults/writer_workload.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo::tests {
namespace {

struct Day {
  std::string state, content;
  Answers answers;
  std::uint64_t written = 0;  ///< groups of which something was written, and synced
};

std::vector<CommandGroup> const& groups() {
  static std::vector<CommandGroup> const kGroups = day_of_commands(21, 220);
  return kGroups;
}

Day const& undisturbed() {
  static Day const kDay = [] {
    Day day;
    SimulatedDisk disk;
    auto const process = std::move(WriterProcess::start(disk)).value();
    for (auto const& group : groups()) {
      process->carry_out(group, day.answers, 1);
      std::string state = process->state();
      day.written += state != day.state ? 1U : 0U;
      day.state = std::move(state);
    }
    day.content = content_text(process->journal());
    return day;
  }();
  return kDay;
}

struct Course {
  DiskFault::Kind kind;
  bool persistent;
};

class FailingWriter : public testing::TestWithParam<Course> {
 protected:
  Random random{31};
  std::uint64_t runs = 0, ends = 0, in_process = 0;
  SimulatedDisk* disk = nullptr;
  std::unique_ptr<WriterProcess> process;

  /// The next process; the disk is well by its second try.
  void start() {
    auto started = WriterProcess::start(*disk);
    if (!started) {
      disk->heal();
      started = WriterProcess::start(*disk);
    }
    ASSERT_TRUE(started) << started.error().message;
    process = std::move(started).value();
  }

  void end_and_start_again() {
    if (random.chance(500)) {
      disk->kill();
    } else {
      disk->power_cut(random);
    }
    process.reset();
    disk->restart();
    start();
  }

  void carry_out(CommandGroup const& group, Answers& answers) {
    auto const injected = disk->injected();
    process->carry_out(group, answers, 3);
    if (process->ended()) {
      process->carry_out(group, answers, 1);  // nothing may come of it
      ASSERT_EQ(process->broken(), std::vector<std::string>{});
      ++ends;
      end_and_start_again();
    } else if (disk->injected() > injected) {
      ++in_process;
    }
    if (disk->injected() > 0) {
      disk->heal();  // at the latest now: whoever asks again is served, without a restart
    }
    process->carry_out(group, answers, 3);
    ASSERT_EQ(process->broken(), std::vector<std::string>{});
    ASSERT_FALSE(process->ended());
  }

  void expect_the_day(Answers const& answers) {
    ASSERT_EQ(answers, undisturbed().answers);
    ASSERT_EQ(process->state(), undisturbed().state);
    ASSERT_TRUE(content_text(process->journal()) == undisturbed().content);
    auto const replayed = messaging::replay(process->journal(), nullptr);
    ASSERT_TRUE(replayed);
    ASSERT_EQ(domain::state_text(*replayed), undisturbed().state);
    ASSERT_EQ(broken_in(process->journal()), "");
    // Each event once and in order, to whoever listened through to the end.
    auto const& published = process->published();
    for (std::size_t i = 1; i < published.size(); ++i) {
      ASSERT_EQ(published[i], published[i - 1] + 1);
    }
  }

  /// False: the fault came after the last call.
  bool run_with(DiskFault fault) {
    SimulatedDisk on;
    disk = &on;
    Answers answers;
    on.fail(fault);
    start();
    for (auto const& group : groups()) {
      if (HasFatalFailure()) {
        break;
      }
      carry_out(group, answers);
    }
    bool const injected = on.injected() > 0;
    on.heal();  // whoever looks now is not meant
    if (!HasFatalFailure()) {
      expect_the_day(answers);
    }
    if (!HasFatalFailure()) {
      end_and_start_again();
      expect_the_day(answers);
    }
    process.reset();
    runs += injected ? 1U : 0U;
    return injected;
  }
};

TEST_P(FailingWriter, AnswersStateAndJournalAgree) {
  for (std::uint64_t at = 1; run_with({GetParam().kind, at, GetParam().persistent}); ++at) {
    ASSERT_FALSE(HasFatalFailure()) << "call " << at;
  }
  ASSERT_FALSE(HasFatalFailure());
  EXPECT_GT(runs, 40U);
  bool const sync = GetParam().kind == DiskFault::Kind::SyncKeeps ||
                    GetParam().kind == DiskFault::Kind::SyncLoses;
  EXPECT_GT(undisturbed().written, 20U);
  EXPECT_GE(ends, sync ? undisturbed().written : 0U);  // a failed sync ends the process
  std::string const name{text_of(GetParam().kind)};
  std::printf("counted: writer, %s %s: %lu runs, %lu went on in the process, %lu ended it\n",
              name.c_str(), GetParam().persistent ? "for a while" : "once", runs, in_process, ends);
}

std::vector<Course> courses() {
  std::vector<Course> all;
  for (auto const kind :
       {DiskFault::Kind::NoSpace, DiskFault::Kind::InputOutput, DiskFault::Kind::ShortWrite,
        DiskFault::Kind::SyncKeeps, DiskFault::Kind::SyncLoses}) {
    all.push_back({kind, false});
    all.push_back({kind, true});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(EveryCourse, FailingWriter, testing::ValuesIn(courses()));

}  // namespace
}  // namespace fenghuo::tests
