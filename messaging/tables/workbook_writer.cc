#include "messaging/tables/workbook_writer.h"

#include <xlsxwriter.h>

namespace fenghuo::messaging {

namespace {

Error failed(lxw_error code) {
  return {ErrorCode::Unavailable,
          std::string{"the workbook cannot be written: "} + lxw_strerror(code)};
}

struct Formats {
  lxw_format* header;
  lxw_format* text;
};

lxw_error write_sheet(lxw_workbook* book, OutgoingSheet const& sheet, Formats const& formats) {
  lxw_worksheet* out = ::workbook_add_worksheet(book, sheet.name.c_str());
  if (out == nullptr) {
    return LXW_ERROR_PARAMETER_VALIDATION;
  }
  ::worksheet_freeze_panes(out, 1, 0);
  for (std::size_t c = 0; c < sheet.columns.size(); ++c) {
    auto const& column = sheet.columns[c];
    auto const at = static_cast<lxw_col_t>(c);
    ::worksheet_set_column(out, at, at, column.width, formats.text);
    ::worksheet_write_string(out, 0, at, column.header.c_str(), formats.header);
    if (!column.hint.empty()) {
      ::worksheet_write_comment(out, 0, at, column.hint.c_str());
    }
    if (!column.choices.empty()) {
      auto words = column.choices;
      std::vector<char*> choices;
      for (auto& word : words) {
        choices.push_back(word.data());
      }
      choices.push_back(nullptr);
      lxw_data_validation rule{};
      rule.validate = LXW_VALIDATION_TYPE_LIST;
      rule.value_list = choices.data();
      rule.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
      ::worksheet_data_validation_range(out, 1, at, 5'000, at, &rule);
    }
  }
  for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
    for (std::size_t c = 0; c < sheet.rows[r].size(); ++c) {
      if (sheet.rows[r][c].empty()) {
        continue;
      }
      auto const code =
          ::worksheet_write_string(out, static_cast<lxw_row_t>(r + 1), static_cast<lxw_col_t>(c),
                                   sheet.rows[r][c].c_str(), formats.text);
      if (code != LXW_NO_ERROR) {
        return code;
      }
    }
  }
  return LXW_NO_ERROR;
}

std::string csv_cell(std::string cell) {
  if (!cell.empty() && std::string_view{"=+-@\t\r"}.find(cell.front()) != std::string_view::npos) {
    cell.insert(cell.begin(), '\'');
  }
  if (cell.find_first_of(",;\t\"\r\n") == std::string::npos) {
    return cell;
  }
  std::string out = "\"";
  for (char const c : cell) {
    out += c;
    if (c == '"') {
      out += '"';
    }
  }
  return out + '"';
}

}  // namespace

Result<void> write_xlsx(std::filesystem::path const& file, std::vector<std::string> const& lines,
                        std::vector<OutgoingSheet> const& sheets) {
  lxw_workbook* book = ::workbook_new(file.c_str());
  if (book == nullptr) {
    return Error{ErrorCode::Unavailable, "cannot write " + file.string()};
  }
  lxw_doc_properties properties{};
  properties.created = 1'767'225'600;  // fixed, so that the same content gives the same bytes
  ::workbook_set_properties(book, &properties);
  Formats formats{::workbook_add_format(book), ::workbook_add_format(book)};
  ::format_set_bold(formats.header);
  ::format_set_num_format_index(formats.header, 49);
  ::format_set_num_format_index(formats.text, 49);  // text
  lxw_error code = LXW_NO_ERROR;
  if (!lines.empty()) {
    lxw_worksheet* first = ::workbook_add_worksheet(book, "说明");
    ::worksheet_set_column(first, 0, 0, 100, nullptr);
    for (std::size_t r = 0; r < lines.size(); ++r) {
      ::worksheet_write_string(first, static_cast<lxw_row_t>(r), 0, lines[r].c_str(), nullptr);
    }
  }
  for (auto const& sheet : sheets) {
    if (code == LXW_NO_ERROR) {
      code = write_sheet(book, sheet, formats);
    }
  }
  lxw_error const closed = ::workbook_close(book);
  if (code != LXW_NO_ERROR || closed != LXW_NO_ERROR) {
    return failed(code != LXW_NO_ERROR ? code : closed);
  }
  return {};
}

std::string csv_text(OutgoingSheet const& sheet) {
  std::string out = "\xEF\xBB\xBF";
  for (std::size_t c = 0; c < sheet.columns.size(); ++c) {
    out.append(c == 0 ? "" : ",").append(csv_cell(sheet.columns[c].header));
  }
  out += "\r\n";
  for (auto const& row : sheet.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      out.append(c == 0 ? "" : ",").append(csv_cell(row[c]));
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace fenghuo::messaging
