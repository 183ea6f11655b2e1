#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/domain/state.h"
#include "messaging/journal/journal.h"
#include "tests/load/client_trace.h"

namespace fenghuo::tests {

/// One walk over a journal beside what clients say they were answered. Costs one step a row and a call.
///
/// Found is: a team on two active orders at once, by a book of its own and not the kernel's; a gap in the
/// sequences; a command whose rows are not one unbroken piece with indices from 0; an answer that does not
/// match the rows of its id; rows of a command that was refused; an answer that came before another command
/// was sent and still has the larger sequence; a team called busy that was free all the while.
class JournalScan {
 public:
  explicit JournalScan(Traces const& traces) : traces_{traces} {}

  /// What was found, at most twenty of each walk. Empty: all is well.
  std::vector<std::string> run(messaging::Journal& journal);

  domain::State const& state() const { return state_; }  ///< replayed on the way
  std::uint64_t rows() const { return rows_; }
  std::uint64_t commands() const { return commands_; }
  std::map<std::string, std::uint64_t> const& types() const { return types_; }

 private:
  /// A span of sequences in which a team was held; `end` is that of the event that let it go.
  struct Held {
    OrderId order;
    Sequence begin = 0, end = 0;
  };
  /// The rows of one command.
  struct Piece {
    Sequence first = 0;
    std::uint32_t events = 0;
    std::uint64_t content = 0;
  };
  void wrong(std::string what);
  void row(messaging::JournalRow const& row);
  void book(kernel::RecordedEvent const& event);
  void hold(TeamId team, OrderId order, Sequence at);
  void let_go(OrderId order, Sequence at);
  void calls();
  void one_call(std::size_t client, std::size_t number, Call const& call);
  Piece const* piece_of(std::size_t client, std::size_t number, Call const& call) const;
  bool was_busy(TeamId team, Sequence from, Sequence until) const;

  Traces const& traces_;
  std::vector<std::string> found_;
  domain::State state_;
  std::uint64_t rows_ = 0, commands_ = 0;
  std::map<std::string, std::uint64_t> types_;
  std::string command_;  ///< of the last row
  Piece* piece_ = nullptr;
  std::vector<std::vector<Piece>> own_;  ///< by client and call
  std::vector<Piece> shared_;
  std::set<std::string> others_;  ///< ids that no client gave: ticks, the founding
  Piece other_;
  std::map<TeamId, std::vector<Held>> held_;
  std::map<OrderId, TeamId> holder_;
};

}  // namespace fenghuo::tests
