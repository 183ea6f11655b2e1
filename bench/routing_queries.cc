#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bench/routing_measurements.h"
#include "gis/routing/cch/sweep.h"

namespace fenghuo::bench {

namespace cch = gis::cch;
using cch::Rank;
using gis::kClosed;
using gis::NodeId;
using gis::RoadWeights;
using gis::Weight;

void RoutingMeasurements::customization() {
  weights_ = RoadWeights{roads_.weights};
  std::vector<double> own;
  for (int i = 0; i < 9; ++i) {
    own.push_back(timed([&] { arcs_ = cch::customize(hierarchy_, weights_); }));
  }
  add("customize_ms", "ms", own);
}

void RoutingMeasurements::draw() {
  for (std::size_t i = 0; i < kTeams; ++i) {
    teams_.push_back(any_node());
  }
  for (std::size_t i = 0; i < kIncidents; ++i) {
    incidents_.push_back(any_node());
  }
}

Weight RoutingMeasurements::distance(NodeId from, NodeId to) {
  End const a = end(from);
  End const b = end(to);
  cch::make_label(hierarchy_, arcs_, cch::Way::Leaving, {&a, 1}, leaving_);
  cch::make_label(hierarchy_, arcs_, cch::Way::Arriving, {&b, 1}, arriving_);
  return cch::between(leaving_, arriving_, shared(leaving_, arriving_));
}

std::optional<cch::WayFound> RoutingMeasurements::way(RoadWeights const& weights,
                                                      cch::ArcWeights const& arcs, NodeId from,
                                                      NodeId to) {
  End const a = end(from);
  End const b = end(to);
  cch::make_label(hierarchy_, arcs, cch::Way::Leaving, {&a, 1}, leaving_);
  cch::make_label(hierarchy_, arcs, cch::Way::Arriving, {&b, 1}, arriving_);
  return cch::find_way(hierarchy_, arcs, weights, leaving_, {&a, 1}, arriving_, {&b, 1},
                       shared(leaving_, arriving_));
}

void RoutingMeasurements::point_to_point() {
  std::vector<std::pair<NodeId, NodeId>> pairs;
  for (int i = 0; i < 1000; ++i) {
    pairs.emplace_back(any_node(), any_node());
  }
  std::vector<double> own;
  std::vector<double> own_path;
  std::vector<double> reference;
  std::vector<double> reference_path;
  std::vector<NodeId> nodes;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    auto const [from, to] = pairs[i];
    Weight ms = 0;
    own.push_back(timed([&] { ms = distance(from, to); }, 1e3));
    std::optional<cch::WayFound> found;
    own_path.push_back(timed([&] { found = way(weights_, arcs_, from, to); }, 1e3));
    expect((found ? found->ms : kClosed) == ms && (!found || adds_up(*found)));
    if (found && !found->arcs.empty()) {
      used_.push_back(gis::edge_of(found->arcs[random_.below(found->arcs.size())]));
    }
    if (i < 100) {
      Weight right = 0;
      reference.push_back(timed([&] { right = reference_.one_to_one(from, to); }, 1e3));
      expect(std::min(right, kClosed) == ms);
      reference_path.push_back(timed([&] { reference_.one_to_one(from, to, nodes); }, 1e3));
    }
  }
  add("p2p_us", "us", own, "Boost.Graph Dijkstra", reference);
  add("p2p_path_us", "us", own_path, "Boost.Graph Dijkstra", reference_path);
}

bool RoutingMeasurements::adds_up(cch::WayFound const& found) const {
  std::uint64_t sum = 0;
  NodeId at = hierarchy_.node_at[found.from];
  for (auto const arc : found.arcs) {
    bool const backward = gis::is_backward(arc);
    std::size_t const edge = gis::edge_of(arc);
    if ((backward ? roads_.to[edge] : roads_.from[edge]) != at) {
      return false;
    }
    at = backward ? roads_.from[edge] : roads_.to[edge];
    sum += roads_.weights[arc];
  }
  return sum == found.ms && at == hierarchy_.node_at[found.to];
}

std::vector<Rank> RoutingMeasurements::ranks(std::span<NodeId const> nodes) const {
  std::vector<Rank> out;
  for (NodeId const node : nodes) {
    out.push_back(rank(node));
  }
  return out;
}

