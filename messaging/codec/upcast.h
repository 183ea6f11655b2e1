#pragma once

#include <string_view>

#include "messaging/codec/json.h"

namespace fenghuo::messaging {

/// Raises the members of an event from the version it was stored in to today's, one version a step.
/// A type without a step for its version is returned as it is: a new optional member needs none.
/// Checked: tests/messaging/event_codec_test.cc with stored old events.
Json upcast(std::string_view type, int version, Json members);

}  // namespace fenghuo::messaging
