#include "bench/routing_bench.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bench/bench_result.h"
#include "bench/dijkstra_reference.h"
#include "bench/road_arrays.h"
#include "core/base/random.h"
#include "gis/routing/cch/customization.h"
#include "gis/routing/cch/nearest.h"
#include "gis/routing/cch/nested_dissection.h"
#include "gis/routing/cch/sweep.h"
#include "gis/routing/cch/unpacking.h"
#include "gis/routing/router.h"

namespace fenghuo::bench {

namespace cch = gis::cch;

using cch::End;
using cch::Label;
using cch::Rank;
using gis::EdgeId;
using gis::kClosed;
using gis::NodeId;
using gis::RoadWeights;
using gis::Weight;

namespace {

/// Milliseconds of this thread's own time since it was made: what else runs on the machine does not count.
class Watch {
 public:
  double ms() const { return now() - begin_; }

 private:
  static double now() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
  }
  double begin_ = now();
};

std::uint64_t peak_kib() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::strtoull(line.c_str() + 6, nullptr, 10);
    }
  }
  return 0;
}

constexpr std::size_t kTeams = 1000;
constexpr std::size_t kIncidents = 50;
constexpr Weight kHalfHour = 1'800'000;

/// What is measured: a network with its hierarchy, made here or read from a region.
class RoutingBench {
 public:
  RoutingBench(RoadArrays const& roads, cch::Hierarchy const& hierarchy,
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
    Watch const watch;
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

  void customization() {
    weights_ = RoadWeights{roads_.weights};
    std::vector<double> own;
    for (int i = 0; i < 9; ++i) {
      own.push_back(timed([&] { arcs_ = cch::customize(hierarchy_, weights_); }));
    }
    add("customize_ms", "ms", own);
  }

  void draw() {
    for (std::size_t i = 0; i < kTeams; ++i) {
      teams_.push_back(any_node());
    }
    for (std::size_t i = 0; i < kIncidents; ++i) {
      incidents_.push_back(any_node());
    }
  }

  Weight distance(NodeId from, NodeId to) {
    End const a = end(from);
    End const b = end(to);
    cch::make_label(hierarchy_, arcs_, cch::Way::Leaving, {&a, 1}, leaving_);
    cch::make_label(hierarchy_, arcs_, cch::Way::Arriving, {&b, 1}, arriving_);
    return cch::between(leaving_, arriving_, shared(leaving_, arriving_));
  }

  std::optional<cch::WayFound> way(RoadWeights const& weights, cch::ArcWeights const& arcs,
                                   NodeId from, NodeId to) {
    End const a = end(from);
    End const b = end(to);
    cch::make_label(hierarchy_, arcs, cch::Way::Leaving, {&a, 1}, leaving_);
    cch::make_label(hierarchy_, arcs, cch::Way::Arriving, {&b, 1}, arriving_);
    return cch::find_way(hierarchy_, arcs, weights, leaving_, {&a, 1}, arriving_, {&b, 1},
                         shared(leaving_, arriving_));
  }

  void point_to_point() {
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

  bool adds_up(cch::WayFound const& found) const {
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

  std::vector<Rank> ranks(std::span<NodeId const> nodes) const {
    std::vector<Rank> out;
    for (NodeId const node : nodes) {
      out.push_back(rank(node));
    }
    return out;
  }

  void one_to_many() {
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
              reference_.one_to_many(DijkstraReference::Way::Arriving, incidents_[i], teams_,
                                     right);
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

  void nearest(std::size_t eligible) {
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
            [&] {
              reference_.nearest(DijkstraReference::Way::Arriving, incident, marks, 16, right);
            },
            1e3));
        expect(near.size() == right.size() &&
               std::equal(near.begin(), near.end(), right.begin(),
                          [](cch::Near const& mine, Weight ms) { return mine.ms == ms; }));
      }
    }
    add(fmt::format("nearest16_of_{}_us", eligible), "us", own, "Boost.Graph Dijkstra, early stop",
        reference);
  }

