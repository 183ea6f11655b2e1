#pragma once

#include <cstdint>

namespace fenghuo::gis::demo {

/// Smooth seeded noise in [-1, 1] that changes over a length of about 1 in x and y. Only additions,
/// multiplications and floor, which IEEE 754 fixes to the last bit: the same on every machine.
double noise(std::uint64_t seed, double x, double y);

/// A seed of its own for a part of the work, so that a change in one part leaves the others as they are.
std::uint64_t sub_seed(std::uint64_t seed, std::uint64_t part, std::uint64_t index = 0);

}  // namespace fenghuo::gis::demo
