#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "messaging/tables/table.h"

namespace fenghuo::messaging {

/// Reads an Office Open XML workbook (ECMA-376, both its transitional and its strict form), row by row: sheets are
/// never held in memory as a whole, only the shared strings are.
///
/// In:     shared and inline strings, rich text (phonetic guides left out), dates by their number format (1900 and
///         1904 systems), booleans, formulas by their last value. Of merged cells the first has the value.
/// Out:    the names of the sheets in their order; rows by the visitor. Hidden sheets are read like the others.
/// Errors: InvalidArgument, with the mend: not such a file (an old .xls, an encrypted one, another kind), damaged,
///         beyond a limit, with a document type (DTD). NotFound: no such file.
/// Cost:   one pass over each part.
/// Threads: any.
/// Checked: tests/outside/test_workbook.py, against openpyxl and with hostile files. Not fuzzed yet.
Result<std::vector<std::string>> read_xlsx(std::filesystem::path const& file,
                                           RowVisitor const& visit, TableLimits const& limits = {});

}  // namespace fenghuo::messaging
