#include "server/workbook/cell_values.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/base/time_text.h"
#include "server/workbook/cell_text.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

/// Entries of a list cell, apart by ; or a line, also in their wide forms.
std::vector<std::string> entries_of(std::string text) {
  replace_all(text, "；", ";");
  replace_all(text, "：", ":");
  return parts_of(text, ";\n");
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

}  // namespace

std::optional<Json> value_in(SheetColumn const& column, std::string const& text, int zone_minutes) {
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

}  // namespace fenghuo::server
