#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace fenghuo::gis {

/// The tags of one object of OpenStreetMap while it is being read; the text belongs to the reader.
class TagSet {
 public:
  void clear() { tags_.clear(); }
  void add(std::string_view key, std::string_view value) { tags_.emplace_back(key, value); }
  bool empty() const { return tags_.empty(); }
  /// The value of the key, "" if it is not there (OpenStreetMap has no empty values).
  std::string_view operator[](std::string_view key) const;
  bool is(std::string_view key, std::string_view value) const { return (*this)[key] == value; }
  /// The first of the keys that is there, "" if none is.
  std::string_view first_of(std::initializer_list<std::string_view> keys) const;
  auto begin() const { return tags_.begin(); }
  auto end() const { return tags_.end(); }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> tags_;
};

/// How people write limits in OpenStreetMap. Lists ("3.5;7.5") give the smallest; text that is not
/// understood gives nullopt, never a guess.
/// Source:  OpenStreetMap wiki, Key:maxspeed, Key:maxweight, Map features/Units.
/// Checked: tests/gis/tag_values_test.cc.
///
/// km/h: "50", "30 mph", "10 knots", "walk", "none", "CN:urban", "DE:zone30".
std::optional<std::uint32_t> speed_kmh(std::string_view text);
/// cm: "3.5", "3,5 m", "350 cm", "12'6\"", "12 ft". 0 for "none".
std::optional<std::uint32_t> length_cm(std::string_view text);
/// kg: "3.5", "3.5 t", "3500 kg", "7.5 st", "8000 lbs". 0 for "none".
std::optional<std::uint32_t> weight_kg(std::string_view text);
/// Seconds: "15" (minutes), "01:30", "00:12:30", "PT1H30M".
std::optional<std::uint32_t> duration_s(std::string_view text);
/// Metres along a road, as kilometre posts and people give it: "123.5", "123,5 km", "K123+500", "PK 12", "12公里".
/// At most 100,000 km.
std::optional<std::int64_t> kilometre_m(std::string_view text);
/// "12 345", "12,345", "12345"; 0 for anything else.
std::int64_t population_of(std::string_view text);

}  // namespace fenghuo::gis
