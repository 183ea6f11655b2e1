#pragma once

#include <compare>
#include <cstdint>

namespace fenghuo {

/// A length of time in microseconds. Integer, so equal input gives equal bytes on every machine.
struct Duration {
  std::int64_t us = 0;
  auto operator<=>(Duration const&) const = default;
};

/// A moment: microseconds since 1970-01-01T00:00:00 UTC.
struct Time {
  std::int64_t us = 0;
  auto operator<=>(Time const&) const = default;
};

/// A length on the ground in centimetres.
struct Distance {
  std::int64_t cm = 0;
  auto operator<=>(Distance const&) const = default;
};

constexpr Duration microseconds(std::int64_t n) { return {n}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
constexpr Duration hours(std::int64_t n) { return minutes(n * 60); }
constexpr Distance metres(std::int64_t n) { return {n * 100}; }

constexpr Duration operator+(Duration a, Duration b) { return {a.us + b.us}; }
constexpr Duration operator-(Duration a, Duration b) { return {a.us - b.us}; }
constexpr Time operator+(Time t, Duration d) { return {t.us + d.us}; }
constexpr Time operator-(Time t, Duration d) { return {t.us - d.us}; }
constexpr Duration operator-(Time a, Time b) { return {a.us - b.us}; }

/// A point on the earth, WGS 84 (EPSG:4326), fixed point of 1e-7 degree.
/// Range: |lat_e7| <= 90e7, |lon_e7| <= 180e7; checked where points enter from outside.
struct GeoPoint {
  std::int32_t lat_e7 = 0;
  std::int32_t lon_e7 = 0;
  auto operator<=>(GeoPoint const&) const = default;
};

}  // namespace fenghuo
