#pragma once

#include <cstdint>
#include <optional>

#include "core/base/random.h"
#include "core/domain/event.h"
#include "core/domain/state.h"

namespace fenghuo::tests {

/// A command of any kind with members drawn at random: mostly ids that exist, sometimes ones that do not;
/// reasons and names that are sometimes missing; times around `now`. Driven by the `fields` descriptions, so
/// a new command is drawn without a new line here.
domain::Command random_command(Random& random, domain::State const& state, Time now);

/// The seed of this run: FENGHUO_SEED, or else `usual`.
std::uint64_t seed_of_run(std::uint64_t usual);

}  // namespace fenghuo::tests
