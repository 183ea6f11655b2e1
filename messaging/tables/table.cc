#include "messaging/tables/table.h"

#include <algorithm>

namespace fenghuo::messaging {

Cell const* Row::at(std::uint32_t column) const {
  auto const found =
      std::lower_bound(cells.begin(), cells.end(), column,
                       [](Cell const& cell, std::uint32_t wanted) { return cell.column < wanted; });
  return found != cells.end() && found->column == column ? &*found : nullptr;
}

std::string_view Row::text(std::uint32_t column) const {
  Cell const* const cell = at(column);
  return cell == nullptr ? std::string_view{} : cell->text;
}

bool is_remark(Row const& row) { return !row.cells.empty() && row.cells[0].text.starts_with('#'); }

std::string column_name(std::uint32_t column) {
  std::string name;
  for (std::uint64_t rest = std::uint64_t{column} + 1; rest > 0; rest = (rest - 1) / 26) {
    name.insert(name.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return name;
}

std::string cell_name(std::uint32_t column, std::uint32_t row) {
  return column_name(column) + std::to_string(row);
}

std::string cell_problem(Cell const& cell) {
  if (cell.kind == CellKind::FormulaError) {
    return "the formula gives " + cell.text + "; mend it or type the value";
  }
  if (cell.kind == CellKind::FormulaWithoutValue) {
    return "the formula has no stored value; open the file in Excel or WPS and save it, or type "
           "the "
           "value";
  }
  if (cell.digits_lost) {
    return "a number of more than 15 digits loses the last ones; format the column as text and "
           "type "
           "it again";
  }
  return "";
}

}  // namespace fenghuo::messaging
