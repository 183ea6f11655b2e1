#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "messaging/tables/table.h"
#include "server/workbook/header_map.h"
#include "server/workbook/row_object.h"

namespace fenghuo::server {

/// A sheet of a file that is one of ours.
struct CountySheet {
  std::string name;  ///< as the file calls it
  SheetForm const* form = nullptr;
  std::size_t place = 0;  ///< among the file's sheets
  std::uint32_t header_row = 0;
  ColumnsInSheet columns = {};
};

/// A file of master data whose sheets were found; its rows are read again each time they are wanted, so that it takes
/// the memory of one row, however long it is (a CSV file is kept as it is, at most 64 MiB).
///
/// Errors:  as read_table of messaging/tables/table_reader.h.
/// Cost:    open: one pass over the file. read: one, and one more for each sheet that stands before one it refers to.
/// Threads: one.
/// Checked: tests/outside/test_workbook.py.
class CountyBook {
 public:
  /// csv_sheet: of a CSV file, the name of its sheet; empty for a workbook.
  static Result<CountyBook> open(std::filesystem::path const& file, std::string const& csv_sheet,
                                 HeaderMap const& headers);

  /// In the order in which they can be read: what is named comes first.
  std::vector<CountySheet> const& sheets() const { return sheets_; }
  std::vector<std::string> const& ignored() const { return ignored_; }  ///< sheets, columns
  std::vector<CellMessage> const& errors() const { return errors_; }    ///< of the titles
  bool is_csv() const { return !csv_sheet_.empty(); }

  /// Hands over the rows of all sheets in their order, with the sheet's place in sheets(); not the titles, hints or
  /// rows in which nothing of ours stands. With false from the visitor nothing more is read.
  using Visit = std::function<bool(std::size_t sheet, messaging::Row const& row)>;
  Result<void> read(Visit const& visit) const;

 private:
  class Survey;
  class Reading;
  Result<void> pass(messaging::TableVisitor& visitor) const;

  std::filesystem::path file_;
  std::string csv_sheet_, csv_bytes_;
  std::vector<CountySheet> sheets_;
  std::vector<std::string> ignored_;
  std::vector<CellMessage> errors_;
};

}  // namespace fenghuo::server
