#pragma once

#include <variant>

#include "core/domain/state.h"
#include "core/kernel/kernel.h"

namespace fenghuo::server {

/// What becomes of a row.
enum class RowFate { Created, Changed, Unchanged };

/// Decides commands one after another on a copy of the state, by the kernel itself: what it says is what happens.
class Trial {
 public:
  Trial(domain::State state, kernel::Actor actor, Time now)
      : state_{std::move(state)}, actor_{std::move(actor)}, now_{now} {}

  std::variant<RowFate, domain::Refusal> decide(domain::Command command);
  domain::State const& state() const { return state_; }

 private:
  domain::State state_;
  kernel::Actor actor_;
  Time now_;
};

/// As the state takes it: a team that is known by its code is changed, not registered again.
domain::Command command_against(domain::State const& state, domain::Command command);

}  // namespace fenghuo::server
