#include "server/http/line_crowd.h"

#include <sys/epoll.h>

#include <tuple>

namespace fenghuo::server {

namespace {

constexpr auto kGrace = std::chrono::seconds{1};  ///< a newcomer may be silent so long

/// Smaller goes first.
std::tuple<int, Line::Clock::time_point, std::uint64_t> rank(Line const& line,
                                                             Line::Clock::time_point now) {
  bool const silent = line.state() == LineState::Idle && now - line.since() > kGrace;
  int const class_of_line = (line.has_completed() ? 2 : 0) + (silent ? 0 : 1);
  return {class_of_line, line.since(), line.id()};
}

}  // namespace

Line& LineCrowd::add(std::unique_ptr<Line> line) {
  std::uint64_t const id = line->id();
  return *places_.emplace(id, Place{std::move(line)}).first->second.line;
}

Line* LineCrowd::find(std::uint64_t id) {
  auto const it = places_.find(id);
  return it == places_.end() ? nullptr : it->second.line.get();
}

void LineCrowd::drop(std::uint64_t id) {
  auto const it = places_.find(id);
  if (it == places_.end()) {
    return;
  }
  request_bytes_ -= it->second.request;
  answer_bytes_ -= it->second.answer;
  // A socket that went to the feed is open all the same: closing ours would not take it out.
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, it->second.line->socket(), nullptr);
  places_.erase(it);
}

/// Drops the line that goes first among those that `may`. False: there is none.
bool LineCrowd::drop_first(Clock::time_point now, auto const& may) {
  Line const* found = nullptr;
  for (auto const& [id, place] : places_) {
    if (may(*place.line) && (found == nullptr || rank(*place.line, now) < rank(*found, now))) {
      found = place.line.get();
    }
  }
  if (found != nullptr) {
    drop(found->id());
  }
  return found != nullptr;
}

void LineCrowd::note(Line const& line, Clock::time_point now) {
  Place& place = places_.at(line.id());
  request_bytes_ += line.request_bytes() - place.request;
  answer_bytes_ += line.answer_bytes() - place.answer;
  place.request = line.request_bytes();
  place.answer = line.answer_bytes();
  // Where no unfinished request is left, all of it is in the queues, which are bounded.
  while (request_bytes_ > limits_.request_bytes &&
         drop_first(now, [](Line const& l) { return l.unfinished() && l.request_bytes() > 0; })) {
    counts_.count(TurnedAway::Memory);
  }
  while (answer_bytes_ > limits_.answer_bytes &&
         drop_first(now, [](Line const& l) { return l.answer_bytes() > 0; })) {
    counts_.count(TurnedAway::Memory);
  }
}

bool LineCrowd::make_room(Clock::time_point now) {
  if (places_.size() < limits_.connections) {
    return true;
  }
  counts_.count(TurnedAway::Connections);
  return drop_first(now, [](Line const& l) { return l.state() == LineState::Closing; }) ||
         drop_first(now, [](Line const& l) { return l.unfinished(); });
}

}  // namespace fenghuo::server
