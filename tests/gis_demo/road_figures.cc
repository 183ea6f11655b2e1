#include "tests/gis_demo/road_figures.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/strong_components.hpp>
#include <cmath>
#include <osmium/geom/haversine.hpp>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/random.h"

namespace fenghuo::gis {

namespace {

using Weight = boost::property<boost::edge_weight_t, double,
                               boost::property<boost::edge_index_t, std::size_t>>;
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, Weight>;
using Directed = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

bool is_drivable(osmium::TagList const& tags) {
  static std::set<std::string_view> const on_foot = {
      "path",      "footway",  "steps",        "cycleway",  "pedestrian",
      "bridleway", "corridor", "construction", "proposed",  "platform",
      "elevator",  "raceway",  "via_ferrata",  "rest_area", "services"};
  char const* const highway = tags["highway"];
  char const* const route = tags["route"];
  return (highway != nullptr && !on_foot.contains(highway)) ||
         (route != nullptr && std::string_view{route} == "ferry");
}

/// 1 forward, -1 backward, 0 both.
int direction_of(osmium::TagList const& tags) {
  std::string_view const oneway = tags.get_value_by_key("oneway", "");
  if (oneway == "yes" || oneway == "1" || oneway == "true") {
    return 1;
  }
  if (oneway == "-1" || oneway == "reverse") {
    return -1;
  }
  std::string_view const highway = tags.get_value_by_key("highway", "");
  std::string_view const junction = tags.get_value_by_key("junction", "");
  return (oneway.empty() && highway == "motorway") || junction == "roundabout" ? 1 : 0;
}

class Measuring {
 public:
  explicit Measuring(std::filesystem::path const& file) { read(file); }

  RoadFigures figures() {
    count_degrees();
    find_components();
    snap_settlements();
    count_single_roads();
    figures_.detour_any = detour(any_nodes(), 2000, 1e9);
    figures_.detour_settlements = detour(settlement_nodes_, 2000, 15000);
    figures_.detour_town = detour(town_nodes(), 500, 2000);
    return figures_;
  }

 private:
  struct Settlement {
    osmium::Location location;
    bool village = false;
  };

  void read(std::filesystem::path const& file);
  void read_node(osmium::Node const& node);
  void read_way(osmium::Way const& way);
  std::size_t vertex(std::int64_t id);
  void count_degrees();
  void find_components();
  void snap_settlements();
  void count_single_roads();
  std::vector<std::size_t> any_nodes() const;
  std::vector<std::size_t> town_nodes() const;
  double detour(std::vector<std::size_t> const& among, double least, double most);
  double apart(std::size_t a, std::size_t b) const {
    return osmium::geom::haversine::distance(where_[a], where_[b]);
  }
  static std::pair<int, int> square_of(osmium::Location l) {
    return {static_cast<int>(std::floor(l.lat() * 110)),
            static_cast<int>(std::floor(l.lon() * 95))};
  }

