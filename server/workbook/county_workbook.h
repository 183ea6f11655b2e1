#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "center/center.h"
#include "messaging/tables/table_writer.h"
#include "server/workbook/header_map.h"
#include "server/workbook/wording.h"

namespace fenghuo::server {

/// Who brings a workbook in.
struct ImportWish {
  std::filesystem::path file;
  std::string csv_sheet = {};  ///< of a CSV file, its sheet's name; empty for a workbook
  bool dry_run = true;
  kernel::Actor actor;
  HeaderMap headers = {};  ///< of another office's sheets
};

struct SheetCount {
  std::string sheet;
  std::int64_t rows = 0, created = 0, changed = 0, unchanged = 0;
};

struct ImportReport {
  bool done = false;                 ///< everything is in the centre
  std::vector<SheetCount> sheets;    ///< in the order of reading
  std::vector<CellMessage> errors;   ///< what must be mended; nothing is taken while there is one
  std::vector<CellMessage> gaps;     ///< what may be missing, but will be missed at 3 a.m.
  std::vector<std::string> ignored;  ///< sheets and columns that are none of ours
  std::int64_t errors_in_all = 0, gaps_in_all = 0;
};
inline constexpr std::size_t kMessagesShown = 2'000;

/// Reads a county workbook into the centre.
///
/// Everything is first decided on a copy of the state, by the kernel itself: what a dry run says is what happens.
/// With an error in any cell nothing is taken; else each record goes in as a command of its own, so that a
/// machine that stops in between goes on where it was when the file is read again. The file is read row by row, once
/// for the trial and once to carry it out; only a few hundred commands are held at a time.
/// Errors: as CountyBook; Unavailable while writing (what was written stays; read it again).
/// Cost:   20,000 rows in a few seconds; memory for the copy's records, and for their codes.
/// Threads: any; imports at the same time are decided one after the other by the kernel.
/// Checked: tests/outside/test_workbook.py.
Result<ImportReport> import_workbook(center::Center& center, ImportWish const& wish);

/// What goes out.
struct ExportWish {
  SheetForm const* sheet = nullptr;  ///< none: all of them
  bool csv = false;                  ///< one sheet as comma separated values; needs `sheet`
  std::filesystem::path
      scratch;  ///< private folder for files without a name while a workbook is made
};

/// What the centre knows, as the bytes of a file that reads back without a change. Names and numbers are in it.
Result<std::string> export_workbook(center::Center& center, ExportWish const& wish);

/// A sheet with the form's columns, hints and choices, and no rows yet.
messaging::TableSheet blank_sheet(SheetForm const& form);

messaging::Json to_json(ImportReport const& report);

}  // namespace fenghuo::server
