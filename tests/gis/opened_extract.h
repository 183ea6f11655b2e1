#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "gis/routing/metric.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis::testing {

/// A real extract of shared/data/osm, built and opened; null where it is not here.
inline std::shared_ptr<Region const> opened_extract(std::string const& name,
                                                    ScratchFolder const& folder) {
  auto const data = shared_data();
  auto const file = data ? *data / "osm" / (name + ".osm.pbf") : std::filesystem::path{};
  if (!data || !std::filesystem::exists(file)) {
    return nullptr;
  }
  auto const info = build_region(file, folder / "r", {});
  EXPECT_TRUE(info) << info.error().message;
  auto const region = Region::open(folder / "r");
  EXPECT_TRUE(region) << region.error().message;
  return region ? *region : nullptr;
}

inline std::string test_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

/// Closed roads here and there, by points on them.
inline std::vector<ClosureShape> random_closures(RoadGraph const& graph, std::size_t count,
                                                 Random& random) {
  std::vector<ClosureShape> out;
  for (std::size_t i = 0; i < count; ++i) {
    GeoPoint const point = graph.geometry[random.below(graph.geometry.size())];
    out.push_back({"K" + std::to_string(i), {point}, false, {true, true, true, i % 2 == 0}});
  }
  return out;
}

}  // namespace fenghuo::gis::testing
