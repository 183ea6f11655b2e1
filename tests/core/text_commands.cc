#include "tests/core/text_commands.h"

#include <algorithm>

#include "core/base/text_form.h"

namespace fenghuo::tests {

namespace {

Error invalid(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

/// Follows quotes and brackets through a text.
class Nesting {
 public:
  void step(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (quoted_) {
      escaped_ = c == '\\';
      quoted_ = c != '"';
    } else if (c == '"') {
      quoted_ = true;
    } else if (c == '[' || c == '{') {
      ++depth_;
    } else if (c == ']' || c == '}') {
      --depth_;
    }
  }
  bool outside() const { return !quoted_ && depth_ == 0; }

 private:
  bool quoted_ = false, escaped_ = false;
  int depth_ = 0;
};

std::optional<std::int32_t> read_e7(std::string_view text) {
  bool const negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  auto const dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot > 3 || text.size() - dot - 1 > 7) {
    return std::nullopt;
  }
  std::string digits{text.substr(0, dot)};
  digits.append(text.substr(dot + 1)).append(7 - (text.size() - dot - 1), '0');
  auto const value = read_integer(digits);
  if (!value || digits.starts_with('-') || *value > 1'800'000'000) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(negative ? -*value : *value);
}

std::pair<std::string_view, std::string_view> first_word(std::string_view line) {
  auto const end = std::min(line.find(' '), line.size());
  auto const rest = std::min(line.find_first_not_of(' ', end), line.size());
  return {line.substr(0, end), line.substr(rest)};
}

}  // namespace

Result<std::vector<std::string_view>> split_outside(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  Nesting nesting;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (nesting.outside() && text[i] == separator) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    } else {
      nesting.step(text[i]);
    }
  }
  if (!nesting.outside()) {
    return invalid("a quote or bracket is not closed in '" + std::string{text} + "'");
  }
  if (!text.empty()) {
    parts.push_back(text.substr(begin));
  }
  return parts;
}

Result<Members> read_members(std::string_view text) {
  auto const parts = split_outside(text, ' ');
  if (!parts) {
    return parts.error();
  }
  Members members;
  for (auto const part : *parts) {
    if (part.empty()) {
      continue;  // several spaces in a row
    }
    auto const equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return invalid("'" + std::string{part} + "' is not name=value");
    }
    std::string name{part.substr(0, equals)};
    bool const twice = std::any_of(members.named.begin(), members.named.end(),
                                   [&](auto const& other) { return other.first == name; });
    if (twice) {
      return invalid("member " + name + " is given twice");
    }
    members.named.emplace_back(std::move(name), part.substr(equals + 1));
  }
  return members;
}

Result<std::string> read_string(std::string_view text) {
  if (!text.starts_with('"')) {
    if (text.empty() || text == "-" || text.find_first_of("\"\\[]{},") != std::string_view::npos) {
      return invalid("'" + std::string{text} + "' wants quotes");
    }
    return std::string{text};
  }
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      return i + 1 == text.size() ? Result<std::string>{std::move(out)}
                                  : invalid("text after the quote in " + std::string{text});
    }
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      out += text[i] == 'n' ? '\n' : text[i];
    } else {
      out += text[i];
    }
  }
  return invalid("the quote of " + std::string{text} + " is not closed");
}

Result<std::int64_t> read_integer(std::string_view text) {
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return invalid("'" + std::string{text} + "' is no whole number");
  }
  return value;
}

Result<Duration> read_duration(std::string_view text) {
  auto const unit = std::min(text.find_first_not_of("-0123456789"), text.size());
  auto const number = read_integer(text.substr(0, unit));
  if (!number) {
    return number.error();
  }
  auto const name = text.substr(unit);
  if (name == "us") {
    return microseconds(*number);
  }
  if (name == "ms") {
    return milliseconds(*number);
  }
  if (name == "s") {
    return seconds(*number);
  }
  return invalid("'" + std::string{text} + "' is no duration: 90s, 1500ms or 7us");
}

Result<Distance> read_distance(std::string_view text) {
  auto const number =
      read_integer(text.substr(0, text.size() - std::min<std::size_t>(2, text.size())));
  if (!text.ends_with("cm") || !number) {
    return invalid("'" + std::string{text} + "' is no distance: 1200cm");
  }
  return Distance{*number};
}

Result<GeoPoint> read_point(std::string_view text) {
  auto const slash = text.find('/');
  auto const lat = read_e7(text.substr(0, slash));
  auto const lon = slash == std::string_view::npos ? std::nullopt : read_e7(text.substr(slash + 1));
  if (!lat || !lon) {
    return invalid("'" + std::string{text} + "' is no point lat/lon");
  }
  return GeoPoint{*lat, *lon};
}

Result<domain::Command> read_command(std::string_view line) {
  auto const [name, members] = first_word(line);
  return text_commands_detail::read_alternative<domain::Command>(name, members);
}

Result<domain::Event> read_event(std::string_view line) {
  auto const [name, members] = first_word(line);
  return text_commands_detail::read_alternative<domain::Event>(name, members);
}

std::string event_text(domain::Event const& event) {
  return std::visit(
      [](auto const& e) {
        std::string const members = fields_text(e);
        return std::string{e.kName} + (members.empty() ? "" : " ") + members;
      },
      event);
}

std::string command_text(domain::Command const& command) {
  return std::visit(
      [](auto const& c) {
        std::string const members = fields_text(c);
        return std::string{c.kName} + (members.empty() ? "" : " ") + members;
      },
      command);
}

}  // namespace fenghuo::tests
