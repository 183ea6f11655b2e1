#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "server/http/porch.h"
#include "server/http/wire.h"

namespace fenghuo::server {

/// What a line needs of the house behind it.
struct LineHouse {
  Reception& reception;
  WorkQueues& queues;
  PorchLimits const& limits;
  Spool const* spool;
  HttpCounts& counts;
  std::function<void(std::uint64_t line, Outgoing answer)> post;  ///< from any thread
};

/// One connection on the porch: reads a request until it is whole, hands it over, writes the answer, begins anew.
///
///   Idle -> Header -> Body -> Waiting -> Answering -> Idle …
///                                                 \-> Closing: our side is shut, the caller's rest is read and forgotten
///
/// Calls that return bool: false where the connection is over and must be dropped.
/// Threads: the porch's.
/// Checked: tests/server/porch_test.cc.
class Line {
 public:
  using Clock = std::chrono::steady_clock;

  Line(std::uint64_t id, std::shared_ptr<Wire> wire, std::string peer, bool trusted,
       std::shared_ptr<void> seat, LineHouse const& house);

  bool readable(Clock::time_point now);
  bool writable(Clock::time_point now);
  bool go_on(Clock::time_point now);
  bool answered(Outgoing answer, Clock::time_point now);
  /// Looks at the deadlines.
  bool in_time(Clock::time_point now);

  std::uint64_t id() const { return id_; }
  int socket() const { return wire_->socket(); }
  LineState state() const { return state_; }
  unsigned wants() const;              ///< events of epoll
  unsigned watched = 0;                ///< those it is registered for
  bool more() const { return more_; }  ///< go_on() wants to be called again without any event
  bool unfinished() const { return state_ <= LineState::Body; }
  bool has_completed() const { return completed_; }
  Clock::time_point since() const {
    return since_;
  }  ///< of its silence, its request, or its last move
  std::size_t request_bytes() const;
  std::size_t answer_bytes() const { return out_.size() - out_at_; }

 private:
  bool receive(Clock::time_point now);
  bool flush(Clock::time_point now);
  bool refill();
  bool tell_plain(Clock::time_point now);
  std::shared_ptr<Arrived> new_arrived() const;
  bool read_on(Clock::time_point now);
  void admit(Clock::time_point now);
  bool spool_body();
  void hand_over(Clock::time_point now);
  void refuse(Clock::time_point now);
  void queue_up(Clock::time_point now);
  void answer(Outgoing out, bool keep_alive, Clock::time_point now);
  bool after_answer(Clock::time_point now);
  bool give_up(BadForm why, Clock::time_point now);
  void begin_anew();

  std::uint64_t id_;
  std::shared_ptr<Wire> wire_;
  std::string peer_;
  bool trusted_;
  std::shared_ptr<void> seat_;
  LineHouse const& house_;

  LineState state_ = LineState::Idle;
  Clock::time_point since_;
  bool completed_ = false;
  bool more_ = false;
  bool keep_alive_ = false;
  bool ended_ = false;  ///< the caller sends no more
  std::string in_;
  RequestReader reader_;
  Admission admission_;
  std::shared_ptr<Arrived> arrived_;
  std::size_t in_hand_ = 0;  ///< bytes of the request that was handed over
  std::string out_;
  std::shared_ptr<std::istream> file_;  ///< the rest of the answer
  std::size_t out_at_ = 0;
  std::size_t forgotten_ = 0;
};

}  // namespace fenghuo::server
