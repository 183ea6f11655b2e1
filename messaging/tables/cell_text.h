#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fenghuo::messaging {

/// How many bytes at the beginning are well-formed UTF-8, without surrogates and up to U+10FFFF.
std::size_t sound_length(std::string_view text);
inline bool is_utf8(std::string_view text) { return sound_length(text) == text.size(); }

/// How many characters (code points) a text of UTF-8 has.
std::uint64_t characters(std::string_view text);

/// Adds a code point to a text of UTF-8.
void append_utf8(std::string& text, std::uint32_t code_point);

/// Takes back Excel's escapes "_x000D_" in the texts of a workbook; what is none stays as it is.
/// Source: ECMA-376 part 1, 22.9.2.19 ST_Xstring. Checked: tests/messaging/table_test.cc.
std::string without_escapes(std::string text);

/// True if Excel would take a text for a formula where it opens a CSV file.
bool looks_like_formula(std::string_view text);

}  // namespace fenghuo::messaging
