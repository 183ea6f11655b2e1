#include "messaging/codec/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace fenghuo::messaging {

namespace {

/// Bytes of the UTF-8 character at the front of a text; 0 if there is none (Unicode 15, table 3-7).
std::size_t character_at(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char const lead = byte(0);
  std::size_t const size = lead < 0x80   ? 1
                           : lead < 0xC2 ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  if (size == 0 || size > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  bool const overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  bool const beyond = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
  return overlong || beyond ? 0 : size;
}

/// What stands for a byte that cannot be written as it is.
void append_escaped(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (c == '\n') {
    out += "\\n";
  } else {
    out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
  }
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // bytes at the front that are written as they are
  while (plain < text.size()) {
    char const c = text[plain];
    auto const byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      std::size_t const size = character_at(text.substr(plain));
      if (size != 0) {
        plain += size;
        continue;
      }
    } else if (byte >= 0x20 && c != '"' && c != '\\') {
      ++plain;
      continue;
    }
    out += text.substr(0, plain);
    if (byte >= 0x80) {
      out +=
          "\xEF\xBF\xBD";  // no character: U+FFFD, so that what is written can always be read again
    } else {
      append_escaped(out, c);
    }
    text.remove_prefix(plain + 1);
    plain = 0;
  }
  out += text;
  out += '"';
}

Error invalid(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

/// Builds our value from the library's parse events and enforces the limits on the way, so that a hostile
/// document is refused before it costs memory.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(JsonLimits limits) : limits_{limits} {}

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(Json{std::int64_t{value}}); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(INT64_MAX)) {
      return put(static_cast<double>(value));
    }
    return put(Json{static_cast<std::int64_t>(value)});
  }
  bool number_float(number_float_t value, string_t const& /*text*/) override {
    return std::isfinite(value) ? put(value) : fail("a number is out of range");
  }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return fail("binary values are not JSON"); }
  bool start_object(std::size_t /*size*/) override { return open(Json{Json::Object{}}); }
  bool start_array(std::size_t /*size*/) override { return open(Json{Json::Array{}}); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (!is_new(name)) {
      return fail("the name \"" + name + "\" stands twice in one object");
    }
    keys_.back() = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, std::string const& /*token*/,
                   nlohmann::detail::exception const& error) override {
    if (error_.empty()) {
      bool const utf8 = std::string_view{error.what()}.find("UTF-8") != std::string_view::npos;
      error_ = fmt::format("not valid JSON near byte {}{}", position,
                           utf8 ? ": the text is not UTF-8" : "");
    }
    return false;
  }

  std::string const& error() const { return error_; }
  Json take() { return std::move(root_); }

 private:
  bool fail(std::string message) {
    error_ = std::move(message);
    return false;
  }
  /// Of few names each is looked at; of many a set is kept, so that a hostile object costs no square.
  bool is_new(std::string const& name) {
    constexpr std::size_t kFew = 24;
    Json::Object const& members = *open_.back().object();
    std::set<std::string>& names = names_.back();
    if (members.size() < kFew) {
      return std::none_of(members.begin(), members.end(),
                          [&](auto const& member) { return member.first == name; });
    }
    if (names.empty()) {
      for (auto const& member : members) {
        names.insert(member.first);
      }
    }
    return names.insert(name).second;
  }
  bool open(Json container) {
    if (open_.size() >= limits_.depth) {
      return fail(fmt::format("nested deeper than {} levels", limits_.depth));
    }
    open_.push_back(std::move(container));
    keys_.emplace_back();
    names_.emplace_back();
    return true;
  }
  bool close() {
    Json done = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    names_.pop_back();
    return put(std::move(done));
  }
  bool put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Json::Array* array = open_.back().array()) {
      array->push_back(std::move(value));
    } else {
      open_.back().object()->emplace_back(std::move(keys_.back()), std::move(value));
    }
    return true;
  }

  JsonLimits limits_;
  Json root_;
  std::vector<Json> open_;
  std::vector<std::string> keys_;
  std::vector<std::set<std::string>> names_;
  std::string error_;
};

}  // namespace

bool Json::is_number() const {
  return std::holds_alternative<std::int64_t>(data_) || std::holds_alternative<double>(data_);
}

double Json::number() const {
  if (auto const* whole = std::get_if<std::int64_t>(&data_)) {
    return static_cast<double>(*whole);
  }
  auto const* real = std::get_if<double>(&data_);
  return real == nullptr ? 0.0 : *real;
}

Json const* Json::find(std::string_view name) const {
  if (Object const* members = object()) {
    for (auto const& member : *members) {
      if (member.first == name) {
        return &member.second;
      }
    }
  }
  return nullptr;
}

void Json::add(std::string name, Json value) {
  if (is_null()) {
    data_ = Object{};
  }
  std::get<Object>(data_).emplace_back(std::move(name), std::move(value));
}

void Json::append_to(std::string& out) const {
  struct Writer {
    std::string& out;
    void operator()(std::monostate) const { out += "null"; }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(std::int64_t value) const {
      fmt::format_to(std::back_inserter(out), "{}", value);
    }
    void operator()(double value) const {
      if (value == 0) {
        out += '0';  // "-0" would be read as a whole number
      } else if (std::isfinite(value)) {
        fmt::format_to(std::back_inserter(out), "{}", value);
      } else {
        out += "null";
      }
    }
    void operator()(std::string const& value) const { append_string(out, value); }
    void operator()(Decimal const& value) const { out += value.text; }
    void operator()(Array const& values) const {
      out += '[';
      for (std::size_t i = 0; i < values.size(); ++i) {
        out += i == 0 ? "" : ",";
        values[i].append_to(out);
      }
      out += ']';
    }
    void operator()(Object const& members) const {
      out += '{';
      for (std::size_t i = 0; i < members.size(); ++i) {
        out += i == 0 ? "" : ",";
        append_string(out, members[i].first);
        out += ':';
        members[i].second.append_to(out);
      }
      out += '}';
    }
  };
  std::visit(Writer{out}, data_);
}

std::string Json::text() const {
  std::string out;
  out.reserve(256);
  append_to(out);
  return out;
}

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes) {
    return invalid(
        fmt::format("the document has {} bytes; at most {} are read", text.size(), limits.bytes));
  }
  // The library takes a zero byte for the end and would not look at what follows.
  if (auto const zero = text.find('\0'); zero != std::string_view::npos) {
    return invalid(fmt::format("not valid JSON near byte {}", zero + 1));
  }
  Builder builder{limits};
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    return invalid(builder.error().empty() ? "not valid JSON" : builder.error());
  }
  return builder.take();
}

}  // namespace fenghuo::messaging
