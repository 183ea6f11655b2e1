// The way out: members of the API's objects as the texts of cells.
#include <fmt/format.h>

#include <cmath>

#include "core/base/time_text.h"
#include "server/workbook/cell_text.h"
#include "server/workbook/cell_values.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

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

}  // namespace fenghuo::server
