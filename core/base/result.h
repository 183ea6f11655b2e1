#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/base/ensure.h"

namespace fenghuo {

/// Why an operation outside the kernel did not work. A small closed set: the HTTP edge maps each
/// code to exactly one status, the command line to exactly one exit code.
enum class ErrorCode { InvalidArgument, NotFound, Conflict, Unavailable, DataLoss };

struct Error {
  ErrorCode code;
  std::string message;  ///< For the operator: what failed and how to mend it; no secrets.
};

/// The value of T or the reason there is none. Member names of std::expected (C++23), which g++ 12
/// does not offer under C++20.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : data_{std::in_place_index<0>, std::move(value)} {}      // NOLINT: implicit
  Result(Error error) : data_{std::in_place_index<1>, std::move(error)} {}  // NOLINT: implicit

  bool has_value() const noexcept { return data_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T const& value() const& {
    ensure(has_value(), "value() of a Result that holds an error");
    return *std::get_if<0>(&data_);
  }
  T& value() & {
    ensure(has_value(), "value() of a Result that holds an error");
    return *std::get_if<0>(&data_);
  }
  T&& value() && {
    ensure(has_value(), "value() of a Result that holds an error");
    return std::move(*std::get_if<0>(&data_));
  }
  T const* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  T const& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  Error const& error() const {
    ensure(!has_value(), "error() of a Result that holds a value");
    return *std::get_if<1>(&data_);
  }

 private:
  std::variant<T, Error> data_;
};

/// Success without a value, or the reason of the failure.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_{std::move(error)} {}  // NOLINT: implicit

  bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  Error const& error() const {
    ensure(error_.has_value(), "error() of a Result that holds a value");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace fenghuo