void RoutingMeasurements::one_to_many() {
  auto const at = ranks(teams_);
  cch::Candidates teams{hierarchy_, common_, cch::Way::Leaving, at};
  teams.relabel(arcs_);
  std::vector<double> own;
  std::vector<double> reference;
  std::vector<Weight> mine;
  std::vector<Weight> right;
  for (std::size_t i = 0; i < kIncidents; ++i) {
    End const b = end(incidents_[i]);
    own.push_back(timed([&] { teams.all(arcs_, {&b, 1}, mine); }, 1e3));
    if (i < 20) {
      reference.push_back(timed(
          [&] {
            reference_.one_to_many(DijkstraReference::Way::Arriving, incidents_[i], teams_, right);
          },
          1e3));
      expect(mine == right);
    }
  }
  add("one_to_many_1000_us", "us", own, "Boost.Graph Dijkstra, reverse", reference);
  std::vector<double> own_table;
  for (int round = 0; round < 9; ++round) {
    own_table.push_back(timed([&] {
      for (NodeId const incident : incidents_) {
        End const b = end(incident);
        teams.all(arcs_, {&b, 1}, mine);
      }
    }));
  }
  std::vector<double> const table_reference{quantile(reference, 0.5) * kIncidents * 1e-3};
  add("matrix_1000x50_ms", "ms", own_table, "50 of the reference above", table_reference);
}

void RoutingMeasurements::nearest(std::size_t eligible) {
  std::vector<NodeId> const some{teams_.begin(),
                                 teams_.begin() + static_cast<std::ptrdiff_t>(eligible)};
  auto const at = ranks(some);
  cch::Candidates teams{hierarchy_, common_, cch::Way::Leaving, at};
  teams.relabel(arcs_);
  std::vector<std::uint16_t> marks(roads_.nodes(), 0);
  for (NodeId const team : some) {
    ++marks[team];
  }
  std::vector<double> own;
  std::vector<double> reference;
  std::vector<cch::Near> near;
  std::vector<Weight> right;
  for (int i = 0; i < 200; ++i) {
    NodeId const incident = any_node();
    End const b = end(incident);
    own.push_back(timed([&] { teams.nearest(arcs_, weights_, {&b, 1}, 16, near); }, 1e3));
    if (i < 50) {
      reference.push_back(timed(
          [&] { reference_.nearest(DijkstraReference::Way::Arriving, incident, marks, 16, right); },
          1e3));
      expect(near.size() == right.size() &&
             std::equal(near.begin(), near.end(), right.begin(),
                        [](cch::Near const& mine, Weight ms) { return mine.ms == ms; }));
    }
  }
  add(fmt::format("nearest16_of_{}_us", eligible), "us", own, "Boost.Graph Dijkstra, early stop",
      reference);
}

void RoutingMeasurements::sweeps() {
  std::vector<double> own;
  std::vector<double> reference;
  std::vector<cch::Reached> reached;
  std::vector<std::pair<NodeId, Weight>> right;
  for (int i = 0; i < 100; ++i) {
    NodeId const node = any_node();
    End const a = end(node);
    own.push_back(timed([&] {
      cch::make_label(hierarchy_, arcs_, cch::Way::Leaving, {&a, 1}, leaving_);
      cch::within(hierarchy_, arcs_, cch::Way::Leaving, leaving_, kHalfHour, reached);
    }));
    reference.push_back(timed([&] { reference_.within(node, kHalfHour, right); }));
    expect(same(reached, right));
  }
  add("isochrone_30min_ms", "ms", own, "Boost.Graph Dijkstra, bounded", reference);
  own.clear();
  reference.clear();
  std::vector<Weight> all;
  std::vector<Weight> all_right;
  for (int i = 0; i < 11; ++i) {
    NodeId const node = any_node();
    End const a = end(node);
    own.push_back(timed([&] {
      cch::make_label(hierarchy_, arcs_, cch::Way::Leaving, {&a, 1}, leaving_);
      cch::one_to_all(hierarchy_, arcs_, cch::Way::Leaving, leaving_, all);
    }));
    reference.push_back(timed([&] { reference_.one_to_all(node, all_right); }));
    bool good = true;
    for (NodeId other = 0; other < roads_.nodes(); ++other) {
      good = good && all[rank(other)] == std::min(all_right[other], kClosed);
    }
    expect(good);
  }
  add("one_to_all_ms", "ms", own, "Boost.Graph Dijkstra", reference);
}

bool RoutingMeasurements::same(std::vector<cch::Reached> const& mine,
                               std::vector<std::pair<NodeId, Weight>> const& right) const {
  std::vector<std::pair<NodeId, Weight>> nodes;
  for (auto const& reached : mine) {
    nodes.emplace_back(hierarchy_.node_at[reached.rank], reached.ms);
  }
  auto sorted = right;
  std::sort(nodes.begin(), nodes.end());
  std::sort(sorted.begin(), sorted.end());
  return nodes == sorted;
}

}  // namespace fenghuo::bench
