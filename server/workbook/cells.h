#pragma once

#include <string>
#include <vector>

#include "messaging/codec/json.h"
#include "messaging/tables/table.h"
#include "server/workbook/columns.h"

namespace fenghuo::server {

/// What is wrong with a cell, where people find it.
struct CellError {
  std::string sheet, cell, message;
};

/// A row as the object that the API takes, with what is wrong in it.
///
/// `columns[i]`: the form's column that stands in the sheet's column i; nullptr where it is none of ours.
/// Empty cells say nothing, so that a member keeps what it is by default.
struct RowObject {
  messaging::Json object;
  std::vector<CellError> errors;
};
RowObject object_of(SheetForm const& form, std::vector<SheetColumn const*> const& columns,
                    std::string_view sheet, messaging::TableRow const& row, int zone_minutes);

/// The cell that shows a column of an object; the reverse of object_of. Checked: tests/outside/test_workbook.py.
std::string cell_of(SheetColumn const& column, messaging::Json const& object, int zone_minutes);

/// The column of a row that a member of the object came from, for errors by member: "B7".
std::string cell_of_pointer(std::vector<SheetColumn const*> const& columns,
                            std::string_view pointer, std::size_t row);

}  // namespace fenghuo::server
