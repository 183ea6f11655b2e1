#pragma once

#include <string>
#include <string_view>

#include "core/domain/rejection.h"
#include "messaging/codec/fields_json.h"
#include "messaging/tables/table.h"
#include "server/workbook/columns.h"

namespace fenghuo::server {

/// One sentence in the languages of the house.
struct Wording {
  std::string chinese, english;
};

/// What is wrong with a cell or lacks there, where people find it.
struct CellMessage {
  std::string sheet, cell;
  Wording words;
};

/// What should stand in a column.
Wording expected_in(SheetColumn const& column);
Wording is_empty(SheetColumn const& column);
Wording is_missing(SheetColumn const& column);
/// Why a cell is no good whatever stands in its column: failed formulas, lost digits; empty texts for a sound one.
Wording problem_of(messaging::Cell const& cell);
/// What the codec says of a member. Its sentences are English; the table of their Chinese is walked by
/// tests/server/wording_test.cc.
Wording wording_of(messaging::FieldError const& error);
/// A refusal of the rules, with the facts that caused it.
Wording wording_of(domain::Refusal const& refusal);

}  // namespace fenghuo::server
