#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/decision.h"
#include "core/domain/state.h"
#include "core/kernel/envelope.h"

namespace fenghuo::tests {

/// A kernel with a journal in memory: what follows from a command is applied at once, and after every
/// event the invariants are checked.
class KernelRun {
 public:
  domain::State const& state() const { return state_; }
  std::vector<kernel::RecordedEvent> const& journal() const { return journal_; }
  /// Sentences that did not hold, each with the sequence and the event before it.
  std::vector<std::string> const& broken() const { return broken_; }

  domain::Decision give(Time time, domain::Command const& command,
                        std::optional<Sequence> expected_revision = std::nullopt);

  /// A line of text_commands.h; the line must be readable (aborts otherwise: the test is wrong).
  domain::Decision give(Time time, std::string_view line,
                        std::optional<Sequence> expected_revision = std::nullopt);

 private:
  domain::State state_;
  std::vector<kernel::RecordedEvent> journal_;
  std::vector<std::string> broken_;
  std::int64_t commands_ = 0;
};

/// The name of the refusal, or "accepted".
std::string outcome_of(domain::Decision const& decision);

/// Applies a journal to an empty state.
domain::State replay(std::vector<kernel::RecordedEvent> const& journal);

}  // namespace fenghuo::tests
