#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/fields.h"
#include "core/base/ids.h"
#include "core/base/units.h"
#include "core/domain/event.h"

namespace fenghuo::tests {

/// Gives every member of a described struct a value of its own that is not its default: texts with what a
/// codec stumbles over, lists of two, every optional set. A new member is filled without a line here.
class Filler {
 public:
  template <class T>
  void operator()(std::string_view /*name*/, T& member) {
    fill(member);
  }

 private:
  std::int64_t next() { return ++count_; }

  void fill(bool& value) { value = !value; }
  void fill(std::int64_t& value) { value = 1'000 + next(); }
  void fill(std::string& value) {
    value =
        "第" + std::to_string(next()) + "行 \"\\/\b\f\n\r\t\x01\x7f" + std::string(1, '\0') + "😀";
  }
  void fill(Duration& value) { value = microseconds(12'345'678 + next()); }
  void fill(Distance& value) { value = {98'765 + next()}; }
  void fill(Time& value) { value = {1'767'225'600'123'456 + next()}; }
  void fill(GeoPoint& value) {
    value = {static_cast<std::int32_t>(-899'999'999 + next()),
             static_cast<std::int32_t>(1'799'999'999 - next())};
  }
  template <NamedEnum E>
  void fill(E& value) {
    value = static_cast<E>(EnumNames<E>::kNames.size() - 1);
  }
  template <class Tag>
  void fill(Id<Tag>& value) {
    value = {2026, static_cast<std::uint64_t>(next())};
  }
  /// An area; lines: event_codec_test.cc.
  void fill(domain::Geometry& value) {
    fill(value.is_area);
    fill(value.points);
  }
  /// As input has it; the sealed form: personal_keys_test.cc.
  void fill(domain::Sealed& value) { fill(value.box); }
  template <class Tag>
  void fill(Code<Tag>& value) {
    value.text = "第" + std::to_string(next()) + ".区 &=+'";
  }
  template <class T>
  void fill(std::optional<T>& value) {
    fill(value.emplace());
  }
  template <class T>
  void fill(std::vector<T>& values) {
    values.clear();
    fill(values.emplace_back());
    fill(values.emplace_back());
  }
  template <Described T>
  void fill(T& value) {
    T::fields(*this, value);
  }

  std::int64_t count_ = 0;
};

namespace filled_detail {
template <class Variant, std::size_t... I>
std::vector<Variant> each_alternative(std::index_sequence<I...> /*all*/) {
  std::vector<Variant> out;
  (out.emplace_back(std::in_place_index<I>), ...);
  return out;
}
}  // namespace filled_detail

/// One of each alternative, with the members as they are by default.
template <class Variant>
std::vector<Variant> plain_ones() {
  return filled_detail::each_alternative<Variant>(
      std::make_index_sequence<std::variant_size_v<Variant>>{});
}

/// One of each alternative, every member filled.
template <class Variant>
std::vector<Variant> filled_ones() {
  auto out = plain_ones<Variant>();
  for (auto& one : out) {
    Filler filler;
    std::visit([&](auto& value) { std::decay_t<decltype(value)>::fields(filler, value); }, one);
  }
  return out;
}

}  // namespace fenghuo::tests
