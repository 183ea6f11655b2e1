#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.h"
#include "messaging/tables/table.h"

namespace fenghuo::messaging {

/// Reads a table file that a person made, XLSX or CSV; what it is the content tells, not the name.
///
/// file_name: names the only sheet of a CSV file ("persons" for "persons.csv"); not opened where bytes are given.
/// Errors:  InvalidArgument  no such file format, broken, or beyond a limit; the message says where ("sheet 人员,
///                           row 12: …") and how to mend it. Rows before the place have been handed over: a caller
///                           that wants all or nothing keeps them until the end. .xls, .ods, .et and encrypted files
///                           are refused with the advice to save as .xlsx
///          NotFound, Unavailable  the file cannot be read
/// Cost:    see xlsx_reader.h and csv_reader.h.
/// Threads: any; one reading a visitor.
/// Checked: tests/messaging/table_reader_test.cc, tests/messaging/tables_openpyxl.py (against openpyxl), tests/fuzz.
Result<void> read_table(std::string_view bytes, std::string_view file_name, TableVisitor& visitor,
                        TableLimits const& limits = {});
Result<void> read_table_file(std::filesystem::path const& file, TableVisitor& visitor,
                             TableLimits const& limits = {});

}  // namespace fenghuo::messaging
