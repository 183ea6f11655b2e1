#include <algorithm>
#include <utility>

#include "bench/routing_measurements.h"

namespace fenghuo::bench {

namespace cch = gis::cch;
using gis::EdgeId;
using gis::kClosed;
using gis::NodeId;
using gis::RoadWeights;
using gis::Weight;

RoutingMeasurements::Closed RoutingMeasurements::close(std::vector<EdgeId> const& edges) {
  std::vector<RoadWeights::Change> changes;
  for (EdgeId const edge : edges) {
    changes.push_back({gis::forward_of(edge), kClosed});
    changes.push_back({gis::backward_of(edge), kClosed});
  }
  RoadWeights weights = weights_.with(changes);
  auto again = recustomization_.run(arcs_, weights, edges, ++number_);
  return {std::move(weights), std::move(again.weights), again.in_full};
}

std::vector<EdgeId> RoutingMeasurements::some_used(std::size_t count) {
  std::vector<EdgeId> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(used_[random_.below(used_.size())]);
  }
  return out;
}

std::vector<EdgeId> RoutingMeasurements::flooded(GeoPoint centre) const {
  std::vector<std::pair<std::int64_t, EdgeId>> near;
  for (EdgeId edge = 0; edge < roads_.from.size(); ++edge) {
    GeoPoint const p = roads_.point[roads_.from[edge]];
    std::int64_t const north = p.lat_e7 - std::int64_t{centre.lat_e7};
    std::int64_t const east = p.lon_e7 - std::int64_t{centre.lon_e7};
    near.emplace_back(north * north + east * east, edge);
  }
  std::size_t const many = std::min<std::size_t>(1000, near.size());
  std::nth_element(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(many - 1), near.end());
  std::vector<EdgeId> out;
  for (std::size_t i = 0; i < many; ++i) {
    out.push_back(near[i].second);
  }
  return out;
}

void RoutingMeasurements::closures() {
  if (used_.empty()) {
    return;
  }
  std::vector<double> const full{quantile_of("customize_ms")};
  auto const measure = [&](std::string name, int rounds, auto&& edges) {
    std::vector<double> own;
    for (int i = 0; i < rounds; ++i) {
      auto const chosen = edges();
      own.push_back(timed([&] { close(chosen); }));
    }
    add(std::move(name), "ms", own, "all arcs customized anew", full);
  };
  measure("close_1_used_ms", 300, [&] { return some_used(1); });
  measure("close_10_used_ms", 100, [&] { return some_used(10); });
  measure("close_100_used_ms", 30, [&] { return some_used(100); });
  measure("close_flood_1000_ms", 50, [&] { return flooded(roads_.point[any_node()]); });
  close_to_route();
  relabel();
}

double RoutingMeasurements::quantile_of(std::string_view name) const {
  for (auto const& row : results_) {
    if (row.name == name) {
      return row.median;
    }
  }
  return 0;
}

void RoutingMeasurements::close_to_route() {
  std::vector<double> own;
  std::vector<double> reference;
  for (int i = 0; i < 200; ++i) {
    NodeId const from = any_node();
    NodeId const to = any_node();
    auto const usual = way(weights_, arcs_, from, to);
    if (!usual || usual->arcs.empty()) {
      continue;
    }
    EdgeId const edge = gis::edge_of(usual->arcs[random_.below(usual->arcs.size())]);
    std::optional<cch::WayFound> found;
    own.push_back(timed([&] {
      Closed const closed = close({edge});
      found = way(closed.weights, closed.arcs, from, to);
    }));
    if (i < 20) {
      RoadArrays changed = roads_;
      changed.weights[2 * std::size_t{edge}] = kClosed;
      changed.weights[2 * std::size_t{edge} + 1] = kClosed;
      DijkstraReference on_changed{changed};
      std::vector<NodeId> nodes;
      Weight right = 0;
      reference.push_back(timed([&] { right = on_changed.one_to_one(from, to, nodes); }));
      expect((found ? found->ms : kClosed) == std::min(right, kClosed));
    }
  }
  add("close_to_route_ms", "ms", own, "Boost.Graph Dijkstra on the changed graph", reference);
}

void RoutingMeasurements::relabel() {
  auto const at = ranks(teams_);
  std::vector<double> own;
  std::vector<double> all;
  for (int i = 0; i < 50; ++i) {
    cch::Candidates teams{hierarchy_, common_, cch::Way::Leaving, at};
    all.push_back(timed([&] { teams.relabel(arcs_); }));
    Closed const closed = close(some_used(1));
    own.push_back(timed([&] { teams.relabel(closed.arcs); }));
  }
  add("relabel_1000_teams_ms", "ms", own, "all labels made anew", all);
}

}  // namespace fenghuo::bench
