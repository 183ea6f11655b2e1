#include "gis/region/spoken_name.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace fenghuo::gis {

namespace {

/// The characters of a text in UTF-8, as pieces of it.
std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      ++end;
    }
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

/// Characters to put in, take out or exchange (Levenshtein 1966).
std::size_t edits_between(std::vector<std::string_view> const& a,
                          std::vector<std::string_view> const& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < b.size(); ++k) {
      std::size_t const exchanged = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({row[k] + 1, row[k + 1] + 1, exchanged});
    }
  }
  return row.back();
}

}  // namespace

std::string spoken_name(std::string_view name) {
  std::string out;
  for (auto const character : characters(name)) {
    if (character == " " || character == "\t" || character == "\u3000") {
      continue;
    }
    // U+FF01 to U+FF5E are the full-width forms of ! to ~.
    if (character.size() == 3 && character[0] == '\xEF' &&
        (character[1] == '\xBC' || character[1] == '\xBD')) {
      int const low = static_cast<unsigned char>(character[2]) & 0x3F;
      int const code = (character[1] == '\xBC' ? 0 : 64) + low + 0x20;
      if (code > 0x20 && code < 0x7F) {
        out += code >= 'A' && code <= 'Z' ? static_cast<char>(code - 'A' + 'a')
                                          : static_cast<char>(code);
        continue;
      }
    }
    if (character.size() == 1 && character[0] >= 'A' && character[0] <= 'Z') {
      out += static_cast<char>(character[0] - 'A' + 'a');
    } else {
      out += character;
    }
  }
  return out;
}

bool is_named(std::string_view tag, std::string_view spoken) {
  while (!tag.empty() && !spoken.empty()) {
    std::size_t const end = std::min(tag.find(';'), tag.size());
    if (spoken_name(tag.substr(0, end)) == spoken) {
      return true;
    }
    tag.remove_prefix(std::min(end + 1, tag.size()));
  }
  return false;
}

std::vector<std::string> names_like(std::vector<std::string> names, std::string_view spoken,
                                    std::size_t most) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  auto const said = characters(spoken);
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (auto& name : names) {
    std::string const form = spoken_name(name);
    auto const letters = characters(form);
    if (form.empty()) {
      continue;
    }
    bool const holds = !spoken.empty() && (form.find(spoken) != std::string::npos ||
                                           spoken.find(form) != std::string_view::npos);
    std::size_t const edits = edits_between(said, letters);
    if (holds || edits <= std::max<std::size_t>(1, std::max(said.size(), letters.size()) / 3)) {
      ranked.emplace_back(holds ? std::min<std::size_t>(edits, 1) : edits, std::move(name));
    }
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> out;
  for (auto& [rank, name] : ranked) {
    if (out.size() == most) {
      break;
    }
    out.push_back(std::move(name));
  }
  return out;
}

}  // namespace fenghuo::gis
