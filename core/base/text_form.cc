#include "core/base/text_form.h"

#include <algorithm>
#include <cctype>

#include "core/base/time_text.h"

namespace fenghuo {

namespace {

bool is_plain(std::string const& text) {
  return !text.empty() && text != "-" && std::all_of(text.begin(), text.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-' || c == '.' ||
           c == ':' || c == '/' || c == '+';
  });
}

void append_e7(std::string& out, std::int32_t value) {
  std::int64_t const away = value < 0 ? -std::int64_t{value} : value;
  std::string const rest = std::to_string(10'000'000 + away % 10'000'000).substr(1);
  out += value < 0 ? "-" : "";
  out += std::to_string(away / 10'000'000) + '.' + rest;
}

}  // namespace

void append_text(std::string& out, bool value) { out += value ? "yes" : "no"; }

void append_text(std::string& out, std::int64_t value) { out += std::to_string(value); }

void append_text(std::string& out, std::string const& value) {
  if (is_plain(value)) {
    out += value;
    return;
  }
  out += '"';
  for (char const c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_text(std::string& out, Time value) { out += to_rfc3339(value); }

void append_text(std::string& out, Duration value) {
  if (value.us % 1'000'000 == 0) {
    out += std::to_string(value.us / 1'000'000) + "s";
  } else if (value.us % 1'000 == 0) {
    out += std::to_string(value.us / 1'000) + "ms";
  } else {
    out += std::to_string(value.us) + "us";
  }
}

void append_text(std::string& out, Distance value) { out += std::to_string(value.cm) + "cm"; }

void append_text(std::string& out, GeoPoint value) {
  append_e7(out, value.lat_e7);
  out += '/';
  append_e7(out, value.lon_e7);
}

}  // namespace fenghuo
