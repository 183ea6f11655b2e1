#include "tests/core/kernel_run.h"

#include "core/base/ensure.h"
#include "core/domain/invariants.h"
#include "core/kernel/kernel.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

domain::Decision KernelRun::give(Time time, domain::Command const& command,
                                 std::optional<Sequence> expected_revision) {
  kernel::CommandEnvelope envelope{"c" + std::to_string(++commands_),
                                   {"tester", "dispatcher"},
                                   time,
                                   expected_revision,
                                   command};
  domain::Decision decision = kernel::decide(state_, envelope);
  auto const* events = std::get_if<std::vector<domain::Event>>(&decision.outcome);
  if (events == nullptr) {
    return decision;
  }
  int index = 0;
  for (auto const& event : *events) {
    kernel::RecordedEvent const recorded{
        state_.sequence + 1, time, kernel::stated_time(event).value_or(time), envelope.id, index++,
        envelope.actor,      event};
    kernel::apply(state_, recorded);
    journal_.push_back(recorded);
    for (auto const& sentence : domain::broken_invariants(state_)) {
      broken_.push_back("after " + std::to_string(recorded.sequence) + " " + event_text(event) +
                        ": " + sentence);
    }
  }
  return decision;
}

domain::Decision KernelRun::give(Time time, std::string_view line,
                                 std::optional<Sequence> expected_revision) {
  auto const command = read_command(line);
  ensure(command.has_value(), command ? "" : std::string{line} + ": " + command.error().message);
  return give(time, *command, expected_revision);
}

std::string outcome_of(domain::Decision const& decision) {
  auto const* refusal = std::get_if<domain::Refusal>(&decision.outcome);
  return refusal == nullptr ? "accepted" : std::string{name_of(refusal->rejection)};
}

domain::State replay(std::vector<kernel::RecordedEvent> const& journal) {
  domain::State state;
  for (auto const& event : journal) {
    kernel::apply(state, event);
  }
  return state;
}

}  // namespace fenghuo::tests
