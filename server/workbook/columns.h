#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace fenghuo::server {

/// How a column's text becomes members of a record, and back.
enum class Column {
  Text,
  Count,      ///< a whole number, at least 0
  YesNo,      ///< 是 / 否
  Choice,     ///< one of the column's words
  Code,       ///< of another record
  Codes,      ///< several, apart by 、 , ; or a blank
  Minutes,    ///< a length of time in minutes
  Longitude,  ///< with Latitude and Datum beside it: one location
  Latitude,
  Datum,
  Moment,        ///< local date and time
  DayMinute,     ///< 08:00
  Weekdays,      ///< 1-5, 6,7, or 每天
  Responsible,   ///< 村支书:P001；网格员:P002
  Assisted,      ///< 王某/卧床/P003；李某/独居
  HandTravel,    ///< 区域代码/foot/40
  Stock,         ///< 冲锋舟:6艘；沙袋:2000条
  Capabilities,  ///< pump:2；boat:1
  Vehicles       ///< 水罐车:heavy；皮卡:offroad
};

/// One column of a sheet: how people know it, and which member of the API's object it is.
struct SheetColumn {
  std::string_view chinese, english, member;
  Column kind = Column::Text;
  bool required = false;
  std::string_view hint = {};
  std::span<std::pair<std::string_view, std::string_view> const> words = {};  ///< Chinese, name
};

enum class SheetKind {
  Organizations,
  Persons,
  Facilities,
  Depots,  ///< facilities too, in a sheet of their own
  Areas,
  Teams,
  Enterprises,
  DutyPosts,
  DutyShifts,
  PlanContacts
};
inline constexpr std::size_t kSheetKinds = 10;

struct SheetForm {
  SheetKind kind;
  std::string_view chinese, english;
  std::span<SheetColumn const> columns;  ///< the first is the code
};

/// The sheets of the county workbook, in the order in which they can be read: what is named comes first.
std::span<SheetForm const> county_sheets();
/// By the Chinese or the English name; nullptr for others.
SheetForm const* sheet_named(std::string_view name);
SheetColumn const* column_named(SheetForm const& form, std::string_view title);

}  // namespace fenghuo::server
