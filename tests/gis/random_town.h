#pragma once

#include <cstdint>

#include "core/base/random.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis::testing {

/// A made-up tangle of roads of all kinds within 2 km: one-way streets, tracks, footways, gates,
/// bollards, fords, limits, scraps that are joined to nothing. The same seed gives the same town.
SmallExtract random_town(std::uint64_t seed);

/// A point in or near a random_town.
GeoPoint random_point(Random& random);

}  // namespace fenghuo::gis::testing
