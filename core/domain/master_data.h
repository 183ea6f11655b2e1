#pragma once

#include <compare>
#include <string_view>
#include <vector>

#include "core/domain/vocabulary.h"

/// Master data 基础数据: organisations, persons, areas, posts and shifts, facilities, enterprises, contacts of
/// plans. An office keeps them in its spreadsheet under codes of its own; a record is replaced as a whole and
/// never deleted (the log names it), only marked as retired.
///
/// Record<T> makes a record or replaces it. The very same facts again are refused as already_in_that_state: so a
/// workbook that is read twice changes nothing. If-Match guards a record that exists.
/// Checked: tests/core/master_data_test.cc.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

/// How a record of master data stands in the state. T::Facts: what the office says.
template <class T>
struct Record {
  static constexpr std::string_view kName = T::kRecordName;
  decltype(T::id) id;
  typename T::Facts facts;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    T::Facts::fields(f, self.facts);
  }
};

template <class T>
struct Recorded {
  static constexpr std::string_view kName = T::kRecordedName;
  static constexpr int kVersion = T::kVersion;
  decltype(T::id) id;
  typename T::Facts facts;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    T::Facts::fields(f, self.facts);
  }
};

}  // namespace fenghuo::domain
