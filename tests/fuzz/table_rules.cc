#include "tests/fuzz/table_rules.h"

#include "messaging/tables/cell_text.h"

namespace fenghuo::fuzz {

using messaging::CellKind;

bool RuledRows::sheet(messaging::SheetInfo const& info) {
  if (!messaging::is_utf8(info.name)) {
    problem = "a sheet's name is no UTF-8";
  }
  in_sheet_ = true;
  last_row_ = 0;
  return true;
}

void RuledRows::cell(messaging::Cell const& cell) {
  if (!messaging::is_utf8(cell.text)) {
    problem = "a text is no UTF-8";
  } else if (messaging::characters(cell.text) > limits_.cell_characters) {
    problem = "a text is too long";
  } else if (cell.text.empty() != (cell.kind == CellKind::FormulaWithoutValue)) {
    problem = "an empty cell, or a value that should be none";
  } else if (cell.column >= limits_.columns) {
    problem = "a column that is beyond the limit";
  } else if (cell.kind == CellKind::Number &&
             cell.text.find_first_not_of("-.0123456789") != std::string::npos &&
             cell.text.find_first_of("eE") != std::string::npos) {
    problem = "a number with an exponent: " + cell.text;
  } else if (cell.kind == CellKind::Date && cell.text.size() > 40) {
    problem = "no date: " + cell.text;
  }
}

bool RuledRows::row(messaging::Row const& row) {
  if (!in_sheet_ || row.cells.empty() || row.number <= last_row_ || row.number > limits_.rows) {
    problem = "a row where none may be";
  }
  last_row_ = row.number;
  std::vector<std::string> texts;
  for (auto const& one : row.cells) {
    if (&one != row.cells.data() && one.column <= (&one - 1)->column) {
      problem = "columns that do not ascend";
    }
    if (row.at(one.column) != &one) {
      problem = "a cell that is not found by its column";
    }
    cell(one);
    if (!problem.empty()) {
      return false;
    }
    texts.resize(one.column);
    texts.push_back(one.text);
  }
  rows.emplace_back(row.number, std::move(texts));
  return true;
}

void RuledRows::merged(messaging::MergedCells const& cells) {
  if (cells.first_row == 0 || cells.last_row < cells.first_row ||
      cells.last_column < cells.first_column) {
    problem = "merged cells that are none";
  }
}

}  // namespace fenghuo::fuzz
