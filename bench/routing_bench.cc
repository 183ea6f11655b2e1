#include "bench/routing_bench.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "bench/routing_measurements.h"
#include "gis/routing/cch/nested_dissection.h"
#include "gis/routing/router.h"

namespace fenghuo::bench {

namespace cch = gis::cch;

using gis::RoadWeights;

namespace {

std::uint64_t peak_kib() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::strtoull(line.c_str() + 6, nullptr, 10);
    }
  }
  return 0;
}

BenchResult plain(std::string name, std::string unit, double value) {
  BenchResult row;
  row.name = std::move(name);
  row.unit = std::move(unit);
  row.median = row.p99 = value;
  return row;
}

BenchResult beside(std::string name, std::string unit, double value, double plain_order) {
  BenchResult row = plain(std::move(name), std::move(unit), value);
  if (plain_order <= 0) {
    return row;
  }
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
    ThreadWatch const watch;
    built = cch::build_hierarchy(order, roads.from, roads.to);
    builds.push_back(watch.ms());
  }
  if (!built) {
    return built;
  }
  results.push_back(plain("build_ms", "ms", quantile(builds, 0.5)));
  auto const good = cch::quality_of(built->view(roads.from, roads.to));
  cch::HierarchyQuality simple;
  // Beyond that a plain order is no longer a matter of minutes.
  if (roads.nodes() <= 2'000'000) {
    auto const halved = cch::build_hierarchy(cch::halving_order(roads.from, roads.to, roads.point),
                                             roads.from, roads.to);
    simple = halved ? cch::quality_of(halved->view(roads.from, roads.to)) : simple;
  }
  results.push_back(
      beside("order_depth_mean_levels", "levels", good.depth_mean, simple.depth_mean));
  results.push_back(beside("order_arcs", "arcs", static_cast<double>(good.arcs),
                           static_cast<double>(simple.arcs)));
  results.push_back(beside("order_triangles", "triangles", static_cast<double>(good.triangles),
                           static_cast<double>(simple.triangles)));
  return built;
}

int finish(RoutingMeasurements& bench, std::vector<BenchResult>& results, double startup_ms,
           bool json) {
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
  RoutingMeasurements bench{roads, hierarchy, results};
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
  RoutingMeasurements bench{roads, (*region)->hierarchy(), results};
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
