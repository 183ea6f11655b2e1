#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "center/center.h"
#include "server/workbook/cells.h"

namespace fenghuo::server {

/// Who brings a workbook in.
struct ImportWish {
  std::filesystem::path file;
  std::string name;  ///< as its owner calls it: .xlsx, or .csv with the sheet's name
  bool dry_run = true;
  kernel::Actor actor;
  /// Headers of another office's sheets: theirs -> ours, for all sheets.
  std::map<std::string, std::string> headers = {};
};

struct SheetCount {
  std::string sheet;
  std::int64_t rows = 0, created = 0, changed = 0, unchanged = 0;
};

struct ImportReport {
  bool done = false;                 ///< everything is in the centre
  std::vector<SheetCount> sheets;    ///< in the order of reading
  std::vector<CellError> errors;     ///< what must be mended; nothing is taken while there is one
  std::vector<CellError> gaps;       ///< what may be missing, but will be missed at 3 a.m.
  std::vector<std::string> ignored;  ///< sheets and columns that are none of ours
  std::int64_t errors_in_all = 0, gaps_in_all = 0;
};
inline constexpr std::size_t kErrorsShown = 2'000;

/// Reads a county workbook into the centre.
///
/// Everything is first decided on a copy of the state, by the kernel itself: what a dry run says is what happens.
/// With an error in any cell nothing is taken; else each record goes in as a command of its own, so that a
/// machine that stops in between goes on where it was when the file is read again.
/// Errors: as read_xlsx, read_csv; Unavailable while writing (what was written stays; read it again).
/// Cost:   20,000 rows in a few seconds and tens of MiB.
/// Threads: any; imports at the same time are decided one after the other by the kernel.
/// Checked: tests/outside/test_workbook.py.
Result<ImportReport> import_workbook(center::Center& center, ImportWish const& wish);

/// Writes what the centre knows as a workbook that reads back without a change. Names and numbers are in it.
Result<void> export_workbook(center::Center& center, std::filesystem::path const& file);

/// What the centre still lacks for its first night.
struct Finding {
  std::string name, chinese, english;
  std::int64_t count = 0, of = 0;
  std::vector<std::string> codes;  ///< of the first 200
};
std::vector<Finding> readiness(domain::State const& state, Time now);

messaging::Json to_json(ImportReport const& report);
messaging::Json to_json(std::vector<Finding> const& findings);

}  // namespace fenghuo::server
