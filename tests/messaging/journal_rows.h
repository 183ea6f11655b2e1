#pragma once

#include <string>
#include <vector>

#include "core/kernel/envelope.h"
#include "messaging/journal/journal.h"

namespace fenghuo::tests {

/// Rows of a run of random commands, ready to append: `steps` commands, refused ones leave none.
std::vector<messaging::JournalRow> random_rows(std::uint64_t seed, int steps);

/// A row with a note that continues a journal; payload and ids as wanted.
messaging::JournalRow note_row(Sequence sequence, std::string const& command_id, int index = 0);

/// All rows of a journal; fails the test if they cannot be read.
std::vector<messaging::JournalRow> all_rows(messaging::Journal& journal);

/// The types of all events of a journal, in order.
std::vector<std::string> types_in(messaging::Journal& journal);

/// One line a row with every member, so that a difference can be read.
std::string row_text(messaging::JournalRow const& row);
std::string rows_text(std::vector<messaging::JournalRow> const& rows);

/// What check_journal finds wrong; empty if all is well.
std::string broken_in(messaging::Journal& journal);

}  // namespace fenghuo::tests
