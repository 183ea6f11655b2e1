#include "tests/messaging/journal_rows.h"

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/base/time_text.h"
#include "messaging/journal/chain.h"
#include "tests/core/kernel_run.h"
#include "tests/core/random_commands.h"

namespace fenghuo::tests {

using messaging::JournalRow;

std::vector<JournalRow> random_rows(std::uint64_t seed, int steps) {
  Random random{seed};
  KernelRun run;
  Time now = *parse_rfc3339("2026-12-31T15:00:00Z");
  run.give(now, "found_center jurisdiction=烽原县");
  for (int i = 0; i < steps; ++i) {
    now = now + seconds(random.between(0, 30));
    run.give(now, random_command(random, run.state(), now));
  }
  std::vector<JournalRow> rows;
  for (auto const& event : run.journal()) {
    messaging::Digest hash;
    hash.fill(static_cast<std::uint8_t>(random.below(256)));
    rows.push_back(messaging::encode_row(event, hash));
  }
  return rows;
}

JournalRow note_row(Sequence sequence, std::string const& command_id, int index) {
  kernel::RecordedEvent event;
  event.sequence = sequence;
  event.recorded_at = {1'767'225'600'000'000 + sequence};
  event.occurred_at = event.recorded_at;
  event.command_id = command_id;
  event.index = index;
  event.actor = {"tester", "dispatcher"};
  event.event = domain::NoteAdded{{2026, 1}, "note " + std::to_string(sequence), {}};
  return messaging::encode_row(event, {});
}

std::vector<JournalRow> all_rows(messaging::Journal& journal) {
  auto rows = journal.read(0, 1'000'000);
  EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
  return rows ? std::move(rows).value() : std::vector<JournalRow>{};
}

std::vector<std::string> types_in(messaging::Journal& journal) {
  std::vector<std::string> types;
  for (auto const& row : all_rows(journal)) {
    types.push_back(row.type);
  }
  return types;
}

std::string row_text(JournalRow const& row) {
  std::string out;
  for (auto const number : {row.sequence, row.epoch, row.recorded_at.us, row.occurred_at.us,
                            std::int64_t{row.index}, std::int64_t{row.version}}) {
    out += std::to_string(number) + ' ';
  }
  for (auto const& text : {row.command_id, messaging::hex(row.request_hash), row.actor.name,
                           row.actor.role, row.type, row.payload, messaging::hex(row.hash)}) {
    out += std::to_string(text.size()) + ':' + text + ' ';
  }
  return out;
}

std::string rows_text(std::vector<JournalRow> const& rows) {
  std::string out;
  for (auto const& row : rows) {
    out += row_text(row) + '\n';
  }
  return out;
}

std::string broken_in(messaging::Journal& journal) {
  auto const check = messaging::check_journal(journal);
  return check ? check->broken : check.error().message;
}

}  // namespace fenghuo::tests
