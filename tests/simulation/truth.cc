#include "tests/simulation/truth.h"

#include "core/domain/invariants.h"
#include "core/kernel/kernel.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

std::string event_line(kernel::RecordedEvent const& event) {
  return std::to_string(event.sequence) + " " + std::to_string(event.recorded_at.us) + " " +
         std::to_string(event.occurred_at.us) + " " + event.command_id + "#" +
         std::to_string(event.index) + " " + event.actor.name + " " + event_text(event.event);
}

std::string Truth::check_new(kernel::RecordedEvent const& event) {
  if (event.sequence != last() + 1) {
    return "event " + std::to_string(event.sequence) + " was seen, the last one before was " +
           std::to_string(last());
  }
  if (event.recorded_at < state().time) {
    return "the time of the journal goes back at " + event_line(event);
  }
  auto const [first, fresh] = first_of_command_.emplace(event.command_id, event.sequence);
  if (event.index != event.sequence - first->second) {
    return "command " + event.command_id + " was carried out twice: " + event_line(event);
  }
  if (auto const* issued = std::get_if<domain::OrderIssued>(&event.event)) {
    auto const* team = domain::find(state().teams, issued->team);
    if (team == nullptr || team->order) {
      return "a team was sent twice: " + event_line(event);
    }
  }
  if (auto const* overdue = std::get_if<domain::AcknowledgementOverdue>(&event.event)) {
    if (!overdue_.insert(overdue->order).second) {
      return "a deadline passed twice: " + event_line(event);
    }
  }
  return {};
}

std::string Truth::see(kernel::RecordedEvent const& event) {
  if (event.sequence >= 1 && event.sequence <= last()) {
    bool const same = event_line(event) == line(event.sequence);
    return same ? ""
                : "what was seen has changed: " + line(event.sequence) + " is now " +
                      event_line(event);
  }
  if (auto wrong = check_new(event); !wrong.empty()) {
    return wrong;
  }
  domain::State next = state();
  kernel::apply(next, event);
  events_.push_back(event);
  lines_.push_back(event_line(event));
  states_.push_back(std::move(next));
  auto const broken = domain::broken_invariants(state());
  return broken.empty() ? "" : "after " + lines_.back() + ": " + broken.front();
}

}  // namespace fenghuo::tests
