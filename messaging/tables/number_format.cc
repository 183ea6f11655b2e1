#include "messaging/tables/number_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace fenghuo::messaging {

namespace {

using Kind = NumberFormat::Kind;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr double kMostDays = 2'958'466;  // 9999-12-31 is the day before

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The first section of a format code with what is quoted, escaped or in brackets left out; elapsed time becomes 'E'.
std::string bare(std::string_view code) {
  std::string out;
  for (std::size_t at = 0; at < code.size(); ++at) {
    char const c = small(code[at]);
    if (c == ';') {
      break;
    }
    if (c == '\\' || c == '_' || c == '*') {
      ++at;  // the next one is no code
    } else if (c == '"') {
      at = std::min(code.find('"', at + 1), code.size());
    } else if (c == '[') {
      std::size_t const end = std::min(code.find(']', at), code.size());
      char const first = at + 1 < code.size() ? small(code[at + 1]) : '\0';
      bool const same =
          std::all_of(code.begin() + static_cast<std::ptrdiff_t>(std::min(at + 1, code.size())),
                      code.begin() + static_cast<std::ptrdiff_t>(end),
                      [&](char x) { return small(x) == first; });
      if (same && (first == 'h' || first == 'm' || first == 's')) {
        out += 'E';
      }
      at = end;
    } else {
      out += c;
    }
  }
  return out;
}

/// Month or minute: a minute if hours come before it or seconds after it.
bool has_month(std::string_view code) {
  char before = '\0';
  for (std::size_t at = 0; at < code.size(); ++at) {
    char const c = code[at];
    if (c != 'm') {
      before = c == 'h' || c == 's' || c == 'y' || c == 'd' || c == 'E' ? c : before;
      continue;
    }
    std::size_t const end = std::min(code.find_first_not_of('m', at), code.size());
    std::size_t const next = code.find_first_of("hsyd", end);
    bool const minutes =
        before == 'h' || before == 'E' || (next != std::string_view::npos && code[next] == 's');
    if (!minutes) {
      return true;
    }
    at = end - 1;
  }
  return false;
}

struct Day {
  std::int64_t year;
  int month, day;
};

/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; days from 1970-01-01.
Day civil(std::int64_t days) {
  days += 719'468;
  std::int64_t const era = days / 146'097;  // never negative here
  std::int64_t const of_era = days - era * 146'097;
  std::int64_t const year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  std::int64_t const of_year = of_era - (365 * year + year / 4 - year / 100);
  std::int64_t const shifted = (5 * of_year + 2) / 153;
  int const month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(of_year - (153 * shifted + 2) / 5 + 1)};
}

std::string date_text(std::int64_t serial, bool from_1904) {
  constexpr std::int64_t k1899_12_30 = -25'569, k1904_01_01 = -24'107;
  Day day{};
  if (from_1904) {
    day = civil(serial + k1904_01_01);
  } else if (serial == 0) {
    day = {1900, 1, 0};  // so Excel shows it
  } else if (serial == 60) {
    day = {1900, 2, 29};  // a day that never was
  } else {
    day = civil(serial + k1899_12_30 + (serial < 60 ? 1 : 0));
  }
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(day.year), day.month,
                day.day);
  return text;
}

/// "08:00", or "08:00:30" where there are seconds or they are wanted.
std::string time_text(std::int64_t seconds, bool with_seconds) {
  auto const hour = static_cast<long long>(seconds / 3'600);
  int const minute = static_cast<int>(seconds / 60 % 60), second = static_cast<int>(seconds % 60);
  char text[40];
  if (with_seconds || second != 0) {
    std::snprintf(text, sizeof text, "%02lld:%02d:%02d", hour, minute, second);
  } else {
    std::snprintf(text, sizeof text, "%02lld:%02d", hour, minute);
  }
  return text;
}

std::string moment_text(double days, Kind kind, bool from_1904) {
  auto const seconds =
      static_cast<std::int64_t>(std::llround(days * static_cast<double>(kDaySeconds)));
  std::int64_t const of_day = seconds % kDaySeconds;
  switch (kind) {
    case Kind::Elapsed:
      return time_text(seconds, false);
    case Kind::Time:
      return time_text(of_day, false);
    case Kind::DateTime:
      if (seconds < kDaySeconds && !from_1904) {
        return time_text(of_day, false);  // a time of day without a day
      }
      return date_text(seconds / kDaySeconds, from_1904) + "T" + time_text(of_day, true);
    case Kind::Date:
    case Kind::Plain:
    case Kind::Zeros:
      break;
  }
  // The day shown is the day of the whole days; rounding must not carry 23:59:59.9 into the next one.
  return date_text(static_cast<std::int64_t>(std::floor(days)), from_1904);
}

bool is_plain_integer(std::string_view raw) {
  std::string_view const digits = raw.starts_with('-') ? raw.substr(1) : raw;
  return !digits.empty() && digits.size() <= 32 && digits[0] != '0' &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// 15 digits and then zeros, as Excel shows them: what a double holds beyond them nobody typed.
std::string long_integer(double value) {
  std::array<char, 32> text;
  auto const done = std::to_chars(text.data(), text.data() + text.size(), value,
                                  std::chars_format::scientific, 14);
  std::string const spelt{text.data(), done.ptr};  // "-1.23456789012345e+17"
  std::size_t const exponent_at = spelt.find('e');
  std::string out = spelt.substr(0, exponent_at);
  out.erase(out.find('.'), 1);
  std::size_t exponent = 0;
  std::from_chars(spelt.data() + exponent_at + 2, spelt.data() + spelt.size(), exponent);
  return out.append(exponent - 14, '0');
}

/// Up to 15 digits, without an exponent: the digits that Excel keeps.
std::string decimal(double value) {
  if (value == 0) {
    return "0";
  }
  constexpr double kSixteenDigits = 1e15;
  if (std::fabs(value) >= kSixteenDigits) {
    return long_integer(value);
  }
  std::array<char, 400> text;
  int const magnitude = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  int const precision = std::clamp(14 - magnitude, 0, 40);
  auto const done = std::to_chars(text.data(), text.data() + text.size(), value,
                                  std::chars_format::fixed, precision);
  std::string out{text.data(), done.ptr};
  if (precision > 0) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) {
      out.pop_back();
    }
  }
  return out == "-0" ? "0" : out;
}

