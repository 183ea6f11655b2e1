#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "messaging/tables/table.h"

namespace fenghuo::messaging {

/// Reads comma separated values as one sheet; rows are counted as Excel counts them, a quoted cell over three lines
/// is in one row.
///
/// Accepts: RFC 4180, lines ended by CRLF, LF or CR; separated by comma, semicolon or tab, whichever stands most
///          often in the first row; UTF-8, UTF-16 with a byte order mark, else GB18030 (thereby GBK). The apostrophe
///          that write_csv puts in front of what would be a formula is taken off again.
/// sheet:   the name handed to the visitor.
/// Errors:  InvalidArgument with line and column (both from 1, in characters) and the mend: a quote that is never
///          closed, text behind a closing quote, bytes of no known encoding, a NUL, or beyond a limit.
/// Cost:    about 100 MB a second; memory for one row besides the bytes.
/// Threads: any.
/// Source:  RFC 4180; GB 18030-2005 by ICU.
/// Checked: tests/messaging/csv_test.cc, tests/messaging/tables_openpyxl.py, tests/fuzz.
Result<void> read_csv(std::string_view bytes, std::string const& sheet, TableVisitor& visitor,
                      TableLimits const& limits = {});

}  // namespace fenghuo::messaging
