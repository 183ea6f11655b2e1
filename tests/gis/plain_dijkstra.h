#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gis/routing/metric.h"
#include "gis/routing/snap.h"

namespace fenghuo::gis::testing {

/// What the router is compared with: Dijkstra's algorithm on a list of neighbours made from
/// edge_from, edge_to and the weights alone. It shares no code with the router and uses neither
/// first_out nor out_arcs.
class PlainDijkstra {
 public:
  PlainDijkstra(RoadGraph const& graph, RoadWeights const& weights);

  /// Milliseconds from one snapped place to another, on roads only; nullopt if there is no way.
  std::optional<std::uint64_t> ms(Snap const& from, Snap const& to);

 private:
  static constexpr std::uint64_t kNever = 0xFFFFFFFFFFFFFFFF;
  void run(Snap const& from);
  std::uint64_t part(std::size_t arc, std::uint64_t cm) const;

  RoadGraph const& graph_;
  RoadWeights const& weights_;
  std::vector<std::vector<std::pair<NodeId, Weight>>> neighbours_;
  std::optional<std::pair<EdgeId, std::uint32_t>> ran_from_;
  std::vector<std::uint64_t> reached_;
};

/// The walk between an asked point and its road by the rule in router.h.
std::uint64_t walk_ms(Distance away);

}  // namespace fenghuo::gis::testing
