#include "server/workbook/cell_text.h"

namespace fenghuo::server {

std::string trimmed(std::string_view text) {
  constexpr std::string_view kWide = "\xE3\x80\x80";  // the ideographic blank
  for (bool more = true; more;) {
    more = false;
    while (!text.empty() && std::string_view{" \t\r\n"}.find(text.front()) != text.npos) {
      text.remove_prefix(1);
      more = true;
    }
    while (!text.empty() && std::string_view{" \t\r\n"}.find(text.back()) != text.npos) {
      text.remove_suffix(1);
      more = true;
    }
    if (text.starts_with(kWide)) {
      text.remove_prefix(kWide.size());
      more = true;
    }
    if (text.ends_with(kWide)) {
      text.remove_suffix(kWide.size());
      more = true;
    }
  }
  return std::string{text};
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::vector<std::string> parts_of(std::string_view text, std::string_view separators) {
  std::vector<std::string> out;
  std::string part;
  for (char const c : text) {
    if (separators.find(c) != separators.npos) {
      out.push_back(trimmed(part));
      part.clear();
    } else {
      part += c;
    }
  }
  out.push_back(trimmed(part));
  std::erase(out, "");
  return out;
}

}  // namespace fenghuo::server
