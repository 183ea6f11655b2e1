#pragma once

#include <map>
#include <vector>

#include "messaging/tables/number_format.h"
#include "messaging/tables/xml_part.h"

namespace fenghuo::messaging {

/// Reads the part of styles: which number format a cell of a style has. An unknown style has the plain one.
/// Source: ECMA-376 part 1, 18.8. Checked: tests/messaging/xlsx_reader_test.cc.
class XlsxStyles : public XmlVisitor {
 public:
  void open(std::string_view name, XmlAttributes const& attributes) override;
  void close(std::string_view name) override;
  NumberFormat of_style(std::size_t style) const;

 private:
  std::map<std::uint32_t, NumberFormat> custom_;
  std::vector<NumberFormat> styles_;
  bool in_cell_styles_ = false;
};

}  // namespace fenghuo::messaging
