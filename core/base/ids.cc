#include "core/base/ids.h"

#include <algorithm>
#include <charconv>

namespace fenghuo {

namespace {

std::string padded(std::uint64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() >= width ? digits : std::string(width - digits.size(), '0') + digits;
}

template <class T>
std::optional<T> whole_number(std::string_view digits) {
  T value{};
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::string id_text(char letter, std::uint16_t year, std::uint64_t number) {
  return std::string{letter, '-'} + padded(year, 4) + '-' + padded(number, 6);
}

std::optional<IdParts> parse_id(char letter, std::string_view text) {
  if (text.size() < 13 || text.size() > 27 || text[0] != letter || text[1] != '-' ||
      text[6] != '-') {
    return std::nullopt;
  }
  auto const year = whole_number<std::uint16_t>(text.substr(2, 4));
  auto const number = whole_number<std::uint64_t>(text.substr(7));
  if (!year || !number || id_text(letter, *year, *number) != text) {
    return std::nullopt;
  }
  return IdParts{*year, *number};
}

bool is_code(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == ' ' || text.back() == ' ') {
    return false;
  }
  return std::none_of(text.begin(), text.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f ||
           std::string_view{"/?#%\"\\,"}.find(c) != std::string_view::npos;
  });
}

}  // namespace fenghuo
