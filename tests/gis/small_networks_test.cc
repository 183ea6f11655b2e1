#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "bench/dijkstra_reference.h"
#include "gis/routing/cch/customization.h"
#include "gis/routing/cch/label.h"
#include "tests/gis/road_families.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis::cch {
namespace {

namespace fs = std::filesystem;

std::vector<std::vector<std::string>> rows_of(fs::path const& file, std::string const& table) {
  std::ifstream in{file};
  std::vector<std::vector<std::string>> out;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    line.erase(std::remove(line.begin(), line.end(), '\r'), line.end());
    std::vector<std::string> cells;
    std::stringstream parts{line};
    for (std::string cell; std::getline(parts, cell, ',');) {
      cells.push_back(cell);
    }
    if (!cells.empty() && cells.front() == table) {
      inside = true;
      std::getline(in, line);  // the names of the columns
    } else if (cells.empty() || cells.front().empty()) {
      inside = false;
    } else if (inside) {
      out.push_back(cells);
    }
  }
  return out;
}

/// In millionths of the unit of the table, so that they are whole numbers. A mode may have a column of its own.
bench::RoadArrays read(fs::path const& folder, std::size_t mode) {
  bench::RoadArrays roads;
  for (auto const& row : rows_of(folder / "nodes.csv", "nodes")) {
    roads.point.push_back({static_cast<std::int32_t>(std::stod(row[2]) * 1e5),
                           static_cast<std::int32_t>(std::stod(row[1]) * 1e5)});
  }
  auto const facts = rows_of(folder / "arcs.csv", "miscData");
  bool const both_ways = facts.front().front() == "undirected";
  for (auto const& row : rows_of(folder / "arcs.csv", "arcs")) {
    auto const ms = static_cast<Weight>(std::llround(std::stod(row[row.size() - 2 + mode]) * 1e6));
    roads.from.push_back(static_cast<NodeId>(std::stoul(row[1]) - 1));
    roads.to.push_back(static_cast<NodeId>(std::stoul(row[2]) - 1));
    roads.weights.push_back(ms);
    roads.weights.push_back(both_ways ? ms : kClosed);
  }
  return roads;
}

// Networks whose authors collected the shapes that break routing: loops, roundabouts, one-way roads, dead ends.
TEST(SmallNetworks, AllPairsEqualDijkstra) {
  auto const data = testing::shared_data();
  if (!data || !fs::exists(*data / "jemss_small_networks")) {
    GTEST_SKIP() << "shared/data/jemss_small_networks is not here: set FENGHUO_SHARED_DATA to the "
                    "folder that holds it";
  }
  std::size_t pairs = 0;
  for (auto const& entry : fs::directory_iterator{*data / "jemss_small_networks"}) {
    if (!fs::exists(entry.path() / "arcs.csv")) {
      continue;
    }
    SCOPED_TRACE(entry.path().filename().string());
    for (std::size_t const mode : {0U, 1U}) {
      auto const roads = read(entry.path(), mode);
      auto const arrays = testing::hierarchy_of(roads);
      Hierarchy const hierarchy = arrays.view(roads.from, roads.to);
      ArcWeights const arcs = customize(hierarchy, RoadWeights{roads.weights});
      CommonAncestors const common{hierarchy};
      bench::DijkstraReference reference{roads};
      for (NodeId a = 0; a < roads.nodes(); ++a) {
        for (NodeId b = 0; b < roads.nodes(); ++b) {
          End const from{hierarchy.rank_of[a], 0};
          End const to{hierarchy.rank_of[b], 0};
          Label leaving;
          Label arriving;
          make_label(hierarchy, arcs, Way::Leaving, {&from, 1}, leaving);
          make_label(hierarchy, arcs, Way::Arriving, {&to, 1}, arriving);
          ASSERT_EQ(between(leaving, arriving, common.count(from.rank, to.rank)),
                    std::min(reference.one_to_one(a, b), kClosed))
              << a << " to " << b;
          ++pairs;
        }
      }
    }
  }
  EXPECT_GT(pairs, 10'000U);
}

}  // namespace
}  // namespace fenghuo::gis::cch
