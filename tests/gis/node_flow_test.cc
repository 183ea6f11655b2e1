#include "gis/routing/cch/node_flow.h"

#include <gtest/gtest.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>
#include <set>

#include "tests/gis/road_families.h"

namespace fenghuo::gis::cch {
namespace {

using testing::Family;
using Side = NodeFlow::Side;

CellGraph cell_of(bench::RoadArrays const& roads) {
  std::vector<std::set<std::uint32_t>> linked(roads.nodes());
  for (std::size_t e = 0; e < roads.from.size(); ++e) {
    if (roads.from[e] != roads.to[e]) {
      linked[roads.from[e]].insert(roads.to[e]);
      linked[roads.to[e]].insert(roads.from[e]);
    }
  }
  CellGraph cell;
  cell.point = roads.point;
  cell.first.push_back(0);
  for (auto const& neighbours : linked) {
    cell.linked.insert(cell.linked.end(), neighbours.begin(), neighbours.end());
    cell.first.push_back(static_cast<std::uint32_t>(cell.linked.size()));
  }
  return cell;
}

/// By Boost.Graph, every node an arc of capacity one from its entrance to its exit.
long largest_flow(CellGraph const& cell, std::set<std::uint32_t> const& sources,
                  std::set<std::uint32_t> const& targets) {
  using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
  using Graph = boost::adjacency_list<
      boost::vecS, boost::vecS, boost::directedS, boost::no_property,
      boost::property<
          boost::edge_capacity_t, long,
          boost::property<boost::edge_residual_capacity_t, long,
                          boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>>;
  std::uint32_t const n = cell.size();
  Graph graph{2 * std::size_t{n} + 2};
  auto capacity = get(boost::edge_capacity, graph);
  auto reverse = get(boost::edge_reverse, graph);
  auto const arc = [&](std::size_t from, std::size_t to, long most) {
    auto const there = add_edge(from, to, graph).first;
    auto const back = add_edge(to, from, graph).first;
    capacity[there] = most;
    capacity[back] = 0;
    reverse[there] = back;
    reverse[back] = there;
  };
  for (std::uint32_t node = 0; node < n; ++node) {
    arc(2 * std::size_t{node}, 2 * std::size_t{node} + 1, 1);
    for (std::uint32_t const other : cell.neighbours(node)) {
      arc(2 * std::size_t{node} + 1, 2 * std::size_t{other}, 1000);
    }
  }
  for (std::uint32_t const source : sources) {
    arc(2 * std::size_t{n}, 2 * std::size_t{source}, 1000);
  }
  for (std::uint32_t const target : targets) {
    arc(2 * std::size_t{target} + 1, 2 * std::size_t{n} + 1, 1000);
  }
  return push_relabel_max_flow(graph, 2 * std::size_t{n}, 2 * std::size_t{n} + 1);
}

/// A cut holds as many nodes as there are paths, and nothing leads past it.
void expect_cut(CellGraph const& cell, std::vector<Side> const& side, std::uint32_t paths,
                std::set<std::uint32_t> const& sources, std::set<std::uint32_t> const& targets) {
  ASSERT_EQ(std::count(side.begin(), side.end(), Side::Cut), paths);
  for (std::uint32_t node = 0; node < cell.size(); ++node) {
    for (std::uint32_t const other : cell.neighbours(node)) {
      ASSERT_FALSE(side[node] == Side::Source && side[other] == Side::Target)
          << node << " leads to " << other;
    }
  }
  for (std::uint32_t const node : sources) {
    ASSERT_NE(side[node], Side::Target);
  }
  for (std::uint32_t const node : targets) {
    ASSERT_NE(side[node], Side::Source);
  }
}

TEST(NodeFlow, EqualsTheLargestFlowWhileTheGroupsGrow) {
  for (Family const family : testing::kFamilies) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      SCOPED_TRACE(testing::name_of(family) + " " + std::to_string(seed));
      auto const cell =
          cell_of(testing::made_up(family, 20 + 12 * static_cast<std::uint32_t>(seed), seed));
      NodeFlow flow{cell};
      Random random{seed * 7};
      std::set<std::uint32_t> sources;
      std::set<std::uint32_t> targets;
      for (int round = 0; round < 4; ++round) {
        for (int i = 0; i < 4; ++i) {
          auto const source = static_cast<std::uint32_t>(random.below(cell.size()));
          auto const target = static_cast<std::uint32_t>(random.below(cell.size()));
          if (targets.count(source) == 0 && sources.insert(source).second) {
            flow.add_source(source);
          }
          if (sources.count(target) == 0 && targets.insert(target).second) {
            flow.add_target(target);
          }
        }
        std::uint32_t const paths = flow.grow(cell.size());
        ASSERT_EQ(paths, largest_flow(cell, sources, targets));
        std::vector<Side> side;
        flow.cut_near_sources(side);
        expect_cut(cell, side, paths, sources, targets);
        flow.cut_near_targets(side);
        expect_cut(cell, side, paths, sources, targets);
        if (HasFatalFailure()) {
          return;
        }
      }
    }
  }
}

TEST(NodeFlow, StopsBeyondItsLimit) {
  auto const cell = cell_of(testing::made_up(Family::Grid, 400, 1));
  NodeFlow flow{cell};
  for (std::uint32_t i = 0; i < 20; ++i) {
    flow.add_source(i);
    flow.add_target(cell.size() - 1 - i);
  }
  EXPECT_EQ(flow.grow(5), 6U);
  EXPECT_EQ(flow.grow(cell.size()), 20U);
}

}  // namespace
}  // namespace fenghuo::gis::cch
