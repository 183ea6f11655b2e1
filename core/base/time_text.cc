#include "core/base/time_text.h"

#include <array>
#include <cstdio>

namespace fenghuo {

namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;

struct Date {
  std::int64_t year;
  int month, day;
};

// Civil calendar from days since 1970-01-01 and back: Howard Hinnant, "chrono-Compatible Low-Level
// Date Algorithms", public domain description.
Date date_of(std::int64_t days) {
  std::int64_t const shifted = days + 719'468;
  std::int64_t const era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  std::int64_t const doe = shifted - era * 146'097;
  std::int64_t const yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  std::int64_t const doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  std::int64_t const mp = (5 * doy + 2) / 153;
  int const month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

std::int64_t days_of(Date date) {
  std::int64_t const year = date.month <= 2 ? date.year - 1 : date.year;
  std::int64_t const era = (year >= 0 ? year : year - 399) / 400;
  std::int64_t const yoe = year - era * 400;
  std::int64_t const doy =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  std::int64_t const doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146'097 + doe - 719'468;
}

int days_in_month(std::int64_t year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool const leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Reads fixed-width digits and single characters, remembering whether all fitted.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_{text} {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      char const c = take();
      good_ = good_ && c >= '0' && c <= '9';
      value = value * 10 + (c - '0');
    }
    return good_ ? value : 0;
  }
  void expect(char wanted) { good_ = good_ && take() == wanted; }
  char take() {
    if (text_.empty()) {
      good_ = false;
      return '\0';
    }
    char const c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  char peek() const { return text_.empty() ? '\0' : text_.front(); }
  void require(bool holds) { good_ = good_ && holds; }
  bool done() const { return good_ && text_.empty(); }

 private:
  std::string_view text_;
  bool good_ = true;
};

std::int64_t fraction_us(Scanner& in) {
  if (in.peek() != '.') {
    return 0;
  }
  in.take();
  std::int64_t us = 0;
  int count = 0;
  while (in.peek() >= '0' && in.peek() <= '9') {
    char const c = in.take();
    us = count < 6 ? us * 10 + (c - '0') : us;
    ++count;
  }
  in.require(count >= 1 && count <= 9);
  for (; count < 6; ++count) {
    us *= 10;
  }
  return us;
}

std::int64_t offset_minutes_of(Scanner& in) {
  char const sign = in.take();
  if (sign == 'Z' || sign == 'z') {
    return 0;
  }
  in.require(sign == '+' || sign == '-');
  int const hour = in.digits(2);
  in.expect(':');
  int const minute = in.digits(2);
  in.require(hour <= 23 && minute <= 59);
  std::int64_t const away = std::int64_t{hour} * 60 + minute;
  return sign == '-' ? -away : away;
}

}  // namespace

std::string to_rfc3339(Time time, int offset_minutes) {
  std::int64_t const local = time.us + offset_minutes * 60'000'000LL;
  std::int64_t const days = floor_div(local, kDayUs);
  std::int64_t const us = local - days * kDayUs;
  std::int64_t const s = us / 1'000'000;
  Date const date = date_of(days);
  std::array<char, 64> out{};
  int length =
      std::snprintf(out.data(), out.size(), "%04d-%02d-%02dT%02d:%02d:%02d",
                    static_cast<int>(date.year), date.month, date.day, static_cast<int>(s / 3600),
                    static_cast<int>(s / 60 % 60), static_cast<int>(s % 60));
  std::string text{out.data(), static_cast<std::size_t>(length)};
  if (std::int64_t const rest = us % 1'000'000; rest != 0) {
    length = std::snprintf(out.data(), out.size(), ".%06d", static_cast<int>(rest));
    text.append(out.data(), static_cast<std::size_t>(length));
    text.erase(text.find_last_not_of('0') + 1);
  }
  if (offset_minutes == 0) {
    return text + 'Z';
  }
  int const away = offset_minutes < 0 ? -offset_minutes : offset_minutes;
  length = std::snprintf(out.data(), out.size(), "%c%02d:%02d", offset_minutes < 0 ? '-' : '+',
                         away / 60, away % 60);
  return text.append(out.data(), static_cast<std::size_t>(length));
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  Scanner in{text};
  Date date{};
  date.year = in.digits(4);
  in.expect('-');
  date.month = in.digits(2);
  in.expect('-');
  date.day = in.digits(2);
  char const separator = in.take();
  in.require(separator == 'T' || separator == 't');
  int const hour = in.digits(2);
  in.expect(':');
  int const minute = in.digits(2);
  in.expect(':');
  int const second = in.digits(2);
  std::int64_t const us = fraction_us(in);
  std::int64_t const offset = offset_minutes_of(in);
  if (!in.done() || date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > days_in_month(date.year, date.month) || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  std::int64_t const of_day = ((hour * 60 + minute - offset) * 60 + second) * 1'000'000 + us;
  Time const time{days_of(date) * kDayUs + of_day};
  // The offset may carry the first or last day out of the years that can be written in UTC.
  int const utc_year = year_of(time, 0);
  return utc_year < 0 || utc_year > 9999 ? std::nullopt : std::optional{time};
}

int year_of(Time time, int offset_minutes) {
  return static_cast<int>(date_of(floor_div(time.us + offset_minutes * 60'000'000LL, kDayUs)).year);
}

}  // namespace fenghuo
