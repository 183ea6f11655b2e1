#pragma once

#include <cstdint>
#include <string>

namespace fenghuo::bench {

struct RoutingWish {
  std::string region;       ///< region folder, or
  std::string graph;        ///< folder of arrays (road_arrays.h)
  std::uint32_t tiles = 1;  ///< a graph in so many mirrored tiles each way
  bool json = false;
};

/// The routing engine on a real network, one thread, each figure beside Boost.Graph on the same graph in the same
/// run, every answer compared with its. Returns the exit code: failed if one differs.
int bench_routing(RoutingWish const& wish);

}  // namespace fenghuo::bench
