#pragma once

#include <string>

#include "core/domain/state.h"

namespace fenghuo::domain {

/// The whole state as text, one object a line, in the order of ids: equal states give equal bytes.
/// What `journal replay` prints and what proves that two replays are the same.
std::string state_text(State const& state);

}  // namespace fenghuo::domain
