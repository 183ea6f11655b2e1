#pragma once

#include <cstdint>

namespace fenghuo {

/// Seeded random numbers (splitmix64): the same seed gives the same numbers on every machine.
/// Not for secrets. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators",
/// OOPSLA 2014. Checked: tests/core/base_test.cc against published values for seed 1234567.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{seed} {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }

  /// A number in [0, bound); bound > 0. The bias for bounds far below 2^64 is not measurable.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

  /// A number in [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }

  /// True with a probability of `permille` / 1000.
  bool chance(std::uint32_t permille) { return below(1000) < permille; }

 private:
  std::uint64_t state_;
};

}  // namespace fenghuo
