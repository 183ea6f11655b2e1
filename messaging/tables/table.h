#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fenghuo::messaging {

/// What a table's cell holds. A formula has the kind of its stored value and Cell::formula besides.
enum class CellKind {
  Text,
  Number,
  Date,  ///< "2026-11-25", "2026-11-25T08:00:00" (local, no zone is known) or a time of day "08:00", "08:00:30"
  Boolean,              ///< "true" or "false"
  FormulaError,         ///< a formula that failed: "#DIV/0!"
  FormulaWithoutValue,  ///< a formula that nobody has calculated: no text
};

/// One cell that is not empty. All cells of a CSV file are Text.
struct Cell {
  std::string
      text;  ///< UTF-8, as the user sees it: integers without point or exponent, zeros in front kept in texts
  std::uint32_t column = 0;  ///< from 0
  CellKind kind = CellKind::Text;
  bool formula = false;      ///< the value was calculated
  bool digits_lost = false;  ///< a number of more than 15 digits, whose last ones Excel has dropped
};

/// One row with at least one cell; the cells by column. Valid during the call that hands it over.
struct Row {
  std::uint32_t number = 0;  ///< as the user sees it, from 1
  std::span<Cell const> cells;

  /// The cell of a column (from 0), or nothing where it is empty.
  Cell const* at(std::uint32_t column) const;
  /// Its text, or "".
  std::string_view text(std::uint32_t column) const;
};

/// A row that holds no data but a hint for people: its first cell begins with #. Writers make such rows of
/// TableColumn::hint; readers hand them over like any other.
bool is_remark(Row const& row);

/// One sheet of a workbook; a CSV file is one sheet with the name that the caller gives.
struct SheetInfo {
  std::string name;
  std::size_t index = 0;  ///< among the workbook's sheets with cells, from 0
  bool hidden = false;
};

/// Cells shown as one: the value stands in the first. Columns from 0, rows from 1, last ones included.
struct MergedCells {
  std::uint32_t first_column = 0, first_row = 0, last_column = 0, last_row = 0;
};

/// Who gets the sheets and rows of a file, in the file's order; empty rows are left out, the numbers stay right.
class TableVisitor {
 public:
  TableVisitor() = default;
  TableVisitor(TableVisitor const&) = delete;
  TableVisitor& operator=(TableVisitor const&) = delete;
  virtual ~TableVisitor() = default;
  /// A sheet begins; with false its rows are not read.
  virtual bool sheet(SheetInfo const& info) = 0;
  /// With false nothing more of the file is read; that is no error.
  virtual bool row(Row const& row) = 0;
  /// Merged cells of the sheet, after its rows.
  virtual void merged(MergedCells const& /*cells*/) {}
};

/// What is too much. The defaults are those of the product; tests and fuzzing lower them.
struct TableLimits {
  std::uint64_t file_bytes = 64ULL << 20U;
  std::uint64_t entries = 1'000;                 ///< in the zip file
  std::uint64_t unpacked_bytes = 512ULL << 20U;  ///< of all parts that are read
  std::uint64_t ratio = 200;  ///< unpacked to packed, of one part; small parts may be denser
  std::uint64_t sheets = 200;
  std::uint32_t rows = 1'048'576;  ///< of a sheet
  std::uint32_t columns = 1'024;   ///< with a value
  std::uint64_t cell_characters = 32'767;
  std::uint64_t shared_strings = 1'000'000;
  std::uint64_t shared_bytes = 128ULL << 20U;
};

/// "C12" for column 2 (from 0) of row 12 (from 1): what Excel calls the cell.
std::string cell_name(std::uint32_t column, std::uint32_t row);
/// "C" for column 2.
std::string column_name(std::uint32_t column);

/// Why a cell is no good whatever it should hold, with the mend; empty if nothing is wrong with it: failed formulas,
/// formulas without a value, numbers that lost digits.
std::string cell_problem(Cell const& cell);

// Checked: tests/messaging/table_test.cc.

}  // namespace fenghuo::messaging
