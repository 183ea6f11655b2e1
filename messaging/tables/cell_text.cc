#include "messaging/tables/cell_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace fenghuo::messaging {

namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The length of the character that begins here, or 0 if none does.
std::size_t character_at(std::string_view text, std::size_t at) {
  auto const lead = static_cast<unsigned char>(text[at]);
  std::size_t const length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() - at < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[at + i])) {
      return 0;
    }
  }
  auto const second = length > 1 ? static_cast<unsigned char>(text[at + 1]) : 0;
  bool const overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  bool const surrogate = lead == 0xED && second > 0x9F;
  bool const beyond = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

std::size_t sound_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t const length = character_at(text, at);
    if (length == 0) {
      break;
    }
    at += length;
  }
  return at;
}

std::uint64_t characters(std::string_view text) {
  return static_cast<std::uint64_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

void append_utf8(std::string& text, std::uint32_t code_point) {
  auto const add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) {
    add(code_point);
  } else if (code_point < 0x800) {
    add(0xC0 | (code_point >> 6U));
    add(0x80 | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    add(0xE0 | (code_point >> 12U));
    add(0x80 | ((code_point >> 6U) & 0x3FU));
    add(0x80 | (code_point & 0x3FU));
  } else {
    add(0xF0 | (code_point >> 18U));
    add(0x80 | ((code_point >> 12U) & 0x3FU));
    add(0x80 | ((code_point >> 6U) & 0x3FU));
    add(0x80 | (code_point & 0x3FU));
  }
}

std::string without_escapes(std::string text) {
  constexpr std::size_t kLength = 7;  // _x000D_
  std::size_t at = text.find("_x");
  if (at == std::string::npos) {
    return text;
  }
  std::string out;
  std::size_t copied = 0;
  for (; at != std::string::npos; at = text.find("_x", at)) {
    std::uint32_t unit = 0;
    char const* const digits = text.data() + at + 2;
    bool const whole = text.size() - at >= kLength && text[at + kLength - 1] == '_';
    auto const end = whole ? std::from_chars(digits, digits + 4, unit, 16).ptr : digits;
    bool const half_a_pair = unit >= 0xD800 && unit <= 0xDFFF;
    if (end != digits + 4 || half_a_pair) {
      at += 1;
      continue;
    }
    out.append(text, copied, at - copied);
    append_utf8(out, unit);
    at += kLength;
    copied = at;
  }
  return out.append(text, copied);
}

bool looks_like_formula(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kBeginnings{"=",  "+",  "-",  "@",  "\t", "\r",
                                                                "\n", "＝", "＋", "－", "＠"};
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace fenghuo::messaging
