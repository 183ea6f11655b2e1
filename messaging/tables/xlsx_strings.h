#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messaging/tables/xml_part.h"

namespace fenghuo::messaging {

/// Joins the text of a string item: its t, or those of its runs; phonetic runs (rPh) are no part of it.
class StringItem {
 public:
  void begin();
  void open(std::string_view name);
  void close(std::string_view name);
  void text(std::string_view piece);
  std::string taken();
  std::size_t size() const { return text_.size(); }

 private:
  std::string text_;
  bool in_text_ = false;
  int phonetic_ = 0;
};

/// The texts that the cells of a workbook share, end to end in one string.
/// Source: ECMA-376 part 1, 18.4. Checked: tests/messaging/xlsx_reader_test.cc.
class XlsxStrings : public XmlVisitor {
 public:
  explicit XlsxStrings(TableLimits const& limits) : limits_{limits} {}
  void open(std::string_view name, XmlAttributes const& attributes) override;
  void close(std::string_view name) override;
  void text(std::string_view piece) override;
  std::size_t size() const { return ends_.size(); }
  std::string_view at(std::size_t index) const;

 private:
  void add(std::string const& text);

  TableLimits limits_;
  std::string all_;
  std::vector<std::uint32_t> ends_;
  StringItem item_;
  bool in_item_ = false;
};

}  // namespace fenghuo::messaging
