#pragma once

#include <string>
#include <vector>

#include "core/domain/state.h"

namespace fenghuo::domain {

/// Sentences about the state that must hold after every event; each broken one is returned in words.
/// Cost: proportional to the state; run by tests and `journal verify`, not in service.
/// Checked: tests/core/invariants_test.cc breaks each one.
std::vector<std::string> broken_invariants(State const& state);

}  // namespace fenghuo::domain
