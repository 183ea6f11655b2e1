#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/bench_result.h"
#include "bench/dijkstra_reference.h"
#include "bench/road_arrays.h"
#include "bench/thread_watch.h"
#include "core/base/random.h"
#include "gis/routing/cch/customization.h"
#include "gis/routing/cch/nearest.h"
#include "gis/routing/cch/sweep.h"
#include "gis/routing/cch/unpacking.h"

namespace fenghuo::bench {

/// The routing engine on one network with its hierarchy, question by question beside Boost.Graph on the same roads;
/// every answer is compared. Queries are in routing_queries.cc, what closed roads cost in routing_closures.cc.
/// Threads: one.
class RoutingMeasurements {
 public:
  RoutingMeasurements(RoadArrays const& roads, gis::cch::Hierarchy const& hierarchy,
                      std::vector<BenchResult>& results)
      : roads_{roads},
        hierarchy_{hierarchy},
        common_{hierarchy},
        reference_{roads},
        results_{results} {}

  bool run() {
    customization();
    draw();
    point_to_point();
    one_to_many();
    nearest(kTeams);
    nearest(100);
    nearest(20);
    sweeps();
    closures();
    return wrong_ == 0;
  }
  std::size_t wrong() const { return wrong_; }

 private:
  using End = gis::cch::End;
  using Label = gis::cch::Label;
  using Rank = gis::cch::Rank;
  using EdgeId = gis::EdgeId;
  using NodeId = gis::NodeId;
  using Weight = gis::Weight;
  using RoadWeights = gis::RoadWeights;
  static constexpr std::size_t kTeams = 1000;
  static constexpr std::size_t kIncidents = 50;
  static constexpr Weight kHalfHour = 1'800'000;

  void add(std::string name, std::string unit, std::vector<double> const& own,
           std::string reference_name = {}, std::vector<double> const& reference = {}) {
    BenchResult row;
    row.name = std::move(name);
    row.unit = std::move(unit);
    row.median = quantile(own, 0.5);
    row.p99 = quantile(own, 0.99);
    row.reference_name = std::move(reference_name);
    row.reference_median = quantile(reference, 0.5);
    row.ratio = row.median > 0 ? row.reference_median / row.median : 0;
    results_.push_back(std::move(row));
  }
  template <class F>
  static double timed(F&& f, double per_ms = 1) {
    ThreadWatch const watch;
    f();
    return watch.ms() * per_ms;
  }
  void expect(bool good) { wrong_ += good ? 0U : 1U; }
  NodeId any_node() { return static_cast<NodeId>(random_.below(roads_.nodes())); }
  Rank rank(NodeId node) const { return hierarchy_.rank_of[node]; }
  End end(NodeId node) const { return {rank(node), 0}; }
  std::uint32_t shared(Label const& a, Label const& b) const {
    return common_.count(a.lowest, b.lowest);
  }
  struct Closed {
    RoadWeights weights;
    gis::cch::ArcWeights arcs;
    bool in_full = false;
  };

  void customization();
  void draw();
  Weight distance(NodeId from, NodeId to);
  std::optional<gis::cch::WayFound> way(RoadWeights const& weights,
                                        gis::cch::ArcWeights const& arcs, NodeId from, NodeId to);
  void point_to_point();
  bool adds_up(gis::cch::WayFound const& found) const;
  std::vector<Rank> ranks(std::span<NodeId const> nodes) const;
  void one_to_many();
  void nearest(std::size_t eligible);
  void sweeps();
  bool same(std::vector<gis::cch::Reached> const& mine,
            std::vector<std::pair<NodeId, Weight>> const& right) const;
  Closed close(std::vector<EdgeId> const& edges);
  std::vector<EdgeId> some_used(std::size_t count);
  /// The thousand edges that begin nearest to a place.
  std::vector<EdgeId> flooded(GeoPoint centre) const;
  void closures();
  double quantile_of(std::string_view name) const;
  void close_to_route();
  void relabel();

  RoadArrays const& roads_;
  gis::cch::Hierarchy hierarchy_;
  gis::cch::CommonAncestors common_;
  DijkstraReference reference_;
  std::vector<BenchResult>& results_;
  Random random_{20'261'125};
  RoadWeights weights_;
  gis::cch::ArcWeights arcs_;
  gis::cch::Recustomization recustomization_{hierarchy_};
  std::uint32_t number_ = 0;
  std::vector<NodeId> teams_, incidents_;
  std::vector<EdgeId> used_;
  Label leaving_, arriving_;
  std::size_t wrong_ = 0;
};

}  // namespace fenghuo::bench
