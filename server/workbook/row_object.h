#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "messaging/codec/json.h"
#include "messaging/tables/table.h"
#include "server/workbook/columns.h"
#include "server/workbook/wording.h"

namespace fenghuo::server {

/// Our columns by where they stand in a sheet; nullptr where a column is none of ours.
using ColumnsInSheet = std::vector<SheetColumn const*>;

/// What is wrong in a row, by column.
struct ColumnMessage {
  std::uint32_t column = 0;
  Wording words;
};

/// A row as the object that the API takes, with what is wrong in it. Empty cells say nothing, so that a member keeps
/// what it is by default. Checked: tests/outside/test_workbook.py.
struct RowObject {
  messaging::Json object;
  std::vector<ColumnMessage> errors;
};
RowObject object_of(ColumnsInSheet const& columns, messaging::Row const& row, int zone_minutes);

/// The column of a member ("/responsible/0/person" -> that of "responsible"); nothing where the sheet has none.
std::optional<std::uint32_t> column_of_member(ColumnsInSheet const& columns,
                                              std::string_view pointer);

}  // namespace fenghuo::server