  RoadFigures figures_;
  std::unordered_map<std::int64_t, osmium::Location> locations_;
  std::unordered_map<std::int64_t, std::size_t> vertices_;
  std::set<std::int64_t> road_nodes_;
  std::vector<osmium::Location> where_;
  std::vector<Settlement> settlements_;
  std::vector<std::size_t> settlement_nodes_, village_nodes_;
  std::vector<std::size_t> component_;
  std::size_t largest_ = 0;
  Graph graph_;
  Directed directed_;
};

void Measuring::read_node(osmium::Node const& node) {
  ++figures_.nodes;
  locations_.emplace(node.id(), node.location());
  std::string_view const place = node.tags().get_value_by_key("place", "");
  bool const village = place == "village" || place == "hamlet";
  if (village || place == "town" || place == "city") {
    settlements_.push_back({node.location(), village});
  }
}

std::size_t Measuring::vertex(std::int64_t id) {
  auto const location = locations_.find(id);
  if (location == locations_.end()) {
    return kNowhere;  // cut off by the extract's border
  }
  auto const [it, fresh] = vertices_.emplace(id, where_.size());
  if (fresh) {
    where_.push_back(location->second);
    boost::add_vertex(graph_);
    boost::add_vertex(directed_);
  }
  return it->second;
}

void Measuring::read_way(osmium::Way const& way) {
  ++figures_.ways;
  if (way.tags().has_key("highway")) {
    for (auto const& ref : way.nodes()) {
      road_nodes_.insert(ref.ref());
    }
  }
  if (!is_drivable(way.tags())) {
    return;
  }
  int const direction = direction_of(way.tags());
  std::size_t before = kNowhere;
  for (auto const& ref : way.nodes()) {
    std::size_t const here = vertex(ref.ref());
    if (before != kNowhere && here != kNowhere && before != here) {
      double const metres = apart(before, here);
      figures_.drivable_km += metres / 1000;
      boost::add_edge(before, here, Weight{metres, {boost::num_edges(graph_)}}, graph_);
      if (direction >= 0) {
        boost::add_edge(before, here, directed_);
      }
      if (direction <= 0) {
        boost::add_edge(here, before, directed_);
      }
    }
    before = here;
  }
}

void Measuring::read(std::filesystem::path const& file) {
  osmium::io::Reader reader{osmium::io::File{file.string()}};
  while (osmium::memory::Buffer const buffer = reader.read()) {
    for (auto const& object : buffer.select<osmium::OSMObject>()) {
      if (object.type() == osmium::item_type::node) {
        read_node(static_cast<osmium::Node const&>(object));
      } else if (object.type() == osmium::item_type::way) {
        read_way(static_cast<osmium::Way const&>(object));
      } else {
        ++figures_.relations;
      }
    }
  }
  reader.close();
  figures_.road_nodes = road_nodes_.size();
  figures_.drivable_nodes = where_.size();
}

void Measuring::count_degrees() {
  std::map<std::size_t, std::size_t> count;
  std::size_t all = 0;
  for (std::size_t v = 0; v < where_.size(); ++v) {
    std::size_t const degree = boost::out_degree(v, graph_);
    if (degree != 2) {
      ++count[std::min<std::size_t>(degree, 5)];
      ++all;
    }
  }
  for (auto const& [degree, n] : count) {
    figures_.degree_share[degree] = static_cast<double>(n) / static_cast<double>(all);
  }
}

template <class Numbers>
std::pair<std::size_t, std::size_t> largest_of(Numbers const& component, std::size_t count) {
  std::vector<std::size_t> sizes(count, 0);
  for (std::size_t const c : component) {
    ++sizes[c];
  }
  auto const it = std::max_element(sizes.begin(), sizes.end());
  return {static_cast<std::size_t>(it - sizes.begin()), *it};
}

void Measuring::find_components() {
  component_.resize(where_.size());
  std::size_t const count = boost::connected_components(graph_, component_.data());
  auto const [largest, size] = largest_of(component_, count);
  largest_ = largest;
  figures_.components = count;
  figures_.largest_component = static_cast<double>(size) / static_cast<double>(where_.size());
  std::vector<std::size_t> strong(where_.size());
  std::size_t const strong_count = boost::strong_components(
      directed_, boost::make_iterator_property_map(strong.begin(),
                                                   boost::get(boost::vertex_index, directed_)));
  figures_.largest_strong = static_cast<double>(largest_of(strong, strong_count).second) /
                            static_cast<double>(where_.size());
}

void Measuring::snap_settlements() {
  std::map<std::pair<int, int>, std::vector<std::size_t>> squares;
  for (std::size_t v = 0; v < where_.size(); ++v) {
    squares[square_of(where_[v])].push_back(v);
  }
  for (Settlement const& s : settlements_) {
    std::size_t best = kNowhere;
    double least = 500;
    auto const [row, column] = square_of(s.location);
    for (int dr = -1; dr <= 1; ++dr) {
      for (int dc = -1; dc <= 1; ++dc) {
        for (std::size_t const v : squares[{row + dr, column + dc}]) {
          double const d = osmium::geom::haversine::distance(s.location, where_[v]);
          if (d < least) {
            least = d;
            best = v;
          }
        }
      }
    }
    if (best != kNowhere) {
      settlement_nodes_.push_back(best);
      if (s.village) {
        village_nodes_.push_back(best);
      }
    }
  }
}

void Measuring::count_single_roads() {
  // An edge that is a biconnected component by itself is a bridge; without the bridges, the components
  // are the 2-edge-connected ones.
  std::vector<std::size_t> block(boost::num_edges(graph_));
  auto const index = boost::get(boost::edge_index, graph_);
  std::size_t const blocks = boost::biconnected_components(
      graph_, boost::make_iterator_property_map(block.begin(), index));
  std::vector<std::size_t> sizes(blocks, 0);
  for (std::size_t const b : block) {
    ++sizes[b];
  }
  Graph whole(where_.size());
  for (auto [it, end] = boost::edges(graph_); it != end; ++it) {
    if (sizes[block[index[*it]]] > 1) {
      boost::add_edge(boost::source(*it, graph_), boost::target(*it, graph_), whole);
    }
  }
  std::vector<std::size_t> part(where_.size());
  std::size_t const parts = boost::connected_components(whole, part.data());
  std::size_t const largest = largest_of(part, parts).first;
  figures_.villages = village_nodes_.size();
  for (std::size_t const v : village_nodes_) {
    figures_.villages_on_one_road += part[v] == largest ? 0U : 1U;
  }
}

std::vector<std::size_t> Measuring::any_nodes() const {
  std::vector<std::size_t> nodes(where_.size());
  for (std::size_t v = 0; v < nodes.size(); ++v) {
    nodes[v] = v;
  }
  return nodes;
}

std::vector<std::size_t> Measuring::town_nodes() const {
  std::map<std::pair<int, int>, std::size_t> crossings;
  for (std::size_t v = 0; v < where_.size(); ++v) {
    crossings[square_of(where_[v])] += boost::out_degree(v, graph_) > 2 ? 1U : 0U;
  }
  auto const densest =
      std::max_element(crossings.begin(), crossings.end(),
                       [](auto const& a, auto const& b) { return a.second < b.second; });
  std::vector<std::size_t> nodes;
  for (std::size_t v = 0; v < where_.size(); ++v) {
    auto const [row, column] = square_of(where_[v]);
    bool const near =
        std::abs(row - densest->first.first) <= 1 && std::abs(column - densest->first.second) <= 1;
    if (near && boost::out_degree(v, graph_) > 2) {
      nodes.push_back(v);
    }
  }
  return nodes;
}

double Measuring::detour(std::vector<std::size_t> const& among, double least, double most) {
  std::vector<std::size_t> nodes;
  std::copy_if(among.begin(), among.end(), std::back_inserter(nodes),
               [&](std::size_t v) { return component_[v] == largest_; });
  if (nodes.size() < 2) {
    return 0;
  }
  constexpr int kOrigins = 40;
  constexpr int kGoals = 60;
  Random random{20250101};
  std::vector<double> ratios;
  std::vector<double> distance(where_.size());
  for (int i = 0; i < kOrigins; ++i) {
    std::size_t const from = nodes[random.below(nodes.size())];
    boost::dijkstra_shortest_paths(graph_, from,
                                   boost::distance_map(boost::make_iterator_property_map(
                                       distance.begin(), boost::get(boost::vertex_index, graph_))));
    std::vector<std::size_t> goals;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(goals), [&](std::size_t v) {
      double const crow = apart(from, v);
      return crow >= least && crow <= most;
    });
    for (int k = 0; k < kGoals && !goals.empty(); ++k) {
      std::size_t const to = goals[random.below(goals.size())];
      ratios.push_back(distance[to] / apart(from, to));
    }
  }
  if (ratios.empty()) {
    return 0;
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios[ratios.size() / 2];
}

}  // namespace

RoadFigures measure_roads(std::filesystem::path const& osm_file) {
  return Measuring{osm_file}.figures();
}

}  // namespace fenghuo::gis
