#include "gis/routing/metric.h"

#include <algorithm>
#include <map>

#include "gis/routing/arc_weight.h"

namespace fenghuo::gis {

namespace {

constexpr std::uint32_t kUsualSpeed = 1'000;

/// Of several closures on one edge the slowest counts, and a speed of nothing is the slowest of all: so their
/// order does not matter, and each can be taken away without a trace.
Weight slowed(Weight weight, std::uint32_t permille) {
  if (permille == 0 || weight == kClosed) {
    return kClosed;
  }
  constexpr std::uint64_t kLongest = (std::uint64_t{1} << 30U) - 1;
  std::uint64_t const longer = (std::uint64_t{weight} * kUsualSpeed + permille - 1) / permille;
  return std::max(weight, static_cast<Weight>(std::min(kLongest, longer)));
}

}  // namespace

std::shared_ptr<Metric const> Metric::build(Region const& region, RoutingSettings const& settings,
                                            std::span<ClosureShape const> closures,
                                            std::int64_t as_of) {
  std::shared_ptr<Metric> metric{new Metric};
  RoadGraph const& graph = region.graph();
  metric->as_of_ = as_of;
  for (std::size_t profile = 0; profile < kProfileCount; ++profile) {
    auto& weights = metric->weights_[profile];
    weights.resize(graph.arc_count());
    for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
      weights[arc] = arc_weight(graph, arc, static_cast<Profile>(profile), settings);
    }
  }
  std::map<EdgeId, std::array<std::uint32_t, kProfileCount>> shares;
  std::array<std::uint32_t, kProfileCount> usual{};
  usual.fill(kUsualSpeed);
  std::vector<bool> closed(graph.edge_count(), false);
  for (auto const& shape : closures) {
    for (EdgeId const edge : edges_closed_by(region, shape)) {
      auto& share = shares.try_emplace(edge, usual).first->second;
      metric->closed_edges_ += closed[edge] || shape.speed_permille > 0 ? 0U : 1U;
      closed[edge] = closed[edge] || shape.speed_permille == 0;
      for (std::size_t profile = 0; profile < kProfileCount; ++profile) {
        if (shape.closes[profile]) {
          share[profile] = std::min(share[profile], shape.speed_permille);
        }
      }
    }
  }
  for (auto const& [edge, share] : shares) {
    for (std::size_t profile = 0; profile < kProfileCount; ++profile) {
      for (ArcId const arc : {forward_of(edge), backward_of(edge)}) {
        Weight& weight = metric->weights_[profile][arc];
        weight = slowed(weight, share[profile]);
      }
    }
  }
  return metric;
}

std::span<Weight const> Metric::weights(Profile profile) const {
  return weights_[static_cast<std::size_t>(profile)];
}

}  // namespace fenghuo::gis
