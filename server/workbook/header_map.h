#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/base/result.h"
#include "messaging/codec/json.h"
#include "server/workbook/columns.h"

namespace fenghuo::server {

/// How another office's sheets are called here, and their columns.
struct TheirSheet {
  SheetForm const* ours = nullptr;
  std::map<std::string, SheetColumn const*, std::less<>> columns =
      {};  ///< their title -> our column
};
/// By their name of the sheet.
using HeaderMap = std::map<std::string, TheirSheet, std::less<>>;

/// Reads such a map.
///
/// In:      JSON  {"花名册": {"sheet": "persons", "columns": {"联系电话": "mobile"}}}; "sheet" may be left out where
///                theirs is called as ours is. Ours go by their Chinese or English names.
///          file  .yaml or .yml of the same shape, or .csv with the columns their_sheet, our_sheet, theirs, ours
///                (对方表, 本系统表, 对方列, 本系统列); a line without a column names the sheet alone.
/// Errors:  InvalidArgument  what names none of our sheets or columns, with ours; two of theirs for one of ours
///          NotFound, Unavailable  the file cannot be read
/// Checked: tests/server/header_map_test.cc, tests/outside/test_workbook.py.
Result<HeaderMap> header_map_of(messaging::Json const& json);
Result<HeaderMap> read_header_map(std::filesystem::path const& file);

/// Both; where they name the same, `first` counts.
HeaderMap joined(HeaderMap first, HeaderMap const& second);

}  // namespace fenghuo::server
