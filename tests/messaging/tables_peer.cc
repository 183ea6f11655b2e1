// Lets tests/messaging/tables_openpyxl.py read and write tables with our code.
//
//   tables_peer read FILE           one JSON document a line: {"sheet","hidden"}, {"row","cells":[[column,kind,text,
//                                   formula]]}, {"merged":"A1:B2"}, {"error"}
//   tables_peer write FILE          a workbook described by JSON on standard input; FILE ends with .xlsx or .csv
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "messaging/tables/table_reader.h"
#include "messaging/tables/table_writer.h"

namespace {

using namespace fenghuo::messaging;
using nlohmann::json;

class Printed : public TableVisitor {
 public:
  bool sheet(SheetInfo const& info) override {
    std::cout << json{{"sheet", info.name}, {"hidden", info.hidden}}.dump() << '\n';
    return true;
  }
  bool row(Row const& row) override {
    constexpr char const* kKinds[] = {"text", "number", "date", "boolean", "error", "no value"};
    json cells = json::array();
    for (auto const& cell : row.cells) {
      cells.push_back(
          {cell.column, kKinds[static_cast<std::size_t>(cell.kind)], cell.text, cell.formula});
    }
    std::cout << json{{"row", row.number}, {"cells", cells}}.dump() << '\n';
    return true;
  }
  void merged(MergedCells const& range) override {
    std::cout << json{{"merged", cell_name(range.first_column, range.first_row) + ":" +
                                     cell_name(range.last_column, range.last_row)}}
                     .dump()
              << '\n';
  }
};

Workbook workbook_of(json const& text) {
  Workbook book;
  book.readme = text.value("readme", std::vector<std::string>{});
  for (auto const& sheet : text.at("sheets")) {
    TableSheet out{sheet.at("name"), {}, sheet.at("rows")};
    for (auto const& column : sheet.at("columns")) {
      out.columns.push_back(
          {column.at("title"), static_cast<ColumnFormat>(column.value("format", 0)),
           column.value("hint", ""), column.value("choices", std::vector<std::string>{}),
           column.value("width", 14)});
    }
    book.sheets.push_back(std::move(out));
  }
  return book;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    return 2;
  }
  std::string const what = words[1], file = words[2];
  if (what == "read") {
    Printed printed;
    if (auto const read = read_table_file(file, printed); !read) {
      std::cout << json{{"error", read.error().message}}.dump() << '\n';
    }
    return 0;
  }
  auto const book =
      workbook_of(json::parse(std::string{std::istreambuf_iterator<char>{std::cin}, {}}));
  auto const written = file.ends_with(".csv")
                           ? write_csv(book.sheets.at(0))
                           : write_xlsx(book, std::filesystem::path{file}.parent_path());
  if (!written) {
    std::cerr << written.error().message << '\n';
    return 1;
  }
  std::ofstream{file, std::ios::binary} << *written;
  return 0;
}
