#pragma once

#include <optional>
#include <string>

#include "messaging/codec/json.h"
#include "server/workbook/columns.h"

namespace fenghuo::server {

/// What a cell's text (trimmed, not empty) says as a member of the API's object; nothing where it cannot be read.
/// Not for coordinates, which are read together (server/workbook/coordinates.h).
/// Checked: tests/outside/test_workbook.py.
std::optional<messaging::Json> value_in(SheetColumn const& column, std::string const& text,
                                        int zone_minutes);

/// The cell that shows a column of an object: the reverse, coordinates too.
std::string cell_of(SheetColumn const& column, messaging::Json const& object, int zone_minutes);

}  // namespace fenghuo::server
