#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "messaging/tables/table.h"

namespace fenghuo::messaging {

/// Decimal digits and nothing else, below 2^32.
std::optional<std::uint32_t> whole_number(std::string_view text);

struct CellReference {
  std::uint32_t column = 0;  ///< from 0, below 16,384
  std::uint32_t row = 0;     ///< from 1, up to 1,048,576
};

/// "C12", as a workbook names a cell; nothing where it is none. Checked: tests/messaging/table_test.cc.
std::optional<CellReference> cell_reference(std::string_view text);

/// "A1:C3", or "A1" alone.
std::optional<MergedCells> cell_range(std::string_view text);

}  // namespace fenghuo::messaging
