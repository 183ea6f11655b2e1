#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fenghuo::messaging {

/// One cell as a person reads it: a whole number without a point (also a telephone number that a spreadsheet took
/// for one), a date as 2026-11-25 or 2026-11-25T08:00:00 (local), a time of day as 08:00, yes or no as 1 or 0.
struct Cell {
  std::string text;
  bool is_formula = false;  ///< its last computed value stands in `text`
  bool is_error = false;    ///< #REF! and the like, or a formula without a value
};

/// A row of a sheet; trailing empty cells are left out.
struct TableRow {
  std::size_t number = 0;  ///< from 1, as the spreadsheet shows it
  std::vector<Cell> cells;
};

/// Takes the rows of a workbook as they are read, sheet by sheet.
using RowVisitor = std::function<void(std::string_view sheet, TableRow const& row)>;

/// Limits of what is read of a foreign file; beyond them it is refused as a whole.
struct TableLimits {
  std::size_t file_bytes = 64U << 20U;
  std::size_t unpacked_bytes = 512U << 20U;  ///< of all entries together
  std::size_t ratio = 200;                   ///< unpacked to packed, of one entry over 1 MiB
  std::size_t entries = 1'000;
  std::size_t sheets = 200;
  std::size_t rows = 200'000;  ///< of all sheets together
  std::size_t columns = 256;
  std::size_t cell_bytes = 32'767;
  std::size_t shared_strings = 1'000'000;
  std::size_t shared_bytes = 128U << 20U;
  std::size_t depth = 64;  ///< of XML elements
};

/// "C12".
inline std::string cell_name(std::size_t column, std::size_t row) {
  std::string letters;
  for (std::size_t at = column + 1; at > 0; at = (at - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (at - 1) % 26));
  }
  return letters + std::to_string(row);
}

}  // namespace fenghuo::messaging
