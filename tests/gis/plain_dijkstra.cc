#include "tests/gis/plain_dijkstra.h"

#include <cmath>
#include <functional>
#include <queue>

namespace fenghuo::gis::testing {

PlainDijkstra::PlainDijkstra(RoadGraph const& graph, RoadWeights const& weights)
    : graph_{graph}, weights_{weights}, neighbours_(graph.node_count()) {
  for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    NodeId const a = graph.edge_from[edge];
    NodeId const b = graph.edge_to[edge];
    if (weights[edge * 2U] != kClosed) {
      neighbours_[a].emplace_back(b, weights[edge * 2U]);
    }
    if (weights[edge * 2U + 1U] != kClosed) {
      neighbours_[b].emplace_back(a, weights[edge * 2U + 1U]);
    }
  }
}

std::uint64_t PlainDijkstra::part(std::size_t arc, std::uint64_t cm) const {
  if (cm == 0) {
    return 0;  // a point at the end of an edge is at the node, whatever the edge allows
  }
  Weight const weight = weights_[static_cast<ArcId>(arc)];
  if (weight == kClosed) {
    return kNever;
  }
  double const exact = static_cast<double>(weight) * static_cast<double>(cm) /
                       static_cast<double>(graph_.edge_length_cm[arc / 2]);
  return static_cast<std::uint64_t>(std::floor(exact + 0.5));
}

void PlainDijkstra::run(Snap const& from) {
  reached_.assign(graph_.node_count(), kNever);
  using Entry = std::pair<std::uint64_t, NodeId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  auto const offer = [&](NodeId node, std::uint64_t ms) {
    if (ms < reached_[node]) {
      reached_[node] = ms;
      queue.emplace(ms, node);
    }
  };
  std::size_t const forward = std::size_t{from.edge} * 2;
  offer(graph_.edge_to[from.edge],
        part(forward, graph_.edge_length_cm[from.edge] - from.offset_cm));
  offer(graph_.edge_from[from.edge], part(forward + 1, from.offset_cm));
  while (!queue.empty()) {
    auto const [ms, node] = queue.top();
    queue.pop();
    if (ms > reached_[node]) {
      continue;
    }
    for (auto const& [next, weight] : neighbours_[node]) {
      offer(next, ms + weight);
    }
  }
}

std::optional<std::uint64_t> PlainDijkstra::ms(Snap const& from, Snap const& to) {
  if (ran_from_ != std::pair{from.edge, from.offset_cm}) {
    run(from);
    ran_from_ = {from.edge, from.offset_cm};
  }
  std::size_t const forward = std::size_t{to.edge} * 2;
  std::uint64_t best = kNever;
  auto const offer = [&](std::uint64_t a, std::uint64_t b) {
    if (a != kNever && b != kNever && a + b < best) {
      best = a + b;
    }
  };
  offer(reached_[graph_.edge_from[to.edge]], part(forward, to.offset_cm));
  offer(reached_[graph_.edge_to[to.edge]],
        part(forward + 1, graph_.edge_length_cm[to.edge] - to.offset_cm));
  if (from.edge == to.edge && from.offset_cm <= to.offset_cm) {
    offer(0, part(forward, to.offset_cm - from.offset_cm));
  }
  if (from.edge == to.edge && from.offset_cm >= to.offset_cm) {
    offer(0, part(forward + 1, from.offset_cm - to.offset_cm));
  }
  return best == kNever ? std::nullopt : std::optional{best};
}

std::uint64_t walk_ms(Distance away) {
  double const beyond = static_cast<double>(away.cm - 3000) / 100;
  return beyond <= 0 ? 0 : static_cast<std::uint64_t>(std::floor(beyond / (5 / 3.6) * 1000 + 1e-6));
}

}  // namespace fenghuo::gis::testing
