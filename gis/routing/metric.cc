#include "gis/routing/metric.h"

#include "gis/routing/arc_weight.h"

namespace fenghuo::gis {

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
  std::vector<bool> closed(graph.edge_count(), false);
  for (auto const& shape : closures) {
    for (EdgeId const edge : edges_closed_by(region, shape)) {
      metric->closed_edges_ += closed[edge] ? 0U : 1U;
      closed[edge] = true;
      for (std::size_t profile = 0; profile < kProfileCount; ++profile) {
        if (shape.closes[profile]) {
          metric->weights_[profile][forward_of(edge)] = kClosed;
          metric->weights_[profile][backward_of(edge)] = kClosed;
        }
      }
    }
  }
  return metric;
}

std::span<Weight const> Metric::weights(Profile profile) const {
  return weights_[static_cast<std::size_t>(profile)];
}

}  // namespace fenghuo::gis
