#include "tests/faults/writer_workload.h"

#include "core/base/time_text.h"
#include "core/domain/state_text.h"
#include "messaging/journal/snapshots.h"
#include "tests/core/kernel_run.h"
#include "tests/core/random_commands.h"
#include "tests/core/text_commands.h"
#include "tests/faults/journal_workload.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo::tests {

using messaging::Carried;
using messaging::Outcome;
using messaging::Request;
using messaging::SqliteJournal;

std::vector<CommandGroup> day_of_commands(std::uint64_t seed, int commands) {
  Random random{seed};
  KernelRun run;
  std::vector<CommandGroup> out;
  Time now = *parse_rfc3339("2026-12-31T23:50:00+08:00");
  domain::Command command = std::move(read_command("found_center jurisdiction=烽原县")).value();
  bool alone = false;
  for (int i = 0; i < commands; ++i) {
    // A refused command is not remembered: asked again after its group was found stored, it would be decided
    // anew, by a later state. So it comes alone.
    bool const refused = !run.give(now, command).accepted();
    Request next;
    next.envelope.id = "c" + std::to_string(i);
    next.envelope.actor = {"tester", "dispatcher"};
    next.envelope.command = command;
    next.hash.fill(static_cast<std::uint8_t>(i));
    if (i < 2 || refused || alone || random.chance(400)) {
      out.push_back({{}, now});
    }
    alone = refused;
    out.back().requests.push_back(std::move(next));
    now = now + seconds(random.between(0, 60));
    command = random_command(random, run.state(), now);
  }
  return out;
}

namespace {

std::string outcome_text(Outcome const& outcome) {
  if (auto const* carried = std::get_if<Carried>(&outcome)) {
    std::string out;
    for (auto const& e : carried->events) {
      out += std::to_string(e.sequence) + " " + std::to_string(e.recorded_at.us) + " " +
             e.command_id + " " + std::to_string(e.index) + " " + event_text(e.event) + "\n";
    }
    return out;
  }
  if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
    return std::string{name_of(refusal->rejection)};
  }
  return std::holds_alternative<messaging::IdReused>(outcome) ? "id reused" : "error";
}

}  // namespace

Result<std::unique_ptr<WriterProcess>> WriterProcess::start(SimulatedDisk& disk) {
  messaging::LogUpkeep upkeep;
  upkeep.checkpoint_pages = 30;
  auto journal = SqliteJournal::open(kJournalFile, {}, disk, upkeep);
  if (!journal) {
    return journal.error();
  }
  auto state = messaging::replay(**journal, nullptr);
  if (!state) {
    return state.error();
  }
  return std::unique_ptr<WriterProcess>{
      new WriterProcess{disk, std::move(journal).value(), std::move(state).value()}};
}

WriterProcess::WriterProcess(SimulatedDisk& disk, std::unique_ptr<SqliteJournal> journal,
                             domain::State state)
    : disk_{disk},
      journal_{std::move(journal)},
      committed_{std::move(state)},
      bus_{*journal_},
      writer_{*journal_, committed_, bus_,
              [this](std::string const& why) { failures_.push_back(why); }} {
  bus_.listen([this](auto events) {
    for (auto const& event : events) {
      published_.push_back(event.sequence);
    }
  });
}

std::string WriterProcess::state() const {
  return committed_.read([](auto const& s) { return domain::state_text(s); });
}

void WriterProcess::expect(bool holds, std::string what) {
  if (!holds) {
    broken_.push_back(std::move(what));
  }
}

/// A group that was not stored: all of it, and nobody outside noticed. (What was in doubt may have been
/// adopted meanwhile: that is published and committed as one.)
void WriterProcess::check_refused(std::vector<Outcome> const& outcomes, std::string const& before) {
  for (auto const& outcome : outcomes) {
    auto const* error = std::get_if<Error>(&outcome);
    expect(error != nullptr && error->code == ErrorCode::Unavailable,
           "one of a group that was not stored got another answer");
  }
  expect(state() == before, "a group that was not stored changed the state");
}

void WriterProcess::try_once(CommandGroup const& group, std::vector<Request>& open,
                             Answers& answers) {
  bool const ended_before = ended();
  auto const writes_before = disk_.counters().writes;
  std::size_t const published_before = published_.size();
  std::string const before = state();
  auto const outcomes = writer_.process(open, group.now);
  expect(outcomes.size() == open.size(), "not every request got an answer");
  for (std::size_t i = 0; i < open.size(); ++i) {
    answers[open[i].envelope.id] = outcome_text(outcomes[i]);
  }
  if (std::holds_alternative<Error>(outcomes.front()) && published_.size() == published_before) {
    check_refused(outcomes, before);
  }
  expect(domain::state_text(writer_.working()) == state(),
         "between groups the working state is not the committed one");
  expect(!ended_before || disk_.counters().writes == writes_before,
         "something was written after the store had failed");
}

void WriterProcess::carry_out(CommandGroup const& group, Answers& answers, int tries) {
  for (int i = 0; i < tries; ++i) {
    std::vector<Request> open;
    for (auto const& request : group.requests) {
      auto const answer = answers.try_emplace(request.envelope.id, "error").first;
      if (answer->second == "error") {
        open.push_back(request);
      }
    }
    if (open.empty()) {
      return;
    }
    try_once(group, open, answers);
  }
}

std::string content_text(messaging::Journal& journal) {
  auto rows = all_rows(journal);
  for (auto& row : rows) {
    row.epoch = 0;
    row.hash = {};
  }
  return rows_text(rows);
}

}  // namespace fenghuo::tests
