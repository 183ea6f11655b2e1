#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <string>

#include "core/base/random.h"
#include "gis/geo/distance.h"
#include "gis/routing/arc_weight.h"
#include "gis/routing/router.h"
#include "tests/gis/plain_dijkstra.h"
#include "tests/gis/small_extract.h"

/// Real extracts from shared/data/osm: built, opened, compared with what the program `osmium` reads in
/// them and with a plain Dijkstra.
namespace fenghuo::gis {
namespace {

using testing::PlainDijkstra;
using testing::ScratchFolder;

std::vector<std::string> extracts() {
  std::vector<std::string> names;
  auto const data = testing::shared_data();
  std::error_code error;
  if (data && std::filesystem::is_directory(*data / "osm", error)) {
    for (auto const& entry : std::filesystem::directory_iterator{*data / "osm"}) {
      std::string const name = entry.path().filename().string();
      if (name.ends_with(".osm.pbf")) {
        names.push_back(name);
      }
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Extracts, AreThere) {
  if (extracts().empty()) {
    GTEST_SKIP()
        << "shared/data/osm is not here: set FENGHUO_SHARED_DATA to the folder that holds it";
  }
  EXPECT_GE(extracts().size(), 1U);
}

class Extract : public ::testing::TestWithParam<std::string> {
 protected:
  Extract() : file_{*testing::shared_data() / "osm" / GetParam()} {
    auto const info = build_region(file_, folder_ / "r", {});
    EXPECT_TRUE(info) << info.error().message;
    auto const region = Region::open(folder_ / "r");
    EXPECT_TRUE(region) << region.error().message;
    region_ = *region;
  }

  std::filesystem::path file_;
  ScratchFolder folder_;
  std::shared_ptr<Region const> region_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Extract);
INSTANTIATE_TEST_SUITE_P(All, Extract, ::testing::ValuesIn(extracts()), [](auto const& param) {
  std::string name = param.param.substr(0, param.param.find('.'));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_P(Extract, KeepsTheInvariants) {
  RoadGraph const& g = region_->graph();
  RegionInfo const& info = region_->info();
  std::vector<int> seen(g.arc_count(), 0);
  for (NodeId node = 0; node < g.node_count(); ++node) {
    for (std::uint32_t at = g.first_out[node]; at < g.first_out[node + 1]; ++at) {
      ASSERT_EQ(g.tail(g.out_arcs[at]), node);
      ++seen[g.out_arcs[at]];
    }
  }
  ASSERT_EQ(std::count(seen.begin(), seen.end(), 1), g.arc_count());
  for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
    std::uint32_t const first = g.geometry_first[edge];
    auto const line = g.geometry.subspan(first, g.geometry_first[edge + 1] - first);
    ASSERT_GE(line.size(), 2U);
    ASSERT_EQ(line.front(), g.node_point[g.edge_from[edge]]);
    ASSERT_EQ(line.back(), g.node_point[g.edge_to[edge]]);
    ASSERT_EQ(length_of(line).cm, g.edge_length_cm[edge]);
    ASSERT_GT(g.edge_speed_forward[edge], 0);
    ASSERT_GT(g.edge_speed_backward[edge], 0);
  }
  EXPECT_EQ(info.arcs, 2 * info.edges);
  EXPECT_GE(info.ways_read, info.ways_used);
  EXPECT_LE(info.largest_component_nodes, info.nodes);
  for (std::size_t i = 1; i < region_->areas().size(); ++i) {
    EXPECT_LT(region_->areas()[i - 1].path, region_->areas()[i].path);
  }
}

/// What a command prints; "" if it cannot be run.
std::string output_of(std::string const& command) {
  std::string out;
  std::unique_ptr<FILE, int (*)(FILE*)> const pipe{::popen(command.c_str(), "r"), ::pclose};
  std::array<char, 65536> piece{};
  while (pipe != nullptr) {
    std::size_t const got = std::fread(piece.data(), 1, piece.size(), pipe.get());
    if (got == 0) {
      break;
    }
    out.append(piece.data(), got);
  }
  return out;
}

bool has_highway_in_use(std::string const& tags) {
  static constexpr std::array kInUse{
      "motorway",    "motorway_link",  "trunk",     "trunk_link",    "primary", "primary_link",
      "secondary",   "secondary_link", "tertiary",  "tertiary_link", "road",    "unclassified",
      "residential", "living_street",  "service",   "busway",        "track",   "pedestrian",
      "footway",     "path",           "bridleway", "steps",         "cycleway"};
  return std::any_of(kInUse.begin(), kInUse.end(), [&](std::string const& value) {
    return (tags + ",").find(",highway=" + value + ",") != std::string::npos;
  });
}

/// One way of osmium's OPL format: "w123 v1 … Tkey=value,key=value Nn1,n2".
struct OplWay {
  std::int64_t id = 0;
  std::string tags;
  std::set<std::string> nodes;
};

OplWay parsed(std::string const& line) {
  OplWay way;
  std::istringstream fields{line};
  std::string field;
  while (fields >> field) {
    if (field[0] == 'w') {
      way.id = std::stoll(field.substr(1));
    } else if (field[0] == 'T') {
      way.tags = "," + field.substr(1);
    } else if (field[0] == 'N') {
      std::istringstream refs{field.substr(1)};
      for (std::string ref; std::getline(refs, ref, ',');) {
        way.nodes.insert(ref);
      }
    }
  }
  return way;
}

// Each road way that `osmium` sees is in the graph, and nothing else is, but for ways with reasons:
// closed to everybody by a tag, or with fewer than two nodes in the file.
TEST_P(Extract, HoldsTheRoadsThatOsmiumSees) {
  if (output_of("osmium --version 2>/dev/null").empty()) {
    GTEST_SKIP() << "the program osmium (package osmium-tool) is not installed";
  }
  std::istringstream lines{output_of("osmium cat -t way -f opl,add_metadata=false '" +
                                     file_.string() + "' 2>/dev/null")};
  std::set<std::int64_t> in_graph(region_->graph().edge_way.begin(),
                                  region_->graph().edge_way.end());
  std::uint64_t ways = 0;
  std::uint64_t roads = 0;
  std::uint64_t explained = 0;
  for (std::string line; std::getline(lines, line);) {
    OplWay const way = parsed(line);
    ++ways;
    bool const ferry = (way.tags + ",").find(",route=ferry,") != std::string::npos;
    bool const road = has_highway_in_use(way.tags) || ferry;
    bool const held = in_graph.erase(way.id) > 0;
    ASSERT_TRUE(road || !held) << line;
    roads += road ? 1U : 0U;
    if (road && !held) {
      bool const shut = way.tags.find("access=no") != std::string::npos ||
                        way.tags.find("foot=no") != std::string::npos ||
                        way.tags.find("vehicle=no") != std::string::npos ||
                        way.tags.find("oneway=reversible") != std::string::npos;
      bool const cut = way.nodes.size() < 2 || region_->info().nodes_missing > 0;
      ASSERT_TRUE(shut || cut) << line;
      ++explained;
    }
  }
  EXPECT_EQ(ways, region_->info().ways_read);
  EXPECT_EQ(roads - explained, region_->info().ways_used);
  EXPECT_TRUE(in_graph.empty());
  EXPECT_LE(explained * 20, roads);
}

TEST_P(Extract, RoutesEqualThePlainDijkstra) {
  auto const router = Router::make(region_);
  auto const metric = Metric::build(*region_, {}, {}, 1);
  RoadGraph const& g = region_->graph();
  Random random{g.edge_count()};
  int routes = 0;
  for (std::size_t profile = 0; profile < kProfileCount; ++profile) {
    auto const kind = static_cast<Profile>(profile);
    PlainDijkstra plain{g, metric->weights(kind)};
    std::vector<GeoPoint> points;
    for (int i = 0; i < 12; ++i) {
      GeoPoint const p = g.geometry[random.below(g.geometry.size())];
      points.push_back({p.lat_e7 + static_cast<std::int32_t>(random.between(-5000, 5000)),
                        p.lon_e7 + static_cast<std::int32_t>(random.between(-5000, 5000))});
    }
    std::vector<GeoPoint> const origins(points.begin(), points.begin() + 4);
    auto const table = router->travel_times(*metric, kind, origins, points, {});
    ASSERT_TRUE(table);
    for (std::size_t i = 0; i < origins.size(); ++i) {
      for (std::size_t k = 0; k < points.size(); ++k) {
        auto const a = snap(*region_, *metric, kind, origins[i], metres(2000));
        auto const b = snap(*region_, *metric, kind, points[k], metres(2000));
        if (!a || !b) {
          ASSERT_EQ(table->at(i, k), dispatch::TravelTimeTable::kUnreachable);
          continue;
        }
        auto const expected = plain.ms(*a, *b);
        auto const route = router->route(*metric, kind, origins[i], points[k], {});
        ASSERT_TRUE(route);
        ASSERT_EQ(route->has_value(), expected.has_value());
        if (expected) {
          Duration const duration = milliseconds(static_cast<std::int64_t>(
              *expected + testing::walk_ms(a->away) + testing::walk_ms(b->away)));
          ASSERT_EQ((**route).duration, duration);
          ASSERT_EQ(table->at(i, k), duration);
          ++routes;
        } else {
          ASSERT_EQ(table->at(i, k), dispatch::TravelTimeTable::kUnreachable);
        }
      }
    }
  }
  EXPECT_GT(routes, 50);
}

/// Which nodes hang together by edges that the profile can use in either direction.
std::vector<NodeId> loose_parts(RoadGraph const& g, RoadWeights const& weights) {
  std::vector<NodeId> part(g.node_count());
  std::iota(part.begin(), part.end(), 0U);
  for (bool changed = true; changed;) {
    changed = false;
    for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
      NodeId& a = part[g.edge_from[edge]];
      NodeId& b = part[g.edge_to[edge]];
      bool const usable = weights[edge * 2] != kClosed || weights[edge * 2 + 1] != kClosed;
      if (usable && a != b) {
        a = b = std::min(a, b);
        changed = true;
      }
    }
  }
  return part;
}

// The trap of scraps: a point on a road, or within 300 m of the mainland, must not end on a scrap.
// Networks may fall into large parts (on foot nobody crosses the Huangpu in Shanghai), so pairs are
// judged that hang together at all.
TEST_P(Extract, PointsAreSnappedToWhereTheyCanLeave) {
  auto const router = Router::make(region_);
  auto const metric = Metric::build(*region_, {}, {}, 1);
  RoadGraph const& g = region_->graph();
  for (Profile const profile : {Profile::Light, Profile::Foot}) {
    auto const part = loose_parts(g, metric->weights(profile));
    Random random{3};
    std::vector<GeoPoint> points;
    std::vector<NodeId> parts;
    std::size_t on_scraps = 0;
    for (int i = 0; i < 400 && points.size() < 60; ++i) {
      GeoPoint const p = g.geometry[random.below(g.geometry.size())];
      auto const place = snap(*region_, *metric, profile, p, metres(2000));
      if (!place) {
        continue;
      }
      bool const mainland = is_mainland(g, place->edge, profile);
      if (mainland) {
        points.push_back(p);
        parts.push_back(part[g.edge_from[place->edge]]);
      } else {
        ++on_scraps;
      }
    }
    auto const table = router->travel_times(*metric, profile, points, points, {});
    ASSERT_TRUE(table);
    std::size_t pairs = 0;
    std::size_t unreachable = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      for (std::size_t k = 0; k < points.size(); ++k) {
        bool const together = parts[i] == parts[k];
        bool const reached = table->at(i, k) != dispatch::TravelTimeTable::kUnreachable;
        ASSERT_TRUE(together || !reached);
        pairs += together ? 1U : 0U;
        unreachable += together && !reached ? 1U : 0U;
      }
    }
    EXPECT_LE(unreachable * 50, pairs) << name_of(profile);
    EXPECT_LE(on_scraps * 5, points.size()) << name_of(profile);
  }
}

}  // namespace
}  // namespace fenghuo::gis
