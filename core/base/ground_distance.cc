#include "core/base/ground_distance.h"

#include <array>
#include <cstdlib>

namespace fenghuo {

namespace {

// round(1e6 * cos(d)) for d = 0 … 90 degrees.
constexpr std::array<std::int32_t, 92> kCosine{
    1000000, 999848, 999391, 998630, 997564, 996195, 994522, 992546, 990268, 987688, 984808, 981627,
    978148,  974370, 970296, 965926, 961262, 956305, 951057, 945519, 939693, 933580, 927184, 920505,
    913545,  906308, 898794, 891007, 882948, 874620, 866025, 857167, 848048, 838671, 829038, 819152,
    809017,  798636, 788011, 777146, 766044, 754710, 743145, 731354, 719340, 707107, 694658, 681998,
    669131,  656059, 642788, 629320, 615661, 601815, 587785, 573576, 559193, 544639, 529919, 515038,
    500000,  484810, 469472, 453990, 438371, 422618, 406737, 390731, 374607, 358368, 342020, 325568,
    309017,  292372, 275637, 258819, 241922, 224951, 207912, 190809, 173648, 156434, 139173, 121869,
    104528,  87156,  69756,  52336,  34899,  17452,  0,      0};

std::int64_t cosine_e6(std::int64_t lat_e7) {
  std::int64_t const at = std::llabs(lat_e7);
  auto const degree = static_cast<std::size_t>(at / 10'000'000);
  std::int64_t const rest = at % 10'000'000;
  std::int64_t const low = kCosine[degree];
  return low + (kCosine[degree + 1] - low) * rest / 10'000'000;
}

// 1e-7 degree of a great circle is 1.1119508 cm.
std::int64_t along_meridian_cm(std::int64_t degrees_e7) {
  return degrees_e7 * 11'119'508 / 10'000'000;
}

}  // namespace

std::int64_t integer_root(std::int64_t n) {
  if (n < 2) {
    return n;
  }
  std::int64_t guess = n;
  std::int64_t next = n / 2;  // 1 for 2 and 3, their root; not below the root from 4 on
  while (next < guess) {
    guess = next;
    next = (guess + n / guess) / 2;
  }
  return guess;
}

Distance ground_distance(GeoPoint a, GeoPoint b) {
  std::int64_t const dy = along_meridian_cm(std::int64_t{a.lat_e7} - b.lat_e7);
  std::int64_t dlon = std::llabs(std::int64_t{a.lon_e7} - b.lon_e7);
  dlon = dlon > 1'800'000'000 ? 3'600'000'000 - dlon : dlon;
  std::int64_t const middle = (std::int64_t{a.lat_e7} + b.lat_e7) / 2;
  std::int64_t const dx = along_meridian_cm(dlon) * cosine_e6(middle) / 1'000'000;
  // |dx|, |dy| <= 2.01e9 cm, so the sum of squares stays below 2^63.
  return {integer_root(dx * dx + dy * dy)};
}

}  // namespace fenghuo