  void sweeps() {
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

  bool same(std::vector<cch::Reached> const& mine,
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

  struct Closed {
    RoadWeights weights;
    cch::ArcWeights arcs;
    bool in_full = false;
  };

  Closed close(std::vector<EdgeId> const& edges) {
    std::vector<RoadWeights::Change> changes;
    for (EdgeId const edge : edges) {
      changes.push_back({gis::forward_of(edge), kClosed});
      changes.push_back({gis::backward_of(edge), kClosed});
    }
    RoadWeights weights = weights_.with(changes);
    auto again = recustomization_.run(arcs_, weights, edges, ++number_);
    return {std::move(weights), std::move(again.weights), again.in_full};
  }

  std::vector<EdgeId> some_used(std::size_t count) {
    std::vector<EdgeId> out;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(used_[random_.below(used_.size())]);
    }
    return out;
  }

  /// The thousand edges that begin nearest to a place.
  std::vector<EdgeId> flooded(GeoPoint centre) const {
    std::vector<std::pair<std::int64_t, EdgeId>> near;
    for (EdgeId edge = 0; edge < roads_.from.size(); ++edge) {
      GeoPoint const p = roads_.point[roads_.from[edge]];
      std::int64_t const north = p.lat_e7 - std::int64_t{centre.lat_e7};
      std::int64_t const east = p.lon_e7 - std::int64_t{centre.lon_e7};
      near.emplace_back(north * north + east * east, edge);
    }
    std::size_t const many = std::min<std::size_t>(1000, near.size());
    std::nth_element(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(many - 1),
                     near.end());
    std::vector<EdgeId> out;
    for (std::size_t i = 0; i < many; ++i) {
      out.push_back(near[i].second);
    }
    return out;
  }

  void closures() {
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

  double quantile_of(std::string_view name) const {
    for (auto const& row : results_) {
      if (row.name == name) {
        return row.median;
      }
    }
    return 0;
  }

  void close_to_route() {
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

  void relabel() {
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

  RoadArrays const& roads_;
  cch::Hierarchy hierarchy_;
  cch::CommonAncestors common_;
  DijkstraReference reference_;
  std::vector<BenchResult>& results_;
  Random random_{20'261'125};
  RoadWeights weights_;
  cch::ArcWeights arcs_;
  cch::Recustomization recustomization_{hierarchy_};
  std::uint32_t number_ = 0;
  std::vector<NodeId> teams_, incidents_;
  std::vector<EdgeId> used_;
  Label leaving_, arriving_;
  std::size_t wrong_ = 0;
};

BenchResult plain(std::string name, std::string unit, double value) {
  BenchResult row;
  row.name = std::move(name);
  row.unit = std::move(unit);
  row.median = row.p99 = value;
  return row;
}

BenchResult beside(std::string name, std::string unit, double value, double plain_order) {
  BenchResult row = plain(std::move(name), std::move(unit), value);
  row.reference_name = "order by halving the map";
  row.reference_median = plain_order;
  row.ratio = value > 0 ? plain_order / value : 0;
  return row;
}

double since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// The order, the hierarchy, and how good it is beside a plain one.
Result<cch::HierarchyArrays> ordered(RoadArrays const& roads, std::vector<BenchResult>& results) {
  auto const begin = std::chrono::steady_clock::now();
  auto const order = cch::nested_dissection(roads.from, roads.to, roads.point);
  results.push_back(plain("order_s", "s", since(begin) / 1000));
  std::vector<double> builds;
  Result<cch::HierarchyArrays> built = cch::build_hierarchy(order, roads.from, roads.to);
  for (int i = 0; i < 5 && built; ++i) {
    Watch const watch;
    built = cch::build_hierarchy(order, roads.from, roads.to);
    builds.push_back(watch.ms());
  }
  if (!built) {
    return built;
  }
  results.push_back(plain("build_ms", "ms", quantile(builds, 0.5)));
  auto const halved = cch::build_hierarchy(cch::halving_order(roads.from, roads.to, roads.point),
                                           roads.from, roads.to);
  auto const good = cch::quality_of(built->view(roads.from, roads.to));
  auto const simple =
      halved ? cch::quality_of(halved->view(roads.from, roads.to)) : cch::HierarchyQuality{};
  results.push_back(
      beside("order_depth_mean_levels", "levels", good.depth_mean, simple.depth_mean));
  results.push_back(beside("order_arcs", "arcs", static_cast<double>(good.arcs),
                           static_cast<double>(simple.arcs)));
  results.push_back(beside("order_triangles", "triangles", static_cast<double>(good.triangles),
                           static_cast<double>(simple.triangles)));
  return built;
}

int finish(RoutingBench& bench, std::vector<BenchResult>& results, double startup_ms, bool json) {
  bool const good = bench.run();
  results.push_back(plain("startup_ms", "ms", startup_ms));
  results.push_back(plain("memory_mb", "MiB", static_cast<double>(peak_kib()) / 1024));
  print(results, json);
  if (!good) {
    fmt::print(stderr, "{} answers differ from Boost.Graph's\n", bench.wrong());
  }
  return good ? 0 : 1;
}

int bench_graph(RoutingWish const& wish) {
  auto read = read_road_arrays(wish.graph);
  if (!read) {
    fmt::print(stderr, "{}\n", read.error().message);
    return read.error().code == ErrorCode::NotFound ? 3 : 2;
  }
  RoadArrays const roads = wish.tiles > 1 ? tiled(*read, wish.tiles) : std::move(*read);
  std::vector<BenchResult> results{plain("nodes", "nodes", static_cast<double>(roads.nodes())),
                                   plain("edges", "edges", static_cast<double>(roads.from.size()))};
  auto const built = ordered(roads, results);
  if (!built) {
    fmt::print(stderr, "{}\n", built.error().message);
    return 1;
  }
  auto const begin = std::chrono::steady_clock::now();
  cch::Hierarchy const hierarchy = built->view(roads.from, roads.to);
  auto const first = cch::customize(hierarchy, RoadWeights{roads.weights});
  double const startup = since(begin);
  RoutingBench bench{roads, hierarchy, results};
  return finish(bench, results, startup, wish.json);
}

/// The region's network for light vehicles.
RoadArrays roads_of(gis::Region const& region) {
  gis::RoadGraph const& graph = region.graph();
  auto const metric = gis::Metric::build(region, {}, {}, 0);
  RoadArrays out;
  out.from.assign(graph.edge_from.begin(), graph.edge_from.end());
  out.to.assign(graph.edge_to.begin(), graph.edge_to.end());
  out.point.assign(graph.node_point.begin(), graph.node_point.end());
  for (gis::ArcId arc = 0; arc < graph.arc_count(); ++arc) {
    out.weights.push_back(metric->weights(gis::Profile::Light)[arc]);
  }
  return out;
}

int bench_region(RoutingWish const& wish) {
  auto const begin = std::chrono::steady_clock::now();
  auto const region = gis::Region::open(wish.region);
  if (!region) {
    fmt::print(stderr, "{}\n", region.error().message);
    return region.error().code == ErrorCode::NotFound ? 3 : 2;
  }
  auto const metric = gis::Metric::build(**region, {}, {}, 0);
  auto const router = gis::Router::make(*region);
  double const startup = since(begin);
  RoadArrays const roads = roads_of(**region);
  std::vector<BenchResult> results{plain("nodes", "nodes", static_cast<double>(roads.nodes())),
                                   plain("edges", "edges", static_cast<double>(roads.from.size()))};
  auto const built = ordered(roads, results);
  if (!built) {
    fmt::print(stderr, "{}\n", built.error().message);
    return 1;
  }
  RoutingBench bench{roads, (*region)->hierarchy(), results};
  return finish(bench, results, startup, wish.json);
}

}  // namespace

int bench_routing(RoutingWish const& wish) {
  if (wish.region.empty() == wish.graph.empty()) {
    fmt::print(stderr, "give either --region or --graph\n");
    return 2;
  }
  return wish.region.empty() ? bench_graph(wish) : bench_region(wish);
}

}  // namespace fenghuo::bench
