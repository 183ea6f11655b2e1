#include "server/workbook/wording.h"

#include <iterator>

#include "server/http/problem.h"

namespace fenghuo::server {

namespace {

struct Pair {
  std::string_view chinese, english;
};

Pair form_of(Column kind) {
  switch (kind) {
    case Column::Text:
    case Column::Choice:
    case Column::Code:
    case Column::Codes:
      return {"不能识别", "cannot be read"};
    case Column::Count:
      return {"应为不小于 0 的整数", "should be a whole number, at least 0"};
    case Column::YesNo:
      return {"应为 是 或 否", "should be 是 (yes) or 否 (no)"};
    case Column::Minutes:
      return {"应为分钟数", "should be a number of minutes"};
    case Column::Longitude:
    case Column::Latitude:
    case Column::Datum:
      return {"应为度数，如 106.2843995（投影坐标系为米）；经度与纬度须同时填写",
              "should be degrees like 106.2843995 (metres for a grid); longitude and latitude go "
              "together"};
    case Column::Moment:
      return {"应为时间，如 2026-11-25 08:00", "should be a time like 2026-11-25 08:00"};
    case Column::DayMinute:
      return {"应为时刻，如 08:00", "should be a time of day like 08:00"};
    case Column::Weekdays:
      return {"应为 每天、1-5 或 6,7", "should be 每天 (every day), 1-5 or 6,7"};
    case Column::Responsible:
      return {"应为 职责:人员编码，用；分开", "should be FUNCTION:PERSON CODE, apart by ;"};
    case Column::Assisted:
      return {"应为 姓名/情况/帮扶人编码，用；分开",
              "should be NAME/NEED/CODE OF THE HELPER, apart by ;"};
    case Column::HandTravel:
      return {"应为 出发区域代码/交通方式/分钟（任何地方写 *）",
              "should be AREA CODE/MEANS/MINUTES (* for anywhere)"};
    case Column::Stock:
      return {"应为 物资:数量单位，用；分开", "should be ITEM:QUANTITY UNIT, apart by ;"};
    case Column::Capabilities:
      return {"应为 能力:数量，用；分开", "should be CAPABILITY:NUMBER, apart by ;"};
    case Column::Vehicles:
      break;
  }
  return {"应为 车辆:类型（light、heavy、offroad、foot），用；分开",
          "should be VEHICLE:KIND (light, heavy, offroad, foot), apart by ;"};
}

/// Beginnings of the codec's sentences; what follows ("one of a, b") is kept.
constexpr Pair kSentences[] = {
    {"应为 1 到 64 字节的编码，不含 / ? # % \" \\ 和逗号",
     "expected a code of 1 to 64 bytes without / ? # % \" \\ and comma"},
    {"应为下列之一：", "expected one of "},
    {"数值过大，绝对值最多 ", "expected a number within "},
    {"应为整数", "expected a whole number"},
    {"应为分钟数，且不宜过大", "expected a number of seconds"},
    {"应为文字", "expected a text"},
    {"应为 是 或 否", "expected true or false"},
    {"应为时间，如 2026-07-01 02:07", "expected a time with its offset like "},
    {"含有控制字符，请删除", "control characters are not text"},
    {"纬度超过 90 度：经度与纬度是否写反？", "latitude beyond 90 degrees"},
    {"应为度数：经度在 180 以内，纬度在 90 以内", "expected [longitude, latitude] in degrees"},
    {"列表过长，最多 ", "a list of at most "},
    {"过长，最多 ", "at most "},
};

std::string_view unit_in_chinese(std::string_view rest) {
  if (rest.ends_with(" bytes")) {
    return " 字节";
  }
  return rest.ends_with(" entries") ? " 项" : "";
}

}  // namespace

Wording expected_in(SheetColumn const& column) {
  if (column.kind != Column::Choice) {
    auto const form = form_of(column.kind);
    return {std::string{form.chinese}, std::string{form.english}};
  }
  Wording out{"应为下列之一：", "should be one of: "};
  for (auto const& [chinese, name] : column.words) {
    bool const first = chinese == column.words.front().first;
    out.chinese.append(first ? "" : "、").append(chinese);
    out.english.append(first ? "" : ", ").append(chinese).append(" (").append(name).append(")");
  }
  return out;
}

Wording is_empty(SheetColumn const& column) {
  return {std::string{column.chinese} + "不能为空", std::string{column.english} + " is empty"};
}

Wording is_missing(SheetColumn const& column) {
  return {"缺少列：" + std::string{column.chinese} + "（" + std::string{column.english} + "）",
          "the column " + std::string{column.english} + " (" + std::string{column.chinese} +
              ") is missing"};
}

Wording problem_of(messaging::Cell const& cell) {
  std::string english = messaging::cell_problem(cell);
  if (english.empty()) {
    return {};
  }
  if (cell.kind == messaging::CellKind::FormulaError) {
    return {"公式结果有误（" + cell.text + "）：请改正公式或直接填写数值", std::move(english)};
  }
  if (cell.kind == messaging::CellKind::FormulaWithoutValue) {
    return {"公式没有结果：请用 Excel 或 WPS 打开并保存，或直接填写数值", std::move(english)};
  }
  return {"超过 15 位的数字末尾已丢失：请将该列设为文本格式后重新填写", std::move(english)};
}

Wording wording_of(messaging::FieldError const& error) {
  for (auto const& [chinese, english] : kSentences) {
    if (!error.message.starts_with(english)) {
      continue;
    }
    std::string_view rest = std::string_view{error.message}.substr(english.size());
    std::string out{chinese};
    if (chinese.ends_with(' ') || chinese.ends_with("：")) {
      out.append(rest.substr(0, rest.rfind(' ') == rest.npos || unit_in_chinese(rest).empty()
                                    ? rest.size()
                                    : rest.rfind(' ')));
      out.append(unit_in_chinese(rest));
    }
    return {std::move(out), error.message};
  }
  return {"不能识别（" + error.message + "）", error.message};
}

Wording wording_of(domain::Refusal const& refusal) {
  std::string_view const name = name_of(refusal.rejection);
  Wording out{std::string{title_of(name, Language::Chinese)},
              std::string{title_of(name, Language::English)}};
  std::string chinese, english;
  for (auto const& [fact, value] : refusal.facts) {
    if (!value.empty()) {
      chinese.append(chinese.empty() ? "：" : "、").append(value);
      english.append(english.empty() ? ": " : ", ").append(fact).append(" ").append(value);
    }
  }
  out.chinese += chinese;
  out.english += english;
  return out;
}

}  // namespace fenghuo::server
