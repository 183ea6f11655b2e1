#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace fenghuo {

/// One description of a struct serves codec, text form and goldens: a static function template
/// `fields(f, self)` that calls f("name", self.member) for each member, in a fixed order. The names
/// are what the journal stores; change one only together with a new event version.
namespace fields_detail {
struct Probe {
  template <class T>
  void operator()(std::string_view /*name*/, T& /*member*/) {}
};
}  // namespace fields_detail

template <class T>
concept Described = requires(T& object, fields_detail::Probe& probe) {
  T::fields(probe, object);
};

/// Names of an enum's values, in their order, from 0 without gaps. Specialise for each enum that leaves
/// the program: `template <> struct EnumNames<Tier> { static constexpr std::array kNames{…}; };`
template <class E>
struct EnumNames;

template <class E>
concept NamedEnum = requires {
  EnumNames<E>::kNames.size();
};

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  return EnumNames<E>::kNames[static_cast<std::size_t>(value)];
}

template <NamedEnum E>
constexpr std::optional<E> enum_named(std::string_view name) {
  for (std::size_t i = 0; i < EnumNames<E>::kNames.size(); ++i) {
    if (EnumNames<E>::kNames[i] == name) {
      return static_cast<E>(i);
    }
  }
  return std::nullopt;
}

}  // namespace fenghuo
