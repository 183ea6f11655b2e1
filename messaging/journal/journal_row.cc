#include "messaging/journal/journal_row.h"

#include "messaging/codec/event_codec.h"

namespace fenghuo::messaging {

JournalRow encode_row(kernel::RecordedEvent const& event, Digest const& request_hash) {
  EncodedEvent encoded = encode(event.event);
  return {.sequence = event.sequence,
          .epoch = 0,
          .recorded_at = event.recorded_at,
          .occurred_at = event.occurred_at,
          .command_id = event.command_id,
          .index = event.index,
          .request_hash = request_hash,
          .actor = event.actor,
          .type = std::string{encoded.type},
          .version = encoded.version,
          .payload = std::move(encoded.payload),
          .hash = {}};
}

Result<kernel::RecordedEvent> decode_row(JournalRow const& row) {
  auto event = decode(row.type, row.version, row.payload);
  if (!event) {
    return Error{ErrorCode::DataLoss,
                 "journal row " + std::to_string(row.sequence) + ": " + event.error().message};
  }
  return kernel::RecordedEvent{
      row.sequence, row.recorded_at, row.occurred_at,         row.command_id,
      row.index,    row.actor,       std::move(event).value()};
}

}  // namespace fenghuo::messaging
