// The way out: what the centre knows, as a workbook or as one sheet of comma separated values.
#include <string>
#include <utility>
#include <vector>

#include "messaging/codec/fields_json.h"
#include "messaging/tables/table_writer.h"
#include "server/workbook/cell_values.h"
#include "server/workbook/county_workbook.h"

namespace fenghuo::server {

using domain::State;
using messaging::Json;

namespace {

/// Opens every sealed text of an object, for a workbook that goes to those who keep it.
void open_all(messaging::PersonalKeys& keys, Json& value) {
  if (auto* items = value.array()) {
    for (auto& item : *items) {
      open_all(keys, item);
    }
  } else if (auto* members = value.object()) {
    Json const* key = value.find("key");
    Json const* box = value.find("box");
    if (members->size() == 2 && key != nullptr && box != nullptr && key->string() != nullptr &&
        box->string() != nullptr) {
      auto const text = keys.open(domain::Sealed{*key->string(), *box->string()});
      value = text ? Json{*text} : Json{};
      return;
    }
    for (auto& member : *members) {
      open_all(keys, member.second);
    }
  }
}

messaging::ColumnFormat format_of(Column kind) {
  bool const number = kind == Column::Count || kind == Column::Minutes ||
                      kind == Column::Longitude || kind == Column::Latitude;
  return number ? messaging::ColumnFormat::Number : messaging::ColumnFormat::Text;
}

template <class T, class Keep>
void add_rows(messaging::TableSheet& sheet, SheetForm const& form, domain::Shelf<T> const& shelf,
              messaging::PersonalKeys& keys, int zone, Keep const& keep) {
  for (auto const& [id, object] : shelf) {
    if (!keep(*object)) {
      continue;
    }
    Json shown = to_json(*object, messaging::WriteStyle{.zone_minutes = zone, .complete = true});
    open_all(keys, shown);
    std::vector<std::string> cells;
    for (auto const& column : form.columns) {
      cells.push_back(cell_of(column, shown, zone));
    }
    sheet.rows.push_back(std::move(cells));
  }
}

messaging::TableSheet sheet_of(SheetForm const& form, State const& state,
                               messaging::PersonalKeys& keys) {
  int const zone = state.founding ? static_cast<int>(state.founding->zone_minutes) : 0;
  auto const all = [](auto const&) { return true; };
  auto sheet = blank_sheet(form);
  auto const add = [&](auto const& shelf, auto const& keep) {
    add_rows(sheet, form, shelf, keys, zone, keep);
  };
  switch (form.kind) {
    case SheetKind::Organizations:
      add(state.organizations, all);
      break;
    case SheetKind::Persons:
      add(state.persons, [](domain::Person const& person) { return !person.erased_at; });
      break;
    case SheetKind::Facilities:
      add(state.facilities, [](domain::Facility const& facility) {
        return facility.facts.kind != domain::FacilityKind::Depot;
      });
      break;
    case SheetKind::Depots:
      add(state.facilities, [](domain::Facility const& facility) {
        return facility.facts.kind == domain::FacilityKind::Depot;
      });
      break;
    case SheetKind::Areas:
      add(state.areas, all);
      break;
    case SheetKind::Teams:
      add(state.teams, [](domain::Team const& team) { return !team.facts.code.empty(); });
      break;
    case SheetKind::Enterprises:
      add(state.enterprises, all);
      break;
    case SheetKind::DutyPosts:
      add(state.duty_posts, all);
      break;
    case SheetKind::DutyShifts:
      add(state.duty_shifts, [](domain::DutyShift const& shift) { return !shift.cancelled; });
      break;
    case SheetKind::PlanContacts:
      add(state.plan_contacts, all);
      break;
  }
  return sheet;
}

}  // namespace

messaging::TableSheet blank_sheet(SheetForm const& form) {
  messaging::TableSheet sheet{std::string{form.chinese}, {}, {}};
  for (auto const& column : form.columns) {
    messaging::TableColumn out{.title = std::string{column.chinese},
                               .format = format_of(column.kind),
                               .hint = std::string{column.hint}};
    for (auto const& [chinese, name] : column.words) {
      out.choices.emplace_back(chinese);
    }
    sheet.columns.push_back(std::move(out));
  }
  return sheet;
}

Result<std::string> export_workbook(center::Center& center, ExportWish const& wish) {
  State const state = center.committed().copy();
  auto& keys = *center.personal();
  if (wish.csv) {
    return messaging::write_csv(sheet_of(*wish.sheet, state, keys));
  }
  messaging::Workbook book;
  book.readme = {
      "县级应急指挥基础数据工作簿",
      "每张表第一行是列名，第一列是编码；编码一经使用不再更换，同一编码再次导入即为更新。",
      "以 # 开头的第二行是填写说明，导入时不读。", "含个人信息（姓名、电话），请按规定保管。"};
  for (auto const& form : county_sheets()) {
    if (wish.sheet == nullptr || wish.sheet == &form) {
      book.sheets.push_back(sheet_of(form, state, keys));
    }
  }
  return messaging::write_xlsx(book, wish.scratch);
}

}  // namespace fenghuo::server
