#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/domain/state.h"

namespace fenghuo::messaging {

/// A whole state as text, for snapshots, and back: a line of JSON for its numbers, then each kind's name and a
/// line an object, so that reading never holds more than one object as JSON. Errors: DataLoss.
/// Checked: tests/messaging/snapshot_test.cc: equal state_text, and equal to a replay.
std::string encode_state(domain::State const& state);
Result<domain::State> decode_state(std::string_view text);

}  // namespace fenghuo::messaging
