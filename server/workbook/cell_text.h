#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace fenghuo::server {

/// Without blanks and line ends at both ends, the ideographic blank among them.
std::string trimmed(std::string_view text);
void replace_all(std::string& text, std::string_view from, std::string_view to);
/// The parts between any of the separators (ASCII), trimmed; empty ones are left out.
std::vector<std::string> parts_of(std::string_view text, std::string_view separators);
/// The whole text as a number; nothing where anything else stands in it.
template <class T>
std::optional<T> number_in(std::string_view text) {
  T value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace fenghuo::server
