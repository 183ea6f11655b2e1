#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace fenghuo::messaging {

enum class ColumnFormat {
  Text,      ///< kept as it stands: telephone numbers, identity numbers, codes
  Number,    ///< a decimal number
  Date,      ///< "2026-11-25"
  DateTime,  ///< "2026-11-25T08:00:00", local
  TimeOfDay  ///< "08:00" or "08:00:30"
};

struct TableColumn {
  std::string title;
  ColumnFormat format = ColumnFormat::Text;
  std::string hint = {};                  ///< how to fill it, for people; see is_remark in table.h
  std::vector<std::string> choices = {};  ///< what may be chosen from a list; empty: anything
  int width = 14;                         ///< in characters of a Latin text
};

struct TableSheet {
  std::string name;  ///< at most 31 characters, none of []:*?/\ ; unique without regard to case
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>>
      rows;  ///< texts as table.h reads them, by column; short rows are filled up
};

struct Workbook {
  std::vector<std::string> readme = {};  ///< lines of a first sheet; none: no such sheet
  std::string readme_name = "说明";
  std::vector<TableSheet> sheets;
};

/// Writes a workbook (.xlsx): a frozen bold row of titles, under it a row of hints where a column has one (its first
/// cell begins with "# "), then the rows; text columns in the text format, so that Excel keeps +86 and zeros in front.
/// What is no number or date in such a column is written as the text it is.
///
/// scratch: a private folder: the rows lie there meanwhile, in files that have no name; what persons are called must
///          not get into the system's folder for temporary files.
/// Out:     the file's bytes; the same workbook gives the same bytes.
/// Errors:  InvalidArgument  a sheet's name, a text that is not UTF-8 or too long, too many rows or columns;
///          Unavailable      no memory or no room for temporary files
/// Cost:    about 300,000 cells a second.
/// Threads: any.
/// Source:  libxlsxwriter.
/// Checked: tests/messaging/xlsx_writer_test.cc, tests/messaging/tables_openpyxl.py (against openpyxl).
Result<std::string> write_xlsx(Workbook const& workbook, std::filesystem::path const& scratch);

/// Writes one sheet as CSV that Excel opens: UTF-8 with a byte order mark, commas, CRLF. A text that Excel would take
/// for a formula (it begins with = + - @, their full-width forms, a tab or a line end) gets an apostrophe in
/// front, which read_csv takes off; a number in a column of numbers does not.
///
/// Errors:  InvalidArgument  a text that is not UTF-8, or holds a NUL
/// Checked: tests/messaging/csv_test.cc, tests/messaging/tables_openpyxl.py.
Result<std::string> write_csv(TableSheet const& sheet);

}  // namespace fenghuo::messaging
