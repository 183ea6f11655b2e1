#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/domain/event.h"
#include "core/domain/state.h"
#include "messaging/codec/fields_json.h"

namespace fenghuo::messaging {

/// An event as it is stored: its type, the version of its form, and its members as JSON.
struct EncodedEvent {
  std::string_view type;
  int version = 0;
  std::string payload;
};
EncodedEvent encode(domain::Event const& event);

/// Reads an event of any version that was ever written; older forms are raised step by step (upcast),
/// the stored bytes are never rewritten.
///
/// Errors:  DataLoss  unknown type, a version from the future, members that do not fit
/// Checked: tests/messaging/event_codec_test.cc: every event, every member, one old version; tests/fuzz/event_fuzz.cc.
Result<domain::Event> decode(std::string_view type, int version, std::string_view payload);

/// The members of an event as JSON, for feed and API. Of a proposal only what was proposed and chosen: its
/// rows hold every team, and every reader of the feed gets every event.
Json event_data(domain::Event const& event, WriteStyle const& style);

/// The canonical text of a command: what the hash of a request is made of where no request body exists.
std::string command_text(domain::Command const& command);

}  // namespace fenghuo::messaging
