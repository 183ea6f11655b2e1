#include "messaging/tables/xlsx_styles.h"

#include "messaging/tables/xlsx_reference.h"

namespace fenghuo::messaging {

namespace {
constexpr std::size_t kMostStyles = 65'536;  // Excel: 65,490
}

void XlsxStyles::open(std::string_view name, XmlAttributes const& attributes) {
  if (name == "numFmt") {
    if (auto const id = whole_number(attributes.get("numFmtId", ""))) {
      custom_[*id] = format_of_code(attributes.get("formatCode", ""));
    }
  } else if (name == "cellXfs") {
    in_cell_styles_ = true;
  } else if (name == "xf" && in_cell_styles_) {
    auto const id = whole_number(attributes.get("numFmtId", "0")).value_or(0);
    auto const found = custom_.find(id);
    styles_.push_back(found == custom_.end() ? built_in_format(id) : found->second);
  }
  if (styles_.size() > kMostStyles || custom_.size() > kMostStyles) {
    fail("the workbook has more than 65,536 styles; copy its values into a new one");
  }
}

void XlsxStyles::close(std::string_view name) {
  if (name == "cellXfs") {
    in_cell_styles_ = false;
  }
}

NumberFormat XlsxStyles::of_style(std::size_t style) const {
  return style < styles_.size() ? styles_[style] : NumberFormat{};
}

}  // namespace fenghuo::messaging
