#include "server/http/line.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <istream>

#include "server/access/random_text.h"

namespace fenghuo::server {

namespace {

constexpr std::size_t kPiece = 64U << 10U;
constexpr int kPieces = 4;  ///< read at one go, so that one caller does not keep the others waiting
constexpr int kTurns = 8;   ///< requests answered at one go, for the same reason
constexpr std::size_t kForgotten = 8U
                                   << 20U;  ///< of an unwanted body, so that the caller reads why
constexpr std::size_t kGlimpse = 4'096;     ///< of a refused body, for whoever calls back

}  // namespace

Line::Line(std::uint64_t id, std::shared_ptr<Wire> wire, std::string peer, bool trusted,
           std::shared_ptr<void> seat, LineHouse const& house)
    : id_{id},
      wire_{std::move(wire)},
      peer_{std::move(peer)},
      trusted_{trusted},
      seat_{std::move(seat)},
      house_{house},
      since_{Clock::now()} {}

unsigned Line::wants() const {
  bool const reads = unfinished() || state_ == LineState::Closing;
  // Who makes us write before we can read on, and takes nothing, is not looked at in a circle.
  bool const stuck = wire_->read_waits_to_write();
  return (reads && !ended_ && !stuck ? unsigned{EPOLLIN} : 0U) |
         (answer_bytes() > 0 || stuck ? unsigned{EPOLLOUT} : 0U);
}

std::size_t Line::request_bytes() const { return in_.size() + reader_.held() + in_hand_; }

/// Reads what is there. False: the connection is broken.
bool Line::receive(Clock::time_point now) {
  static thread_local std::array<char, kPiece> piece;
  for (int i = 0; i < kPieces; ++i) {
    auto const [got, is] = wire_->read(piece.data(), piece.size());
    if (is == Wire::Is::PlainHttp) {
      return tell_plain(now);
    }
    if (is == Wire::Is::Broken) {
      return false;
    }
    if (got == 0) {
      ended_ = is == Wire::Is::Ended;
      return true;
    }
    if (state_ == LineState::Closing) {
      forgotten_ += got;
      if (forgotten_ > kForgotten) {
        return false;
      }
      continue;
    }
    in_.append(piece.data(), got);
    wipe(piece.data(), got);  // a password may be in it
    if (!go_on(now)) {
      return false;
    }
    if (!unfinished()) {
      return true;  // what comes after this request waits in the socket
    }
  }
  return true;
}

bool Line::readable(Clock::time_point now) {
  if (!receive(now)) {
    return false;
  }
  if (!ended_) {
    return true;
  }
  if (state_ == LineState::Header || state_ == LineState::Body) {
    return give_up({400, "malformed", "the request ends before its end"}, now);
  }
  return state_ == LineState::Waiting || state_ == LineState::Answering;
}

bool Line::writable(Clock::time_point now) {
  return wire_->read_waits_to_write() && !readable(now) ? false : go_on(now);
}

/// Somebody who means http:// at a door of https:// is told so in his own tongue.
bool Line::tell_plain(Clock::time_point now) {
  house_.counts.count(TurnedAway::Form);
  arrived_ = new_arrived();
  arrived_->secure = false;  // what goes back now is not
  answer(house_.reception.refuse(*arrived_,
                                 {400, "malformed", "this port speaks TLS: begin with https://"}),
         false, now);
  return go_on(now);
}

std::shared_ptr<Arrived> Line::new_arrived() const {
  auto arrived = std::make_shared<Arrived>();
  arrived->peer = peer_;
  arrived->trusted = trusted_;
  arrived->secure = wire_->secure();
  return arrived;
}

/// Sends what the socket takes. False: the caller is gone.
bool Line::flush(Clock::time_point now) {
  while (out_at_ < out_.size() || refill()) {
    auto const rest = std::min(out_.size() - out_at_, std::size_t{1} << 20U);
    auto const [sent, is] = wire_->write(out_.data() + out_at_, rest);
    out_at_ += sent;
    if (sent > 0 && state_ == LineState::Answering) {
      since_ = now;
    }
    if (is == Wire::Is::Broken) {
      return false;
    }
    if (sent < rest) {
      return true;
    }
  }
  out_.clear();
  out_.shrink_to_fit();
  out_at_ = 0;
  return true;
}

/// Takes the next piece of a file into an empty buffer. False: there is none.
bool Line::refill() {
  if (file_ == nullptr) {
    return false;
  }
  constexpr std::size_t kPiece = 256 * 1024;
  out_.resize(kPiece);
  out_at_ = 0;
  file_->read(out_.data(), static_cast<std::streamsize>(kPiece));
  out_.resize(static_cast<std::size_t>(file_->gcount()));
  if (out_.empty()) {
    file_.reset();
  }
  return !out_.empty();
}

bool Line::go_on(Clock::time_point now) {
  more_ = false;
  for (int turn = 0; turn < kTurns; ++turn) {
    if (!flush(now)) {
      return false;
    }
    if (state_ == LineState::Answering) {
      if (!out_.empty()) {
        return true;
      }
      if (!after_answer(now)) {
        return false;
      }
    }
    if (!unfinished()) {
      return true;
    }
    while (unfinished() && read_on(now)) {
    }
    if (unfinished()) {
      return flush(now);
    }
  }
  more_ = unfinished() || state_ == LineState::Answering;
  return true;
}

/// A step with what came. False: more must come first.
bool Line::read_on(Clock::time_point now) {
  if (in_.empty()) {
    return false;
  }
  std::size_t const taken = reader_.take(in_);
  if (admission_.work == WorkClass::SignIn) {
    wipe(in_.data(), taken);
  }
  in_.erase(0, taken);
  if (state_ == LineState::Idle && reader_.begun()) {
    state_ = LineState::Header;
    since_ = now;
  }
  if (reader_.state() == RequestReader::State::Headed) {
    admit(now);
    if (!unfinished()) {
      return false;
    }
  }
  if (state_ == LineState::Body && !spool_body()) {
    reader_.give_up({503, "unavailable", "there is no room for uploads now"});
  }
  switch (reader_.state()) {
    case RequestReader::State::Whole:
      hand_over(now);
      return false;
    case RequestReader::State::Refused:
      refuse(now);
      return false;
    case RequestReader::State::Head:
    case RequestReader::State::Headed:
    case RequestReader::State::Body:
      break;
  }
  return !in_.empty();
}

void Line::admit(Clock::time_point now) {
  arrived_ = new_arrived();
  arrived_->head = std::move(reader_.head());
  bool const has_body = arrived_->head.has_body();
  // What goes back at once leaves the body unread.
  arrived_->keep_alive = arrived_->head.keep_alive && !has_body;
  admission_ = house_.reception.admit(*arrived_);
  if (admission_.refused) {
    answer(std::move(*admission_.refused), arrived_->keep_alive, now);
    return;
  }
  arrived_->keep_alive = arrived_->head.keep_alive;
  if (has_body && admission_.body_in == BodyIn::File && house_.spool != nullptr) {
    if (auto file = house_.spool->begin(); file) {
      arrived_->file = std::move(file).value();
    }
  }
  reader_.head() = {};
  reader_.head().chunked = arrived_->head.chunked;
  reader_.head().length = arrived_->head.length;
  state_ = LineState::Body;
  if (reader_.admit(admission_.body_limit) == RequestReader::State::Body &&
      arrived_->head.expects_continue && in_.empty()) {
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
}

/// What came of a body that goes into a file. False: it cannot.
bool Line::spool_body() {
  if (admission_.body_in != BodyIn::File || !arrived_->head.has_body() ||
      reader_.state() == RequestReader::State::Refused) {
    return true;
  }
  return arrived_->file != nullptr && arrived_->file->write(reader_.take_body());
}

void Line::hand_over(Clock::time_point now) {
  arrived_->body = reader_.take_body();
  queue_up(now);
}

/// A request that is not fit to be carried out. Where its route is known a worker answers it, who knows the
/// caller; otherwise it is answered here.
void Line::refuse(Clock::time_point now) {
  house_.counts.count(TurnedAway::Form);
  bool known = arrived_ != nullptr;
  if (!known) {
    arrived_ = new_arrived();
    known = reader_.head_read();
    if (known) {
      arrived_->head = std::move(reader_.head());
      admission_ = house_.reception.admit(*arrived_);
      if (admission_.refused) {
        return answer(std::move(*admission_.refused), false, now);
      }
    }
  }
  arrived_->keep_alive = false;
  if (!known) {
    return answer(house_.reception.refuse(*arrived_, reader_.refusal()), false, now);
  }
  arrived_->refusal = reader_.refusal();
  arrived_->body = (reader_.take_body() + in_).substr(0, kGlimpse);
  queue_up(now);
}

void Line::queue_up(Clock::time_point now) {
  state_ = LineState::Waiting;
  in_hand_ = arrived_->body.size();
  auto& counts = house_.counts.of(admission_.work);
  ++counts.taken;  // before a worker can tell of it
  bool const taken =
      house_.queues.put(admission_.work, [&house = house_, id = id_, arrived = arrived_] {
        Outgoing out = house.reception.serve(*arrived);
        arrived->file.reset();  // gone before anybody hears the answer
        house.post(id, std::move(out));
      });
  if (taken) {
    return;
  }
  --counts.taken;
  ++counts.shed;
  answer(house_.reception.refuse(
             *arrived_, {503, "overloaded", "too much of this kind is asked for; try again"}),
         arrived_->keep_alive, now);
}

bool Line::answered(Outgoing out, Clock::time_point now) {
  if (state_ != LineState::Waiting) {
    return true;
  }
  if (out.leaves) {
    out.leaves(wire_, std::move(seat_));
    return false;
  }
  answer(std::move(out), arrived_->keep_alive, now);
  return go_on(now);
}

void Line::answer(Outgoing out, bool keep_alive, Clock::time_point now) {
  state_ = LineState::Answering;
  since_ = now;
  keep_alive_ = keep_alive;
  in_hand_ = 0;
  out_ += out.bytes;
  file_ = std::move(out.file);
}

/// False: the connection is over.
bool Line::after_answer(Clock::time_point now) {
  since_ = now;
  if (keep_alive_) {
    completed_ = true;
    begin_anew();
    return !ended_ || !in_.empty();
  }
  in_.clear();
  reader_ = RequestReader{};
  arrived_.reset();
  state_ = LineState::Closing;
  if (ended_) {
    return false;
  }
  // Closed at once, what the caller still sends would be answered by a reset that takes our answer with it.
  return wire_->end();
}

void Line::begin_anew() {
  state_ = LineState::Idle;
  reader_ = RequestReader{};
  if (in_.empty()) {
    in_ = {};  // thousands of idle lines keep no room that they do not need
    in_.shrink_to_fit();
  }
  admission_ = {};
  arrived_.reset();
}

bool Line::give_up(BadForm why, Clock::time_point now) {
  reader_.give_up(std::move(why));
  refuse(now);
  return go_on(now);
}

bool Line::in_time(Clock::time_point now) {
  auto const late = [&](std::chrono::milliseconds most) { return now - since_ > most; };
  PorchLimits const& limits = house_.limits;
  switch (state_) {
    case LineState::Idle:
      return !late(completed_ ? limits.idle : limits.header);
    case LineState::Header:
      if (late(limits.header)) {
        house_.counts.count(TurnedAway::HeaderTime);
        return give_up({408, "too_slow", "the header did not come in time"}, now);
      }
      return true;
    case LineState::Body:
      if (late(limits.request)) {
        house_.counts.count(TurnedAway::RequestTime);
        return give_up({408, "too_slow", "the request did not come in time"}, now);
      }
      return true;
    case LineState::Waiting:
      return true;
    case LineState::Answering:
      if (late(limits.answer)) {
        house_.counts.count(TurnedAway::AnswerTime);
        return false;
      }
      return true;
    case LineState::Closing:
      break;
  }
  return !late(limits.closing);
}

}  // namespace fenghuo::server
