#include "server/workbook/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/time_text.h"

namespace fenghuo::server {

using messaging::Cell;
using messaging::Json;

namespace {

std::string trimmed(std::string_view text) {
  constexpr std::string_view kWide = "\xE3\x80\x80";  // the ideographic blank
  for (bool more = true; more;) {
    more = false;
    while (!text.empty() && std::string_view{" \t\r\n"}.find(text.front()) != text.npos) {
      text.remove_prefix(1);
      more = true;
    }
    while (!text.empty() && std::string_view{" \t\r\n"}.find(text.back()) != text.npos) {
      text.remove_suffix(1);
      more = true;
    }
    if (text.starts_with(kWide)) {
      text.remove_prefix(kWide.size());
      more = true;
    }
    if (text.ends_with(kWide)) {
      text.remove_suffix(kWide.size());
      more = true;
    }
  }
  return std::string{text};
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::vector<std::string> parts_of(std::string text, std::string_view separators) {
  std::vector<std::string> out;
  std::string part;
  for (char const c : text) {
    if (separators.find(c) != separators.npos) {
      out.push_back(trimmed(part));
      part.clear();
    } else {
      part += c;
    }
  }
  out.push_back(trimmed(part));
  std::erase(out, "");
  return out;
}

/// Entries of a list cell, apart by ; or a line, also in their wide forms.
std::vector<std::string> entries_of(std::string text) {
  replace_all(text, "；", ";");
  replace_all(text, "：", ":");
  return parts_of(std::move(text), ";\n");
}

template <class T>
std::optional<T> number_in(std::string_view text) {
  T value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

/// "2026-11-25 08:00", "2026/11/25 8:00", "2026-11-25T08:00:00": local.
std::optional<Json> moment_in(std::string text, int zone_minutes) {
  replace_all(text, "/", "-");
  replace_all(text, "T", " ");
  replace_all(text, "：", ":");
  int part[6] = {0, 0, 0, 0, 0, 0};
  std::size_t count = 0;
  auto const fields = parts_of(text, "- :");
  for (; count < fields.size() && count < 6; ++count) {
    auto const value = number_in<int>(fields[count]);
    if (!value) {
      return std::nullopt;
    }
    part[count] = *value;
  }
  if (fields.size() < 3 || fields.size() > 6) {
    return std::nullopt;
  }
  std::string const zone = fmt::format("{}{:02}:{:02}", zone_minutes < 0 ? "-" : "+",
                                       std::abs(zone_minutes) / 60, std::abs(zone_minutes) % 60);
  bool const next_day = part[3] == 24 && part[4] == 0;
  std::string const whole = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", part[0], part[1],
                                        part[2], next_day ? 0 : part[3], part[4], part[5], zone);
  auto const time = parse_rfc3339(whole);
  if (!time) {
    return std::nullopt;
  }
  return Json{to_rfc3339(next_day ? *time + hours(24) : *time, zone_minutes)};
}

std::optional<std::int64_t> day_minute(std::string text) {
  replace_all(text, "：", ":");
  auto const fields = parts_of(text, ":");
  auto const hour = fields.empty() ? std::nullopt : number_in<std::int64_t>(fields[0]);
  auto const minute =
      fields.size() < 2 ? std::optional<std::int64_t>{0} : number_in<std::int64_t>(fields[1]);
  if (!hour || !minute || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59 ||
      *hour * 60 + *minute > 24 * 60) {
    return std::nullopt;
  }
  return *hour * 60 + *minute;
}

std::optional<std::int64_t> weekdays_in(std::string text) {
  if (text == "每天" || text == "无") {
    return text == "无" ? 0 : 127;
  }
  replace_all(text, "，", ",");
  replace_all(text, "、", ",");
  std::int64_t days = 0;
  for (auto const& part : parts_of(text, ",")) {
    auto const ends = parts_of(part, "-");
    auto const from = ends.empty() ? std::nullopt : number_in<std::int64_t>(ends.front());
    auto const to = ends.empty() ? std::nullopt : number_in<std::int64_t>(ends.back());
    if (!from || !to || *from < 1 || *to > 7 || *from > *to) {
      return std::nullopt;
    }
    for (auto day = *from; day <= *to; ++day) {
      days |= std::int64_t{1} << (day - 1);
    }
  }
  return days;
}

/// "村支书:P001" -> the two sides of the last colon.
std::optional<std::pair<std::string, std::string>> two_sides(std::string const& entry) {
  auto const colon = entry.rfind(':');
  if (colon == entry.npos || colon == 0 || colon + 1 == entry.size()) {
    return std::nullopt;
  }
  return std::pair{trimmed(entry.substr(0, colon)), trimmed(entry.substr(colon + 1))};
}

/// What a list entry says as an object; nothing where it cannot be read.
std::optional<Json> entry_in(Column kind, std::string const& entry) {
  if (kind == Column::Assisted || kind == Column::HandTravel) {
    auto parts = parts_of(entry, "/");
    if (kind == Column::Assisted) {
      if (parts.empty() || parts.size() > 3) {
        return std::nullopt;
      }
      Json out = Json::object({{"name", parts[0]}});
      out.add("need", parts.size() > 1 ? parts[1] : "");
      if (parts.size() > 2) {
        out.add("helper", parts[2]);
      }
      return out;
    }
    auto const minutes = parts.size() == 3 ? number_in<double>(parts[2]) : std::nullopt;
    if (!minutes) {
      return std::nullopt;
    }
    return Json::object({{"from", parts[0] == "*" ? "" : parts[0]},
                         {"profile", parts[1]},
                         {"takes_s", *minutes * 60}});
  }
  auto const sides = two_sides(entry);
  if (!sides) {
    return std::nullopt;
  }
  auto const& [left, right] = *sides;
  if (kind == Column::Responsible) {
    return Json::object({{"function", left}, {"person", right}});
  }
  if (kind == Column::Vehicles) {
    return Json::object({{"name", left}, {"profile", right}});
  }
  std::int64_t quantity = 0;
  auto const [end, error] = std::from_chars(right.data(), right.data() + right.size(), quantity);
  std::string const rest{end, right.data() + right.size()};
  if (error != std::errc{} || (kind == Column::Capabilities && !rest.empty())) {
    return std::nullopt;
  }
  return kind == Column::Capabilities
             ? Json::object({{"capability", left}, {"quantity", quantity}})
             : Json::object({{"item", left}, {"quantity", quantity}, {"unit", trimmed(rest)}});
}

char const* expected(Column kind) {
  switch (kind) {
    case Column::Text:
    case Column::Choice:
    case Column::Code:
    case Column::Codes:
      return "不能识别";
    case Column::Count:
      return "应为不小于 0 的整数";
    case Column::YesNo:
      return "应为 是 或 否";
    case Column::Minutes:
      return "应为分钟数";
    case Column::Longitude:
    case Column::Latitude:
      return "应为度数，如 106.2843995；经度与纬度须同时填写";
    case Column::Datum:
      return "填写了坐标系，但没有经纬度";
    case Column::Moment:
      return "应为时间，如 2026-11-25 08:00";
    case Column::DayMinute:
      return "应为时刻，如 08:00";
    case Column::Weekdays:
      return "应为 每天、1-5 或 6,7";
    case Column::Responsible:
      return "应为 职责:人员编码，用；分开";
    case Column::Assisted:
      return "应为 姓名/情况/帮扶人编码，用；分开";
    case Column::HandTravel:
      return "应为 出发区域代码/交通方式/分钟（任何地方写 *）";
    case Column::Stock:
      return "应为 物资:数量单位，用；分开";
    case Column::Capabilities:
      return "应为 能力:数量，用；分开";
    case Column::Vehicles:
      break;
  }
  return "应为 车辆:类型（light、heavy、offroad、foot），用；分开";
}

std::optional<Json> plain_value(SheetColumn const& column, std::string const& text,
                                int zone_minutes) {
  switch (column.kind) {
    case Column::Count: {
      auto const value = number_in<std::int64_t>(text);
      return value && *value >= 0 ? std::optional{Json{*value}} : std::nullopt;
    }
    case Column::YesNo:
      if (text == "是" || text == "1" || text == "yes" || text == "true") {
        return Json{true};
      }
      if (text == "否" || text == "0" || text == "no" || text == "false") {
        return Json{false};
      }
      return std::nullopt;
    case Column::Choice: {
      for (auto const& [chinese, name] : column.words) {
        if (text == chinese || text == name) {
          return Json{name};
        }
      }
      return std::nullopt;
    }
    case Column::Codes: {
      std::string list = text;
      replace_all(list, "、", ",");
      replace_all(list, "，", ",");
      replace_all(list, "；", ",");
      Json::Array out;
      for (auto const& code : parts_of(list, ",; \n")) {
        out.emplace_back(code);
      }
      return Json{std::move(out)};
    }
    case Column::Minutes: {
      auto const value = number_in<double>(text);
      return value && *value >= 0 && *value < 1e6 ? std::optional{Json{*value * 60}} : std::nullopt;
    }
    case Column::Moment:
      return moment_in(text, zone_minutes);
    case Column::DayMinute: {
      auto const minute = day_minute(text);
      return minute ? std::optional{Json{*minute}} : std::nullopt;
    }
    case Column::Weekdays: {
      auto const days = weekdays_in(text);
      return days ? std::optional{Json{*days}} : std::nullopt;
    }
    case Column::Text:
    case Column::Code:
      return Json{text};
    case Column::Longitude:
    case Column::Latitude:
    case Column::Datum:
    case Column::Responsible:
    case Column::Assisted:
    case Column::HandTravel:
    case Column::Stock:
    case Column::Capabilities:
    case Column::Vehicles:
      break;
  }
  Json::Array out;
  for (auto const& entry : entries_of(text)) {
    auto value = entry_in(column.kind, entry);
    if (!value) {
      return std::nullopt;
    }
    out.push_back(std::move(*value));
  }
  return Json{std::move(out)};
}

/// Longitude, latitude and datum of a row, which make one member together.
struct Place {
  std::string member;
  std::optional<double> longitude, latitude;
  std::string crs;
};

/// Durations are written as decimals, exact: their text is read.
std::string minutes_text(Json const& seconds) {
  double const minutes = number_in<double>(seconds.text()).value_or(0) / 60;
  return minutes == std::floor(minutes) ? fmt::format("{}", static_cast<std::int64_t>(minutes))
                                        : fmt::format("{:.12g}", minutes);
}

std::string text_of(Json const* value) {
  if (value == nullptr || value->is_null()) {
    return "";
  }
  auto const* text = value->string();
  return text != nullptr ? *text : value->text();
}

std::string entry_text(Column kind, Json const& entry) {
  auto const part = [&](char const* name) { return text_of(entry.find(name)); };
  switch (kind) {
    case Column::Responsible:
      return part("function") + ":" + part("person");
    case Column::Assisted:
      return part("name") + "/" + part("need") +
             (part("helper").empty() ? "" : "/" + part("helper"));
    case Column::HandTravel:
      return (part("from").empty() ? "*" : part("from")) + "/" + part("profile") + "/" +
             minutes_text(*entry.find("takes_s"));
    case Column::Stock:
      return part("item") + ":" + part("quantity") + part("unit");
    case Column::Capabilities:
      return part("capability") + ":" + part("quantity");
    case Column::Text:
    case Column::Count:
    case Column::YesNo:
    case Column::Choice:
    case Column::Code:
    case Column::Codes:
    case Column::Minutes:
    case Column::Longitude:
    case Column::Latitude:
    case Column::Datum:
    case Column::Moment:
    case Column::DayMinute:
    case Column::Weekdays:
    case Column::Vehicles:
      break;
  }
  return part("name") + ":" + part("profile");
}

std::string weekdays_text(std::int64_t days) {
  if (days == 127 || days == 0) {
    return days == 0 ? "无" : "每天";
  }
  std::string out;
  for (int day = 1; day <= 7; ++day) {
    if ((days >> (day - 1) & 1) != 0) {
      out += (out.empty() ? "" : ",") + std::to_string(day);
    }
  }
  return out;
}

/// The numbers as they were given, where a datum was converted.
std::string coordinate_text(Json const* place, Column kind) {
  if (place == nullptr || place->is_null()) {
    return "";
  }
  Json const* given = place->find("given");
  Json const* crs = place->find("crs");
  if (kind == Column::Datum) {
    return crs == nullptr ? "" : text_of(crs);
  }
  Json const* shown =
      given != nullptr && given->array() != nullptr ? given : place->find("coordinates");
  auto const* pair = shown == nullptr ? nullptr : shown->array();
  if (pair == nullptr || pair->size() < 2) {
    return "";
  }
  return (*pair)[kind == Column::Longitude ? 0 : 1].text();
}

}  // namespace

RowObject object_of(SheetForm const& form, std::vector<SheetColumn const*> const& columns,
                    std::string_view sheet, messaging::TableRow const& row, int zone_minutes) {
  RowObject out{Json{Json::Object{}}, {}};
  Place place;
  std::size_t place_column = 0;
  auto const wrong = [&](std::size_t column, std::string message) {
    out.errors.push_back(
        {std::string{sheet}, messaging::cell_name(column, row.number), std::move(message)});
  };
  std::vector<bool> seen(form.columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    SheetColumn const* column = columns[i];
    std::string const text = i < row.cells.size() ? trimmed(row.cells[i].text) : "";
    if (column == nullptr) {
      continue;
    }
    if (i < row.cells.size() && row.cells[i].is_error) {
      wrong(i, "公式没有结果（" + text + "）：请改为数值");
      continue;
    }
    if (text.empty()) {
      if (column->required) {
        wrong(i, std::string{column->chinese} + "不能为空");
      }
      continue;
    }
    switch (column->kind) {
      case Column::Longitude:
      case Column::Latitude: {
        auto const value = number_in<double>(text);
        if (!value) {
          wrong(i, expected(column->kind));
        }
        place.member = column->member;
        place_column = i;
        (column->kind == Column::Longitude ? place.longitude : place.latitude) = value;
        break;
      }
      case Column::Datum:
        place.crs = text;
        std::transform(place.crs.begin(), place.crs.end(), place.crs.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        break;
      case Column::Text:
      case Column::Count:
      case Column::YesNo:
      case Column::Choice:
      case Column::Code:
      case Column::Codes:
      case Column::Minutes:
      case Column::Moment:
      case Column::DayMinute:
      case Column::Weekdays:
      case Column::Responsible:
      case Column::Assisted:
      case Column::HandTravel:
      case Column::Stock:
      case Column::Capabilities:
      case Column::Vehicles: {
        auto value = plain_value(*column, text, zone_minutes);
        if (value) {
          out.object.add(std::string{column->member}, std::move(*value));
        } else {
          std::string message = expected(column->kind);
          if (column->kind == Column::Choice) {
            message = "应为下列之一：";
            for (auto const& [chinese, name] : column->words) {
              message.append(message.ends_with("：") ? "" : "、").append(chinese);
            }
          }
          wrong(i, message);
        }
      }
    }
  }
  if (place.longitude.has_value() != place.latitude.has_value()) {
    wrong(place_column, expected(Column::Longitude));
  } else if (place.longitude) {
    Json point = Json::object(
        {{"type", "Point"}, {"coordinates", Json::Array{*place.longitude, *place.latitude}}});
    if (!place.crs.empty()) {
      point.add("crs", place.crs);
    }
    out.object.add(place.member, std::move(point));
  }
  return out;
}

std::string cell_of(SheetColumn const& column, Json const& object, int zone_minutes) {
  Json const* value = object.find(column.member);
  switch (column.kind) {
    case Column::Longitude:
    case Column::Latitude:
    case Column::Datum:
      return coordinate_text(value, column.kind);
    case Column::Text:
    case Column::Count:
    case Column::YesNo:
    case Column::Choice:
    case Column::Code:
    case Column::Codes:
    case Column::Minutes:
    case Column::Moment:
    case Column::DayMinute:
    case Column::Weekdays:
    case Column::Responsible:
    case Column::Assisted:
    case Column::HandTravel:
    case Column::Stock:
    case Column::Capabilities:
    case Column::Vehicles:
      break;
  }
  if (value == nullptr || value->is_null()) {
    return "";
  }
  switch (column.kind) {
    case Column::Count: {
      return value->text();
    }
    case Column::YesNo:
      return value->boolean() != nullptr && *value->boolean() ? "是" : "";
    case Column::Choice: {
      for (auto const& [chinese, name] : column.words) {
        if (text_of(value) == name) {
          return std::string{chinese};
        }
      }
      return text_of(value);
    }
    case Column::Codes: {
      std::string out;
      for (auto const& code : *value->array()) {
        out += (out.empty() ? "" : "、") + text_of(&code);
      }
      return out;
    }
    case Column::Minutes:
      return minutes_text(*value);
    case Column::Moment: {
      auto const time = parse_rfc3339(text_of(value));
      std::string text = time ? to_rfc3339(*time, zone_minutes) : "";
      text = text.substr(0, 19);
      replace_all(text, "T", " ");
      return text.ends_with(":00") ? text.substr(0, 16) : text;
    }
    case Column::DayMinute: {
      std::int64_t const minute = *value->integer();
      return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
    }
    case Column::Weekdays:
      return weekdays_text(*value->integer());
    case Column::Text:
    case Column::Code:
      return text_of(value);
    case Column::Longitude:
    case Column::Latitude:
    case Column::Datum:
    case Column::Responsible:
    case Column::Assisted:
    case Column::HandTravel:
    case Column::Stock:
    case Column::Capabilities:
    case Column::Vehicles:
      break;
  }
  std::string out;
  for (auto const& entry : *value->array()) {
    out += (out.empty() ? "" : "；") + entry_text(column.kind, entry);
  }
  return out;
}

std::string cell_of_pointer(std::vector<SheetColumn const*> const& columns,
                            std::string_view pointer, std::size_t row) {
  std::string_view member = pointer.starts_with('/') ? pointer.substr(1) : pointer;
  member = member.substr(0, member.find('/'));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] != nullptr && columns[i]->member == member) {
      return messaging::cell_name(i, row);
    }
  }
  return messaging::cell_name(0, row);
}

}  // namespace fenghuo::server
