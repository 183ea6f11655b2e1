#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fenghuo::messaging {

/// What matters of a number format: whether it shows dates, times or zeros in front.
struct NumberFormat {
  enum class Kind { Plain, Date, DateTime, Time, Elapsed, Zeros };
  Kind kind = Kind::Plain;
  std::uint8_t zeros = 0;  ///< of Zeros: digits at least
};

/// The format with a number below 164, as Excel has it built in; 27 to 36 and 50 to 58 as in Chinese ones.
NumberFormat built_in_format(std::uint32_t id);
/// The format of a code such as "yyyy\年m\月d\日;@".
NumberFormat format_of_code(std::string_view code);

/// A number as the user sees it.
struct ShownNumber {
  std::string text;
  bool date = false;
  bool digits_lost = false;
};

/// The number that a cell's <v> spells, in a format; nothing where it is none. Days are counted from 1900 with the
/// 29 February that this year did not have, or from 1904.
/// Source:  ECMA-376 part 1, 18.8.30 (formats), 18.17.4 (dates).
/// Checked: tests/messaging/number_format_test.cc, tests/messaging/tables_openpyxl.py.
std::optional<ShownNumber> shown_number(std::string_view raw, NumberFormat format, bool from_1904);

/// A date that a cell spells itself ("2026-11-25T08:00:00.000Z" of type d), in a format; nothing where it is none.
std::optional<std::string> shown_date(std::string_view raw, NumberFormat format);

}  // namespace fenghuo::messaging
