#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messaging/tables/table.h"

namespace fenghuo::fuzz {

/// Holds what a reader of tables hands over against what table.h promises, and keeps the rows.
class RuledRows : public messaging::TableVisitor {
 public:
  explicit RuledRows(messaging::TableLimits const& limits) : limits_{limits} {}
  bool sheet(messaging::SheetInfo const& info) override;
  bool row(messaging::Row const& row) override;
  void merged(messaging::MergedCells const& cells) override;

  std::string problem;  ///< the first promise that was broken
  /// Row number and the cells' texts by column, of all sheets.
  std::vector<std::pair<std::uint32_t, std::vector<std::string>>> rows;

 private:
  void cell(messaging::Cell const& cell);

  messaging::TableLimits limits_;
  std::uint32_t last_row_ = 0;
  bool in_sheet_ = false;
};

}  // namespace fenghuo::fuzz
