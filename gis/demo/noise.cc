#include "gis/demo/noise.h"

#include <cmath>

#include "core/base/random.h"
#include "gis/demo/lattice.h"

namespace fenghuo::gis::demo {

namespace {

double lattice_value(std::uint64_t seed, std::int64_t ix, std::int64_t iy) {
  std::uint64_t const key = seed ^ (static_cast<std::uint64_t>(ix) * 0x9E3779B97F4A7C15ULL) ^
                            (static_cast<std::uint64_t>(iy) * 0xC2B2AE3D27D4EB4FULL);
  // The upper 52 bits, so that the conversion to double is exact.
  auto const bits = static_cast<std::int64_t>(Random{key}.next() >> 12U);
  return static_cast<double>(bits) / 2251799813685248.0 - 1.0;
}

}  // namespace

double noise(std::uint64_t seed, double x, double y) {
  double const fx = std::floor(x);
  double const fy = std::floor(y);
  auto const ix = static_cast<std::int64_t>(fx);
  auto const iy = static_cast<std::int64_t>(fy);
  double const tx = ease(x - fx);
  double const ty = ease(y - fy);
  double const low = lattice_value(seed, ix, iy) * (1 - tx) + lattice_value(seed, ix + 1, iy) * tx;
  double const high =
      lattice_value(seed, ix, iy + 1) * (1 - tx) + lattice_value(seed, ix + 1, iy + 1) * tx;
  return low * (1 - ty) + high * ty;
}

std::uint64_t sub_seed(std::uint64_t seed, std::uint64_t part, std::uint64_t index) {
  return Random{Random{seed ^ (part * 0xD6E8FEB86659FD93ULL)}.next() ^ index}.next();
}

}  // namespace fenghuo::gis::demo
