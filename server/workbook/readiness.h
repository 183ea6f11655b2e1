#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/state.h"
#include "messaging/codec/json.h"
#include "server/workbook/columns.h"

namespace fenghuo::server {

/// What the centre still lacks for its first night.
struct Finding {
  std::string_view name, chinese, english;
  std::optional<SheetKind> kind = {};  ///< whose sheet of the workbook mends it
  std::string_view member = {};        ///< by which column; empty: the sheet itself is empty
  std::int64_t count = 0, of = 0;
  std::vector<std::string> codes = {};  ///< of the first ones, as the API names them
  std::vector<std::string> keys = {};   ///< the same as the workbook names them
};

/// The findings of which there is at least one, villages first. most: codes that are listed of each.
/// Cost:    one pass over the master data for each kind of finding.
/// Checked: tests/outside/test_workbook.py.
inline constexpr std::size_t kCodesShown = 200;
std::vector<Finding> readiness(domain::State const& state, Time now,
                               std::size_t most = kCodesShown);

/// Whether three different people look after the machine, the doors and the log, for a profile that asks for it.
/// `names`: the accounts are listed, for those who may see them.
/// Checked: tests/outside/test_administrators.py.
void add_administrators(std::vector<Finding>& findings, domain::State const& state, bool names);

messaging::Json to_json(std::vector<Finding> const& findings);

}  // namespace fenghuo::server
