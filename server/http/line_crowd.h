#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "server/http/line.h"

namespace fenghuo::server {

/// All lines of a porch, what they hold, and who goes first where there is too little room.
///
/// Errors:  none; what does not fit is dropped and counted.
/// Cost:    a look at every line for each that has to go.
/// Threads: the porch's.
/// Checked: tests/server/porch_test.cc.
class LineCrowd {
 public:
  using Clock = Line::Clock;

  /// `epoll`: lines are taken out of it when they go.
  LineCrowd(int epoll, PorchLimits const& limits, HttpCounts& counts)
      : epoll_{epoll}, limits_{limits}, counts_{counts} {}

  Line& add(std::unique_ptr<Line> line);
  Line* find(std::uint64_t id);
  void drop(std::uint64_t id);
  void clear() { places_.clear(); }

  /// What the line holds has changed; lines may have to go for it, perhaps this one.
  void note(Line const& line, Clock::time_point now);
  /// Whether one more connection has room; for it another may have to go.
  bool make_room(Clock::time_point now);

  /// Calls `visit` with every id; lines may be dropped meanwhile.
  void each(auto const& visit) {
    std::vector<std::uint64_t> ids;
    ids.reserve(places_.size());
    for (auto const& [id, place] : places_) {
      ids.push_back(id);
    }
    for (std::uint64_t const id : ids) {
      if (Line* line = find(id); line != nullptr) {
        visit(*line);
      }
    }
  }
  std::size_t request_bytes() const { return request_bytes_; }
  std::size_t answer_bytes() const { return answer_bytes_; }

 private:
  struct Place {
    std::unique_ptr<Line> line;
    std::size_t request = 0, answer = 0;  ///< bytes as they were noted last
  };
  bool drop_first(Clock::time_point now, auto const& may);

  int epoll_;
  PorchLimits const& limits_;
  HttpCounts& counts_;
  std::unordered_map<std::uint64_t, Place> places_;
  std::size_t request_bytes_ = 0, answer_bytes_ = 0;
};

}  // namespace fenghuo::server
