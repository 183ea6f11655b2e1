#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.h"
#include "messaging/tables/table.h"

namespace fenghuo::messaging {

/// Reads a workbook (.xlsx, transitional or strict) sheet by sheet and row by row.
///
/// Values:  shared and inline strings with their runs joined, without phonetic runs; numbers, booleans and errors;
///          the stored value of a formula; numbers with a date or time format as CellKind::Date, of both date
///          systems (1900 with its 29 February 1900, which is given as Excel shows it, and 1904); a number
///          with a format of zeros only ("000000") with its zeros. Chart sheets are passed over.
/// Errors:  as read_table. A document type declaration, an encrypted part, two parts of one name or a part whose
///          size is not what the file says are refused.
/// Cost:    about 2 million cells a second; memory for the shared strings, one row and at most 1 MiB of XML.
/// Threads: any.
/// Source:  ECMA-376 part 1 (SpreadsheetML) and part 2 (packages); libzip and Expat do the reading.
/// Checked: tests/messaging/xlsx_reader_test.cc, xlsx_hostile_test.cc, tests/messaging/tables_openpyxl.py, tests/fuzz.
Result<void> read_xlsx(std::string_view bytes, TableVisitor& visitor,
                       TableLimits const& limits = {});
Result<void> read_xlsx_file(std::filesystem::path const& file, TableVisitor& visitor,
                            TableLimits const& limits = {});

}  // namespace fenghuo::messaging
