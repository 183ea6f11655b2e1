#include "messaging/tables/cell_text.h"
#include "messaging/tables/number_format.h"
#include "messaging/tables/table_writer.h"

namespace fenghuo::messaging {

namespace {

/// With an apostrophe where Excel would take the text for a formula, or where the reader would take one off.
std::string guarded(std::string const& text) {
  auto const past = text.find_first_not_of('\'');
  bool const guard =
      past != std::string::npos && looks_like_formula(std::string_view{text}.substr(past));
  return guard ? "'" + text : text;
}

std::string quoted(std::string const& text) {
  if (text.find_first_of(",;\t\"\r\n") == std::string::npos) {
    return text;
  }
  std::string out = "\"";
  for (char const c : text) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  return out + '"';
}

bool is_number(std::string const& text) { return shown_number(text, {}, false).has_value(); }

}  // namespace

Result<std::string> write_csv(TableSheet const& sheet) {
  std::string out = "\xEF\xBB\xBF";
  std::string problem;
  auto const add = [&](std::size_t column, std::string const& text, bool number) {
    if (!is_utf8(text) || text.find('\0') != std::string::npos) {
      problem = "a text of column " + std::to_string(column + 1) +
                " is not UTF-8 or holds a NUL; correct it";
    }
    out += column > 0 ? "," : "";
    out += quoted(number && is_number(text) ? text : guarded(text));
  };
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    add(i, sheet.columns[i].title, false);
  }
  out += "\r\n";
  for (auto const& row : sheet.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      add(i, row[i], i < sheet.columns.size() && sheet.columns[i].format == ColumnFormat::Number);
    }
    out += "\r\n";
  }
  if (!problem.empty()) {
    return Error{ErrorCode::InvalidArgument, "sheet " + sheet.name + ": " + problem};
  }
  return out;
}

}  // namespace fenghuo::messaging
