#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "messaging/command_loop/command_writer.h"
#include "messaging/journal/sqlite_journal.h"
#include "tests/faults/simulated_disk.h"

namespace fenghuo::tests {

/// Commands that reach the writer together, and when.
struct CommandGroup {
  std::vector<messaging::Request> requests;
  Time now;
};

/// A day of random commands from a seed, found_center first.
std::vector<CommandGroup> day_of_commands(std::uint64_t seed, int commands);

/// Answers by command id, as text; "error" where there is none yet.
using Answers = std::map<std::string, std::string>;

/// A process on a disk: the real journal, and a writer on it. It ends as the program does: when the store
/// failed, it does nothing any more.
class WriterProcess {
 public:
  /// Errors: as SqliteJournal::open and replay.
  static Result<std::unique_ptr<WriterProcess>> start(SimulatedDisk& disk);

  /// Gives a group until each request has an answer, `tries` times at most. What must hold after each try is
  /// checked; a sentence for each thing that did not is in broken().
  void carry_out(CommandGroup const& group, Answers& answers, int tries);

  bool ended() const { return !failures_.empty(); }
  std::string state() const;
  std::vector<std::string> const& broken() const { return broken_; }
  std::vector<Sequence> const& published() const { return published_; }
  messaging::SqliteJournal& journal() { return *journal_; }

 private:
  WriterProcess(SimulatedDisk& disk, std::unique_ptr<messaging::SqliteJournal> journal,
                domain::State state);
  void try_once(CommandGroup const& group, std::vector<messaging::Request>& open, Answers& answers);
  void check_refused(std::vector<messaging::Outcome> const& outcomes, std::string const& before);
  void expect(bool holds, std::string what);

  SimulatedDisk& disk_;
  std::unique_ptr<messaging::SqliteJournal> journal_;
  messaging::CommittedState committed_;
  messaging::EventBus bus_;
  std::vector<std::string> failures_, broken_;
  std::vector<Sequence> published_;
  messaging::CommandWriter writer_;
};

/// The rows of a journal but for what depends on how often it was opened: epoch and hash.
std::string content_text(messaging::Journal& journal);

}  // namespace fenghuo::tests
