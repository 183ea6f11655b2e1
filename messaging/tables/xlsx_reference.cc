#include "messaging/tables/xlsx_reference.h"

#include <charconv>

namespace fenghuo::messaging {

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t out = 0;
  auto const read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return out;
}

std::optional<CellReference> cell_reference(std::string_view text) {
  constexpr std::uint32_t kColumns = 16'384, kRows = 1'048'576;
  std::uint32_t column = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= 'A' && text[at] <= 'Z'; ++at) {
    column = column * 26 + static_cast<std::uint32_t>(text[at] - 'A') + 1;
    if (column > kColumns) {
      return std::nullopt;
    }
  }
  auto const row = whole_number(text.substr(at));
  if (column == 0 || !row || *row == 0 || *row > kRows) {
    return std::nullopt;
  }
  return CellReference{column - 1, *row};
}

std::optional<MergedCells> cell_range(std::string_view text) {
  auto const colon = text.find(':');
  auto const first = cell_reference(text.substr(0, colon));
  auto const last =
      colon == std::string_view::npos ? first : cell_reference(text.substr(colon + 1));
  if (!first || !last || last->column < first->column || last->row < first->row) {
    return std::nullopt;
  }
  return MergedCells{first->column, first->row, last->column, last->row};
}

}  // namespace fenghuo::messaging
