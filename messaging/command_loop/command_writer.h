#pragma once

#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/domain/rejection.h"
#include "core/kernel/envelope.h"
#include "messaging/bus/event_bus.h"
#include "messaging/command_loop/committed_state.h"
#include "messaging/journal/journal.h"

namespace fenghuo::messaging {

/// A command as it reaches the writer. `envelope.time` is set there.
struct Request {
  kernel::CommandEnvelope envelope;
  Digest hash{};  ///< of the caller's request: the same id with another hash is refused
};

/// The command was carried out, now or (replayed) when it came the first time.
struct Carried {
  std::vector<kernel::RecordedEvent> events;
  bool replayed = false;
};
/// The id was used for another request before.
struct IdReused {};

/// Exactly one of: carried out, refused by the rules, id reused, or an error of the store (Unavailable: it
/// was certainly not carried out, or nobody can say yet; ask again with the same id).
using Outcome = std::variant<Carried, domain::Refusal, IdReused, Error>;

struct WriterFigures {
  std::uint64_t batches = 0, events = 0, refused = 0, replayed = 0, failed = 0;
};

/// The way of a command: decide, append, apply, publish. The only writer of a centre.
///
/// It runs ahead on a working state within one batch; the committed state follows once the batch is
/// durable. If the append fails the working state goes back to the committed one and all of the batch
/// gets Unavailable. An outcome that is not known is settled by reading the head again before anything
/// else is written; a failed sync is told to `on_store_failure`, which ends the process.
///
/// Threads: one, but for figures().
/// Checked: tests/messaging/command_writer_test.cc, also with a journal that fails at its n-th write.
class CommandWriter {
 public:
  CommandWriter(Journal& journal, CommittedState& committed, EventBus& bus,
                std::function<void(std::string const&)> on_store_failure);

  /// Carries the requests out in order, as one group. `now` never makes the journal's time go back.
  std::vector<Outcome> process(std::span<Request> requests, Time now);

  /// Moment of the next deadline in the working state.
  std::optional<Time> next_deadline() const { return kernel::next_deadline(working_); }
  domain::State const& working() const { return working_; }
  WriterFigures figures() const;  ///< from any thread

 private:
  struct Batch;
  bool carry_out(std::span<Request> requests, Time now, Batch& batch, std::string& why);
  void decide_all(std::span<Request> requests, Time now, Batch& batch);
  void decide(Request& request, Time now, std::size_t at, Batch& batch);
  Outcome replay(Request const& request);
  bool make_durable(Batch& batch, std::string& why);
  bool settle_unknown(Batch const& batch, std::string& why);
  bool adopt(std::string& why);
  void end(std::string const& why);
  template <class Change>
  void count(Change const& change);

  Journal& journal_;
  CommittedState& committed_;
  EventBus& bus_;
  std::function<void(std::string const&)> on_store_failure_;
  domain::State working_;
  bool head_in_doubt_ = false;
  std::string ended_because_;  ///< the store failed for good
  mutable std::mutex figures_mutex_;
  WriterFigures figures_;
};

}  // namespace fenghuo::messaging
