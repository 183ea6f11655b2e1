#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "gis/routing/road_weights.h"

/// Functions marked with it are compiled for several instruction sets; the program takes the best that the
/// machine has when it starts. Nothing where the compiler or a sanitizer does not go along.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define FENGHUO_LANES [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define FENGHUO_LANES
#endif

namespace fenghuo::gis::cch {

/// Inner loops over stretches of weights. Stretches of eight and more are walked eight at a time, the last
/// eight overlapping those before, which does no harm to a minimum.
namespace lanes {

using Eight [[gnu::vector_size(32)]] = std::int32_t;

// By reference throughout: a vector returned by value would be passed differently on each instruction set.
[[gnu::always_inline]] inline void load(Weight const* from, Eight& out) {
  std::memcpy(&out, from, sizeof out);
}
[[gnu::always_inline]] inline void keep_lesser(Eight& best, Eight const& other) {
  best = best < other ? best : other;
}
/// target[0..8) = min(target, source + plus).
[[gnu::always_inline]] inline void relax_eight(Weight* target, Weight const* source,
                                               Eight const& plus) {
  Eight held;
  Eight offered;
  load(target, held);
  load(source, offered);
  offered += plus;
  keep_lesser(held, offered);
  std::memcpy(target, &held, sizeof held);
}
/// best = min(best, a[0..8) + b[0..8)).
[[gnu::always_inline]] inline void least_of_eight(Weight const* a, Weight const* b, Eight& best) {
  Eight x;
  Eight y;
  load(a, x);
  load(b, y);
  x += y;
  keep_lesser(best, x);
}

/// target[i] = min(target[i], add + source[i]) for i < n.
[[gnu::always_inline]] inline void relax(Weight* target, Weight const* source, Weight add,
                                         std::uint32_t n) {
  if (n < 8) {
    for (std::uint32_t i = 0; i < n; ++i) {
      target[i] = std::min(target[i], add + source[i]);
    }
    return;
  }
  Eight const plus = Eight{} + static_cast<std::int32_t>(add);
  std::uint32_t i = 0;
  for (; i + 8 <= n; i += 8) {
    relax_eight(target + i, source + i, plus);
  }
  relax_eight(target + n - 8, source + n - 8, plus);
}

/// min(best, a[i] + b[i]) over i < n.
[[gnu::always_inline]] inline Weight least_sum(Weight const* a, Weight const* b, std::uint32_t n,
                                               Weight best) {
  if (n >= 8) {
    Eight least = Eight{} + static_cast<std::int32_t>(best);
    std::uint32_t i = 0;
    for (; i + 8 <= n; i += 8) {
      least_of_eight(a + i, b + i, least);
    }
    least_of_eight(a + n - 8, b + n - 8, least);
    for (int lane = 0; lane < 8; ++lane) {
      best = std::min(best, static_cast<Weight>(least[lane]));
    }
    return best;
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    best = std::min(best, a[i] + b[i]);
  }
  return best;
}

}  // namespace lanes

}  // namespace fenghuo::gis::cch
