#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace fenghuo::messaging {

/// A sheet to be written: a header and rows of texts.
struct OutgoingSheet {
  struct Column {
    std::string header, hint;          ///< hint: a note at the header
    std::vector<std::string> choices;  ///< offered in a list; any other text is taken too
    int width = 14;                    ///< characters
  };
  std::string name;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

/// Writes a workbook through libxlsxwriter. Every cell is a text, so that telephone numbers and codes stay what they
/// are; the same content gives the same bytes.
/// `lines`: what the first sheet says. Errors: Unavailable.
Result<void> write_xlsx(std::filesystem::path const& file, std::vector<std::string> const& lines,
                        std::vector<OutgoingSheet> const& sheets);

/// One sheet as CSV in UTF-8 with its mark; a cell that a spreadsheet would take for a formula gets an apostrophe.
std::string csv_text(OutgoingSheet const& sheet);

}  // namespace fenghuo::messaging
