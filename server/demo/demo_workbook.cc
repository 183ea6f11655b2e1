#include "server/demo/demo_workbook.h"

#include <fmt/format.h>

#include <iterator>

#include "core/base/ensure.h"
#include "messaging/storage/disk.h"
#include "server/demo/county_book.h"
#include "server/workbook/county_workbook.h"

namespace fenghuo::server {

namespace {

/// What `fenghuo region demo` says of its maps.
constexpr std::string_view kFictitious = "fictitious";

/// A sheet of the workbook as export_workbook writes it.
messaging::TableSheet sheet_of(SheetForm const& form, std::vector<demo::Row> const& rows) {
  auto sheet = blank_sheet(form);
  for (auto const& row : rows) {
    std::vector<std::string> cells;
    std::ptrdiff_t used = 0;
    for (auto const& column : form.columns) {
      auto const cell = row.find(column.english);
      used += cell != row.end() ? 1 : 0;
      cells.push_back(cell != row.end() ? cell->second : "");
    }
    ensure(used == std::ssize(row), "a row of the demo county fills a column that there is not");
    sheet.rows.push_back(std::move(cells));
  }
  return sheet;
}

std::int64_t count(demo::CountyBook const& book, SheetKind kind) {
  return static_cast<std::int64_t>(book.rows(kind).size());
}

}  // namespace

Result<DemoWorkbookFigures> write_demo_workbook(gis::Region const& region,
                                                std::filesystem::path const& file,
                                                DemoWorkbookWish const& wish) {
  if (!region.info().licence.starts_with(kFictitious)) {
    return Error{
        ErrorCode::InvalidArgument,
        region.info().name +
            " is no demo map: people are invented only for what `fenghuo region demo` made"};
  }
  demo::CountyBook book{region, wish.seed};
  if (book.villages.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "the map has no township with a village; make one with `fenghuo region demo`"};
  }
  demo::add_departments(book);
  demo::add_townships(book);
  demo::add_village_people(book);
  demo::add_facilities(book);
  demo::add_depots(book);
  demo::add_areas(book);
  demo::add_teams(book);
  demo::add_enterprises(book);
  demo::add_roster(book, wish.first_day, wish.days);
  demo::add_plan_contacts(book);

  messaging::Workbook workbook;
  DemoWorkbookFigures figures;
  for (auto const& form : county_sheets()) {
    workbook.sheets.push_back(sheet_of(form, book.rows(form.kind)));
    figures.rows += count(book, form.kind);
  }
  figures.persons = count(book, SheetKind::Persons);
  figures.villages = static_cast<std::int64_t>(book.villages.size());
  figures.teams = count(book, SheetKind::Teams);
  figures.facilities = count(book, SheetKind::Facilities);
  figures.shifts = count(book, SheetKind::DutyShifts);
  workbook.readme = {
      book.county + "应急指挥基础数据工作簿（虚构，仅供演示）",
      "本县不存在：人名、单位、电话、统一社会信用代码均为虚构，编码以 YS- "
      "开头；地名和位置取自演示地图。",
      "电话号码属于未分配的号段，不会接通任何人。",
      "每张表第一行是列名，第一列是编码；编码一经使用不再更换，同一编码再次导入即为更新。",
      "故意留有两处缺项，供“fenghuo "
      "readiness”查出：最后一个村只有一人可叫应；最后一个乡镇每周六无人值班。"};
  auto const folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  auto const bytes = messaging::write_xlsx(workbook, folder);
  if (!bytes) {
    return bytes.error();
  }
  if (auto const written = messaging::system_disk().write(file, *bytes); !written) {
    return written.error();
  }
  return figures;
}

}  // namespace fenghuo::server
