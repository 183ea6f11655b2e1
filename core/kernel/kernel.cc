#include "core/kernel/kernel.h"

#include "core/base/ensure.h"

namespace fenghuo::kernel {

domain::Decision decide(domain::State const& state, CommandEnvelope const& envelope) {
  bool const founds = std::holds_alternative<domain::FoundCenter>(envelope.command);
  if (!state.founding && !founds) {
    return domain::refuse(domain::Rejection::NotFounded);
  }
  domain::Context const context{envelope.time, envelope.expected_revision};
  return std::visit([&](auto const& command) { return domain::decide(state, context, command); },
                    envelope.command);
}

void apply(domain::State& state, RecordedEvent const& recorded) {
  ensure(recorded.sequence == state.sequence + 1, "events are applied in order without gaps");
  ensure(recorded.recorded_at >= state.time, "the journal's time never goes back");
  domain::Stamp const stamp{recorded.sequence, recorded.recorded_at, recorded.actor.name};
  std::visit([&](auto const& event) { domain::apply(state, stamp, event); }, recorded.event);
  state.sequence = recorded.sequence;
  state.time = recorded.recorded_at;
}

std::optional<Time> next_deadline(domain::State const& state) {
  if (state.deadlines.empty()) {
    return std::nullopt;
  }
  return state.deadlines.begin()->due;
}

std::optional<Time> stated_time(domain::Event const& event) {
  return std::visit(
      [](auto const& e) -> std::optional<Time> {
        if constexpr (requires { e.testimony.occurred_at; }) {
          return e.testimony.occurred_at;
        } else if constexpr (requires { e.received_at; }) {
          return e.received_at;
        } else if constexpr (requires { e.occurred_at; }) {
          return e.occurred_at;
        } else {
          return std::nullopt;
        }
      },
      event);
}

}  // namespace fenghuo::kernel
