#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "messaging/tables/table.h"

namespace fenghuo::messaging {

/// Reads comma-separated values (RFC 4180): quotes over lines, a comma, semicolon or tab as the first line has it,
/// UTF-8 (with or without its mark), UTF-16 with its mark, or else GB 18030. An apostrophe before = + - @ is the
/// guard that the writer sets, and is taken off again. The sheet's name is the file's, without its ending.
///
/// Errors: InvalidArgument with line and column: a quote that does not end, bytes of no known encoding, a limit.
///         NotFound: no such file.
/// Threads: any.
/// Checked: tests/outside/test_workbook.py. Not fuzzed yet.
Result<void> read_csv(std::filesystem::path const& file, RowVisitor const& visit,
                      TableLimits const& limits = {});
/// The same of a text in memory.
Result<void> read_csv_text(std::string_view sheet, std::string text, RowVisitor const& visit,
                           TableLimits const& limits = {});

}  // namespace fenghuo::messaging
