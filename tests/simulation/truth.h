#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/domain/state.h"
#include "messaging/command_loop/command_writer.h"

namespace fenghuo::tests {

/// One event as text, every member.
std::string event_line(kernel::RecordedEvent const& event);

/// What anybody outside has seen: from then on it must stay so for ever. The state it adds up to is kept
/// apart from the centre's, and its invariants are checked after every event.
class Truth {
 public:
  /// Somebody saw this event. Out: empty, or what is wrong.
  std::string see(kernel::RecordedEvent const& event);

  Sequence last() const { return static_cast<Sequence>(lines_.size()); }
  std::string const& line(Sequence sequence) const {
    return lines_.at(static_cast<std::size_t>(sequence) - 1);
  }
  domain::State const& state() const { return states_.back(); }
  domain::State const& state_at(Sequence sequence) const {
    return states_.at(static_cast<std::size_t>(sequence));
  }
  kernel::RecordedEvent const& event(Sequence sequence) const {
    return events_.at(static_cast<std::size_t>(sequence) - 1);
  }

 private:
  std::string check_new(kernel::RecordedEvent const& event);
  std::vector<kernel::RecordedEvent> events_;
  std::vector<std::string> lines_;
  std::vector<domain::State> states_{
      domain::State{}};  ///< after each event; they share their objects
  std::map<std::string, Sequence> first_of_command_;
  std::set<OrderId> overdue_;
};

}  // namespace fenghuo::tests
