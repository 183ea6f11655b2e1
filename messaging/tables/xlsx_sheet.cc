#include "messaging/tables/xlsx_sheet.h"

#include "messaging/tables/cell_text.h"
#include "messaging/tables/xlsx_reference.h"

namespace fenghuo::messaging {

void XlsxSheet::fail_here(std::string const& what) {
  std::string const where =
      in_cell_ ? ", cell " + cell_name(column_, row_) : ", row " + std::to_string(row_);
  fail("sheet " + info_.name + where + ": " + what);
}

void XlsxSheet::open(std::string_view name, XmlAttributes const& attributes) {
  if (in_cell_) {
    if (in_inline_) {
      inline_.open(name);
    } else if (name == "v") {
      in_value_ = true;
      has_value_ = true;
    } else if (name == "f") {
      formula_ = true;
    } else if (name == "is") {
      in_inline_ = true;
      inline_.begin();
    }
  } else if (in_row_) {
    if (name == "c") {
      begin_cell(attributes);
    }
  } else if (in_data_) {
    if (name == "row") {
      begin_row(attributes);
    }
  } else if (name == "sheetData") {
    in_data_ = true;
  } else if (name == "mergeCell") {
    if (auto const range = cell_range(attributes.get("ref", ""))) {
      visitor_.merged(*range);
    }
  }
}

void XlsxSheet::close(std::string_view name) {
  if (in_inline_) {
    if (name == "is") {
      in_inline_ = false;
      has_value_ = true;
      value_ = inline_.taken();
    } else {
      inline_.close(name);
    }
  } else if (in_cell_) {
    if (name == "v") {
      in_value_ = false;
    } else if (name == "c") {
      end_cell();
    }
  } else if (in_row_ && name == "row") {
    end_row();
  } else if (in_data_ && name == "sheetData") {
    in_data_ = false;
  }
}

void XlsxSheet::text(std::string_view piece) {
  constexpr std::size_t kBytes = 11;  // of a character, escaped at most; see XlsxStrings
  if (in_inline_) {
    inline_.text(piece);
  } else if (in_value_) {
    value_ += piece;
  }
  if (value_.size() > limits_.cell_characters * kBytes ||
      (in_inline_ && inline_.size() > limits_.cell_characters * kBytes)) {
    fail_here("more than " + std::to_string(limits_.cell_characters) + " characters; shorten it");
  }
}

void XlsxSheet::begin_row(XmlAttributes const& attributes) {
  in_row_ = true;
  used_ = 0;
  next_column_ = 0;
  std::uint32_t const before = row_;
  auto const named = attributes.get("r");
  auto const number = named ? whole_number(*named) : before + 1;
  if (!number || *number <= before) {
    fail_here("the row after it has a number that does not follow; save the file again as .xlsx");
  } else if (*number > limits_.rows) {
    fail_here("the sheet goes on beyond row " + std::to_string(limits_.rows) +
              "; split it into several");
  } else {
    row_ = *number;
  }
}

void XlsxSheet::begin_cell(XmlAttributes const& attributes) {
  in_cell_ = true;
  in_value_ = has_value_ = formula_ = false;
  value_.clear();
  type_ = attributes.get("t", "n");
  style_ = whole_number(attributes.get("s", "0")).value_or(0);
  column_ = next_column_;
  if (auto const named = attributes.get("r")) {
    auto const reference = cell_reference(*named);
    if (!reference || reference->row != row_ || reference->column < next_column_) {
      fail_here("a cell here has a name that does not follow; save the file again as .xlsx");
      return;
    }
    column_ = reference->column;
  }
  next_column_ = column_ + 1;
}

void XlsxSheet::end_cell() {
  if (used_ == cells_.size()) {
    cells_.emplace_back();
  }
  Cell& cell = cells_[used_];
  cell.text.clear();
  cell.column = column_;
  cell.kind = CellKind::Text;
  cell.formula = formula_;
  cell.digits_lost = false;
  if (fill(cell) && !ended()) {
    if (column_ >= limits_.columns) {
      fail_here("the row is longer than " + std::to_string(limits_.columns) +
                " columns; delete what does not belong there");
    }
    ++used_;
  }
  in_cell_ = false;
}

bool XlsxSheet::fill_shared(Cell& cell) {
  auto const index = whole_number(value_);
  if (!index || *index >= shared_.strings.size()) {
    fail_here("its text is missing in the file; save the file again as .xlsx");
    return false;
  }
  cell.text = shared_.strings.at(*index);
  return !cell.text.empty();
}

bool XlsxSheet::fill_number(Cell& cell) {
  auto shown = shown_number(value_, shared_.styles.of_style(style_), shared_.from_1904);
  if (!shown) {
    fail_here("what should be a number is none; type it again");
    return false;
  }
  cell.text = std::move(shown->text);
  cell.kind = shown->date ? CellKind::Date : CellKind::Number;
  cell.digits_lost = shown->digits_lost;
  return true;
}

bool XlsxSheet::fill(Cell& cell) {
  bool const text = type_ == "str" || type_ == "inlineStr";
  if (!has_value_ || (value_.empty() && !text)) {
    cell.kind = CellKind::FormulaWithoutValue;
    return formula_;
  }
  if (type_ == "s") {
    return fill_shared(cell);
  }
  if (text) {
    cell.text = type_ == "str" ? without_escapes(value_) : value_;
    if (characters(cell.text) > limits_.cell_characters) {
      fail_here("more than " + std::to_string(limits_.cell_characters) + " characters; shorten it");
    }
    return !cell.text.empty();
  }
  if (type_ == "b") {
    cell.kind = CellKind::Boolean;
    cell.text = value_ == "1" || value_ == "true" ? "true" : "false";
    return true;
  }
  if (type_ == "e") {
    cell.kind = CellKind::FormulaError;
    cell.text = value_;
    return true;
  }
  if (type_ == "d") {
    auto date = shown_date(value_, shared_.styles.of_style(style_));
    if (date) {
      cell.kind = CellKind::Date;
      cell.text = std::move(*date);
      return true;
    }
  }
  return fill_number(cell);
}

void XlsxSheet::end_row() {
  in_row_ = false;
  if (used_ > 0 && !visitor_.row({row_, {cells_.data(), used_}})) {
    left_ = true;
    end();
  }
}

}  // namespace fenghuo::messaging
