#include "core/domain/founding.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

Decision decide(State const& state, Context const& /*context*/, FoundCenter const& command) {
  if (state.founding) {
    return refuse(Rejection::AlreadyFounded, {{"jurisdiction", state.founding->jurisdiction}});
  }
  return CenterFounded{command.founding};
}

void apply(State& state, Stamp const& /*stamp*/, CenterFounded const& event) {
  state.founding = event.founding;
}

}  // namespace fenghuo::domain