std::string padded(std::string digits, std::size_t wanted) {
  bool const whole =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (whole && digits.size() < wanted) {
    digits.insert(0, wanted - digits.size(), '0');
  }
  return digits;
}

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n");
  auto const last = text.find_last_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, last - first + 1);
}

bool digits_at(std::string_view text, std::size_t at, std::size_t count) {
  return text.size() >= at + count &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                     text.begin() + static_cast<std::ptrdiff_t>(at + count),
                     [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

NumberFormat built_in_format(std::uint32_t id) {
  static constexpr std::array<std::uint8_t, 12> kTimes{18, 19, 20, 21, 32, 33,
                                                       34, 35, 45, 47, 55, 56};
  if (id == 22) {
    return {Kind::DateTime};
  }
  if (id == 46) {
    return {Kind::Elapsed};
  }
  if (std::find(kTimes.begin(), kTimes.end(), id) != kTimes.end()) {
    return {Kind::Time};
  }
  bool const date = (id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  return {date ? Kind::Date : Kind::Plain};
}

NumberFormat format_of_code(std::string_view code) {
  std::string const shown = bare(code);
  if (shown.starts_with("general")) {
    return {};
  }
  if (shown.size() >= 2 && shown.size() <= 32 &&
      shown.find_first_not_of('0') == std::string::npos) {
    return {Kind::Zeros, static_cast<std::uint8_t>(shown.size())};
  }
  if (shown.find('E') != std::string::npos) {
    return {Kind::Elapsed};
  }
  bool const number = shown.find_first_of("#?%") != std::string::npos;
  bool const time = shown.find_first_of("hs") != std::string::npos;
  // "aaaa" is the weekday of Chinese formats.
  bool const date = shown.find_first_of("yd") != std::string::npos ||
                    shown.find("aaa") != std::string::npos || has_month(shown);
  if (number || (!time && !date)) {
    return {};
  }
  return {date && time ? Kind::DateTime : date ? Kind::Date : Kind::Time};
}

std::optional<ShownNumber> shown_number(std::string_view raw, NumberFormat format, bool from_1904) {
  raw = trimmed(raw);
  if (raw.starts_with('+')) {
    raw.remove_prefix(1);
  }
  double value = 0;
  auto const read = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (read.ec != std::errc{} || read.ptr != raw.data() + raw.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  bool const dated = format.kind != Kind::Plain && format.kind != Kind::Zeros;
  if (dated && value >= 0 && value < kMostDays) {
    return ShownNumber{moment_text(value, format.kind, from_1904), true};
  }
  constexpr double kSixteenDigits = 1e15;
  constexpr std::size_t kKept = 15;
  ShownNumber shown;
  // Another program than Excel may have kept all digits of a long number.
  bool const spelt = is_plain_integer(raw);
  shown.text = spelt ? std::string{raw} : decimal(value);
  if (std::fabs(value) >= kSixteenDigits) {
    std::string_view const digits{shown.text.data() + (value < 0 ? 1 : 0)};
    shown.digits_lost = !spelt || digits.find_first_not_of('0', kKept) == std::string_view::npos;
  }
  if (format.kind == Kind::Zeros) {
    shown.text = padded(std::move(shown.text), format.zeros);
  }
  return shown;
}

std::optional<std::string> shown_date(std::string_view raw, NumberFormat format) {
  raw = trimmed(raw);
  bool const day = digits_at(raw, 0, 4) && digits_at(raw, 5, 2) && digits_at(raw, 8, 2) &&
                   raw[4] == '-' && raw[7] == '-';
  if (!day || (raw.size() > 10 && raw[10] != 'T')) {
    return std::nullopt;
  }
  std::string const date{raw.substr(0, 10)};
  if (raw.size() == 10) {
    return date;
  }
  if (!digits_at(raw, 11, 2) || !digits_at(raw, 14, 2) || raw[13] != ':') {
    return std::nullopt;
  }
  bool const seconds = digits_at(raw, 17, 2) && raw[16] == ':';
  std::string const minutes{raw.substr(11, 5)};
  std::string const second{seconds ? raw.substr(17, 2) : "00"};
  if (format.kind == Kind::Date) {
    return date;
  }
  if (format.kind == Kind::Time) {
    return second == "00" ? minutes : minutes + ":" + second;
  }
  return date + "T" + minutes + ":" + second;
}

}  // namespace fenghuo::messaging
