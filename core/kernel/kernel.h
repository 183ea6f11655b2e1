#pragma once

#include <optional>

#include "core/domain/decision.h"
#include "core/domain/state.h"
#include "core/kernel/envelope.h"

namespace fenghuo::kernel {

/// What follows from a command in this state: events, or the refusal that comes first in rejection.h.
/// Pure: no clock, no I/O, no randomness; the same input gives the same output on every machine.
/// Checked: tests/core/golden (stories), rejection_order_test.cc, random_commands_test.cc.
domain::Decision decide(domain::State const& state, CommandEnvelope const& envelope);

/// Changes the state by one event of the journal. Cannot fail: an event that decide produced is right by
/// construction, and a journal is read in order.
void apply(domain::State& state, RecordedEvent const& recorded);

/// The moment of the next deadline, if there is one.
std::optional<Time> next_deadline(domain::State const& state);

/// When the fact of an event happened, if somebody said so.
std::optional<Time> stated_time(domain::Event const& event);

}  // namespace fenghuo::kernel
