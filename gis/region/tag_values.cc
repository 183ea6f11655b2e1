#include "gis/region/tag_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string>

namespace fenghuo::gis {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

/// A decimal number at the start of the text, which is cut off it together with the blanks behind.
std::optional<double> take_number(std::string_view& text) {
  std::string plain{text.substr(0, 24)};
  std::replace(plain.begin(), plain.end(), ',', '.');
  double value = 0;
  auto const [end, error] =
      std::from_chars(plain.data(), plain.data() + plain.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || value < 0) {
    return std::nullopt;
  }
  text = trimmed(text.substr(static_cast<std::size_t>(end - plain.data())));
  return value;
}

struct Unit {
  std::string_view name;
  double factor;
};

std::optional<std::uint32_t> with_unit(std::string_view text, std::span<Unit const> units) {
  text = trimmed(text);
  if (text == "none" || text == "unlimited") {
    return 0;
  }
  auto const number = take_number(text);
  if (!number) {
    return std::nullopt;
  }
  for (auto const& unit : units) {
    double const value = *number * unit.factor;
    if (text == unit.name && value > 0 && value < 1e9) {
      return static_cast<std::uint32_t>(std::max(1LL, std::llround(value)));
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> feet_and_inches(std::string_view text) {
  text = trimmed(text);
  auto const feet = take_number(text);
  if (!feet || text.empty() || text.front() != '\'') {
    return std::nullopt;
  }
  text = trimmed(text.substr(1));
  double inches = 0;
  if (!text.empty()) {
    auto const more = take_number(text);
    if (!more || (text != "\"" && text != "''")) {
      return std::nullopt;
    }
    inches = *more;
  }
  double const cm = (*feet * 12 + inches) * 2.54;
  return cm > 0 && cm < 1e7 ? std::optional{static_cast<std::uint32_t>(std::lround(cm))}
                            : std::nullopt;
}

/// The smallest of the values of a list; nullopt if any of them is not understood.
template <class Parse>
std::optional<std::uint32_t> smallest(std::string_view text, Parse const& parse) {
  std::optional<std::uint32_t> least;
  for (bool more = true; more;) {
    auto const end = text.find(';');
    more = end != std::string_view::npos;
    auto const value = parse(text.substr(0, end));
    if (!value) {
      return std::nullopt;
    }
    least = least ? std::min(*least, *value) : *value;
    text = more ? text.substr(end + 1) : text;
  }
  return least;
}

/// "CN:urban" and its like: what the law sets where no sign stands.
std::optional<std::uint32_t> speed_of_zone(std::string_view text) {
  auto const colon = text.find(':');
  if (colon == std::string_view::npos || colon < 2 || colon > 6) {
    return std::nullopt;
  }
  bool const china = text.substr(0, 2) == "CN";
  std::string_view const zone = text.substr(colon + 1);
  if (zone == "urban") {
    return 50;
  }
  if (zone == "rural") {
    return china ? 70 : 80;
  }
  if (zone == "trunk") {
    return 90;
  }
  if (zone == "motorway") {
    return 120;
  }
  if (zone == "living_street" || zone == "walk") {
    return 10;
  }
  std::string_view number = zone;
  if (number.substr(0, 4) == "zone") {
    number.remove_prefix(number.substr(0, 5) == "zone:" ? 5 : 4);
  }
  auto const value = take_number(number);
  return value && number.empty() && *value >= 5 && *value <= 130
             ? std::optional{static_cast<std::uint32_t>(*value)}
             : std::nullopt;
}

std::optional<std::uint32_t> one_speed(std::string_view text) {
  static constexpr std::array kUnits{Unit{"", 1},    Unit{"km/h", 1},       Unit{"kmh", 1},
                                     Unit{"kph", 1}, Unit{"mph", 1.609344}, Unit{"knots", 1.852}};
  text = trimmed(text);
  if (text == "walk") {
    return 6;
  }
  if (text == "none" || text == "unlimited") {
    return 130;
  }
  if (auto const zone = speed_of_zone(text)) {
    return zone;
  }
  auto const speed = with_unit(text, kUnits);
  return speed && *speed >= 1 && *speed <= 300 ? speed : std::nullopt;
}

}  // namespace

std::string_view TagSet::operator[](std::string_view key) const {
  for (auto const& [name, value] : tags_) {
    if (name == key) {
      return value;
    }
  }
  return {};
}

std::string_view TagSet::first_of(std::initializer_list<std::string_view> keys) const {
  for (auto const key : keys) {
    if (auto const value = (*this)[key]; !value.empty()) {
      return value;
    }
  }
  return {};
}

std::optional<std::uint32_t> speed_kmh(std::string_view text) { return smallest(text, one_speed); }

std::optional<std::uint32_t> length_cm(std::string_view text) {
  static constexpr std::array kUnits{Unit{"", 100}, Unit{"m", 100},    Unit{"meters", 100},
                                     Unit{"cm", 1}, Unit{"ft", 30.48}, Unit{"in", 2.54}};
  return smallest(text, [](std::string_view one) {
    auto const imperial = feet_and_inches(one);
    return imperial ? imperial : with_unit(one, kUnits);
  });
}

std::optional<std::uint32_t> weight_kg(std::string_view text) {
  static constexpr std::array kUnits{
      Unit{"", 1000},   Unit{"t", 1000},         Unit{"T", 1000},         Unit{"tonnes", 1000},
      Unit{"kg", 1},    Unit{"st", 907.18474},   Unit{"lbs", 0.45359237}, Unit{"lb", 0.45359237},
      Unit{"吨", 1000}, Unit{"lt", 1016.0469088}};
  return smallest(text, [](std::string_view one) { return with_unit(one, kUnits); });
}

std::optional<std::uint32_t> duration_s(std::string_view text) {
  text = trimmed(text);
  std::array<double, 3> parts{};
  std::size_t count = 0;
  if (text.substr(0, 2) == "PT") {
    text.remove_prefix(2);
    double sum = 0;
    while (!text.empty()) {
      auto const value = take_number(text);
      if (!value || text.empty()) {
        return std::nullopt;
      }
      char const unit = text.front();
      text.remove_prefix(1);
      sum += *value * (unit == 'H' ? 3600 : unit == 'M' ? 60 : unit == 'S' ? 1 : 1e9);
    }
    return sum > 0 && sum < 1e6 ? std::optional{static_cast<std::uint32_t>(sum)} : std::nullopt;
  }
  while (count < parts.size()) {
    auto const value = take_number(text);
    if (!value) {
      return std::nullopt;
    }
    parts[count++] = *value;
    if (text.empty() || text.front() != ':') {
      break;
    }
    text.remove_prefix(1);
  }
  double const sum = count == 1   ? parts[0] * 60
                     : count == 2 ? parts[0] * 3600 + parts[1] * 60
                                  : parts[0] * 3600 + parts[1] * 60 + parts[2];
  return text.empty() && sum > 0 && sum < 1e6 ? std::optional{static_cast<std::uint32_t>(sum)}
                                              : std::nullopt;
}

std::optional<std::int64_t> kilometre_m(std::string_view text) {
  text = trimmed(text);
  for (std::string_view const prefix : {"PK", "pk", "K", "k"}) {
    if (text.starts_with(prefix)) {
      text = trimmed(text.substr(prefix.size()));
      break;
    }
  }
  for (std::string_view const unit : {"km", "KM", "公里"}) {
    if (text.ends_with(unit)) {
      text = trimmed(text.substr(0, text.size() - unit.size()));
      break;
    }
  }
  auto const digits = [](std::string_view part, std::size_t most) -> std::optional<std::int64_t> {
    bool const good =
        !part.empty() && part.size() <= most &&
        std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    std::int64_t value = 0;
    for (char const c : good ? part : std::string_view{}) {
      value = value * 10 + (c - '0');
    }
    return good ? std::optional{value} : std::nullopt;
  };
  std::size_t const split = text.find_first_of(".,+");
  auto const whole = digits(text.substr(0, split), 5);
  if (!whole || split == std::string_view::npos) {
    return whole ? std::optional{*whole * 1000} : std::nullopt;
  }
  std::string_view const rest = text.substr(split + 1);
  auto metres = digits(rest, 3);
  for (std::size_t size = rest.size(); metres && text[split] != '+' && size < 3; ++size) {
    *metres *= 10;
  }
  return metres ? std::optional{*whole * 1000 + *metres} : std::nullopt;
}

std::int64_t population_of(std::string_view text) {
  std::int64_t value = 0;
  for (char const c : text) {
    if (c >= '0' && c <= '9' && value < 100'000'000'000) {
      value = value * 10 + (c - '0');
    } else if (c != ' ' && c != ',' && c != '\'') {
      return 0;
    }
  }
  return value;
}

}  // namespace fenghuo::gis
