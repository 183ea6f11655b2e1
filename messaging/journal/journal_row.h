#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/kernel/envelope.h"

namespace fenghuo::messaging {

using Digest = std::array<std::uint8_t, 32>;

/// One event as the journal stores it. A writer sets everything but epoch and hash; append sets those.
struct JournalRow {
  Sequence sequence = 0;
  std::int64_t epoch = 0;  ///< grows each time a writer opens the journal
  Time recorded_at, occurred_at;
  std::string command_id;
  int index = 0;  ///< among the events of the command
  Digest request_hash{};
  kernel::Actor actor;
  std::string type;
  int version = 0;
  std::string payload;
  Digest hash{};
};

/// The row of an event, ready to append. Checked with decode_row in tests/messaging/event_codec_test.cc.
JournalRow encode_row(kernel::RecordedEvent const& event, Digest const& request_hash);

/// Errors: DataLoss, as decode.
Result<kernel::RecordedEvent> decode_row(JournalRow const& row);

}  // namespace fenghuo::messaging
