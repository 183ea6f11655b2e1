#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fields.h"
#include "core/base/ids.h"
#include "core/base/units.h"

namespace fenghuo {

/// The text form of values: what goldens and state_text show. One line, deterministic, readable:
/// numbers bare, times RFC 3339 in UTC, durations "90s" or "1500ms" or "7us", distances "1200cm",
/// points "lat/lon", ids "I-2026-000042", enums by name, strings bare when they are plain words and
/// quoted otherwise, lists [a,b], structs {k=v k=v}, nothing "-".
void append_text(std::string& out, bool value);
void append_text(std::string& out, std::int64_t value);
void append_text(std::string& out, std::string const& value);
void append_text(std::string& out, Time value);
void append_text(std::string& out, Duration value);
void append_text(std::string& out, Distance value);
void append_text(std::string& out, GeoPoint value);

template <class Tag>
void append_text(std::string& out, Id<Tag> value) {
  out += to_text(value);
}

template <class Tag>
void append_text(std::string& out, Code<Tag> const& value) {
  append_text(out, value.text);
}

template <NamedEnum E>
void append_text(std::string& out, E value) {
  out += name_of(value);
}

template <Described T>
void append_text(std::string& out, T const& value);
template <class T>
void append_text(std::string& out, std::vector<T> const& values);

template <class T>
void append_text(std::string& out, std::optional<T> const& value) {
  if (value) {
    append_text(out, *value);
  } else {
    out += '-';
  }
}

template <class T>
void append_text(std::string& out, std::vector<T> const& values) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += i == 0 ? "" : ",";
    append_text(out, values[i]);
  }
  out += ']';
}

template <class T>
bool holds_nothing(T const& value) {
  if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else {
    return false;
  }
}
template <class T>
bool holds_nothing(std::optional<T> const& value) {
  return !value.has_value();
}

/// The members of a described struct as "k=v k=v". Members that hold nothing (empty text, list or
/// optional) are left out: what is not said is not there. An optional text that is set to empty is said.
struct FieldsText {
  std::string& out;
  bool first = true;

  template <class T>
  void operator()(std::string_view name, T const& member) {
    if (holds_nothing(member)) {
      return;
    }
    out += first ? "" : " ";
    out.append(name).append("=");
    append_text(out, member);
    first = false;
  }
};

template <Described T>
void append_text(std::string& out, T const& value) {
  out += '{';
  FieldsText text{out};
  T::fields(text, value);
  out += '}';
}

template <Described T>
std::string fields_text(T const& value) {
  std::string out;
  FieldsText text{out};
  T::fields(text, value);
  return out;
}

}  // namespace fenghuo
