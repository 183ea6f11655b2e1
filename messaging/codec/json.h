#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/result.h"

namespace fenghuo::messaging {

/// A JSON value. Objects keep the order in which members were added, so that equal values give equal
/// bytes; whole numbers stay int64, everything else is a double.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;
  /// A number that is written as this text, exactly: decimals that a double would bend.
  struct Decimal {
    std::string text;
    bool operator==(Decimal const&) const = default;
  };

  Json() = default;
  Json(std::nullptr_t) {}                                                 // NOLINT: implicit
  Json(bool value) : data_{value} {}                                      // NOLINT: implicit
  Json(std::int64_t value) : data_{value} {}                              // NOLINT: implicit
  Json(int value) : data_{std::int64_t{value}} {}                         // NOLINT: implicit
  Json(std::uint32_t value) : data_{std::int64_t{value}} {}               // NOLINT: implicit
  Json(std::uint64_t value) : data_{static_cast<std::int64_t>(value)} {}  // NOLINT: implicit
  Json(double value) : data_{value} {}                                    // NOLINT: implicit
  Json(std::string value) : data_{std::move(value)} {}                    // NOLINT: implicit
  Json(std::string_view value) : data_{std::string{value}} {}             // NOLINT: implicit
  Json(char const* value) : data_{std::string{value}} {}                  // NOLINT: implicit
  Json(Decimal value) : data_{std::move(value)} {}                        // NOLINT: implicit
  Json(Array value) : data_{std::move(value)} {}                          // NOLINT: implicit
  Json(Object value) : data_{std::move(value)} {}                         // NOLINT: implicit
  static Json object(std::initializer_list<Member> members) { return Json{Object{members}}; }

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool const* boolean() const { return std::get_if<bool>(&data_); }
  std::int64_t const* integer() const { return std::get_if<std::int64_t>(&data_); }
  std::string const* string() const { return std::get_if<std::string>(&data_); }
  Array const* array() const { return std::get_if<Array>(&data_); }
  Object const* object() const { return std::get_if<Object>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }
  Array* array() { return std::get_if<Array>(&data_); }
  bool is_number() const;
  double number() const;  ///< 0 for what is no number

  /// The member of an object; nullptr where there is none or this is no object.
  Json const* find(std::string_view name) const;
  /// Adds a member at the end; this must be an object or null. The caller does not repeat names.
  void add(std::string name, Json value);

  /// Compact JSON in UTF-8.
  std::string text() const;
  void append_to(std::string& out) const;

  bool operator==(Json const&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Decimal, Array, Object>
      data_;
};

/// Limits of what is read from outside.
struct JsonLimits {
  std::size_t bytes = 1 << 20;
  std::size_t depth = 32;
};

/// Reads one JSON document.
///
/// Errors:  InvalidArgument  not JSON (with the byte position), not UTF-8, deeper or larger than the
///          limits, a name twice in one object, a number beyond the range of a double
/// Cost:    one pass, about 80 MB/s.
/// Checked: tests/messaging/json_test.cc; fuzzed by tests/fuzz/json_fuzz.cc.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

}  // namespace fenghuo::messaging
