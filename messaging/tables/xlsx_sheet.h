#pragma once

#include <string>
#include <vector>

#include "messaging/tables/xlsx_strings.h"
#include "messaging/tables/xlsx_styles.h"
#include "messaging/tables/xml_part.h"

namespace fenghuo::messaging {

/// What the cells of a sheet refer to in the rest of the workbook.
struct XlsxShared {
  XlsxStrings const& strings;
  XlsxStyles const& styles;
  bool from_1904 = false;
};

/// Reads the part of one sheet and hands its rows over; what is wrong is told by cell.
/// Source: ECMA-376 part 1, 18.3. Checked: tests/messaging/xlsx_reader_test.cc, xlsx_hostile_test.cc.
class XlsxSheet : public XmlVisitor {
 public:
  XlsxSheet(SheetInfo info, XlsxShared shared, TableVisitor& visitor, TableLimits const& limits)
      : info_{std::move(info)}, shared_{shared}, visitor_{visitor}, limits_{limits} {}
  void open(std::string_view name, XmlAttributes const& attributes) override;
  void close(std::string_view name) override;
  void text(std::string_view piece) override;
  /// The visitor wants nothing more of the file.
  bool left() const { return left_; }

 private:
  void begin_row(XmlAttributes const& attributes);
  void begin_cell(XmlAttributes const& attributes);
  void end_cell();
  void end_row();
  /// What the cell holds; false where it is empty.
  bool fill(Cell& cell);
  bool fill_number(Cell& cell);
  bool fill_shared(Cell& cell);
  void fail_here(std::string const& what);

  SheetInfo info_;
  XlsxShared shared_;
  TableVisitor& visitor_;
  TableLimits limits_;
  std::vector<Cell> cells_;  ///< kept from row to row with their memory
  std::size_t used_ = 0;
  std::uint32_t row_ = 0;
  std::uint32_t next_column_ = 0;
  std::uint32_t column_ = 0;
  std::string type_, value_;
  std::size_t style_ = 0;
  StringItem inline_;
  bool in_data_ = false, in_row_ = false, in_cell_ = false;
  bool in_value_ = false, in_inline_ = false, has_value_ = false, formula_ = false;
  bool left_ = false;
};

}  // namespace fenghuo::messaging
