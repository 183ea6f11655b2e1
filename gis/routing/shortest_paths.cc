#include "gis/routing/shortest_paths.h"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/property_map/property_map.hpp>
#include <utility>

namespace fenghuo::gis {

namespace {

using Csr =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, std::uint32_t, std::uint32_t>;
using CsrEdge = boost::graph_traits<Csr>::edge_descriptor;
using CsrIndex = boost::property_map<Csr, boost::edge_index_t>::const_type;

/// The search is over: Boost.Graph can only be left by an exception.
struct GoalsSettled {};

}  // namespace

/// What the property maps below may see of a SearchTree.
struct SearchAccess {
  static void begin(SearchTree& tree, std::size_t nodes) {
    if (tree.nodes_.size() != nodes || tree.round_ == std::numeric_limits<std::uint32_t>::max()) {
      tree.nodes_.assign(nodes, {});
      tree.round_ = 0;
    }
    ++tree.round_;
  }
  static SearchTree::Node& node(SearchTree& tree, NodeId node) {
    SearchTree::Node& state = tree.nodes_[node];
    if (state.round != tree.round_) {
      state = {};
      state.round = tree.round_;
    }
    return state;
  }
};

namespace {

template <class Value>
struct TreeMap {
  // NOLINTBEGIN(readability-identifier-naming): Boost.Graph asks for these names.
  using key_type = NodeId;
  using value_type = Value;
  using reference = Value;
  using category = boost::read_write_property_map_tag;
  // NOLINTEND(readability-identifier-naming)
  SearchTree* tree = nullptr;
};

struct TimeMap : TreeMap<std::uint64_t> {
  friend std::uint64_t get(TimeMap const& map, NodeId node) { return map.tree->ms(node); }
  friend void put(TimeMap const& map, NodeId node, std::uint64_t ms) {
    SearchAccess::node(*map.tree, node).ms = ms;
  }
};

struct ColourMap : TreeMap<boost::default_color_type> {
  friend boost::default_color_type get(ColourMap const& map, NodeId node) {
    return static_cast<boost::default_color_type>(SearchAccess::node(*map.tree, node).colour);
  }
  friend void put(ColourMap const& map, NodeId node, boost::default_color_type colour) {
    SearchAccess::node(*map.tree, node).colour = static_cast<std::uint8_t>(colour);
  }
};

struct ArcMap {
  // NOLINTBEGIN(readability-identifier-naming): Boost.Graph asks for these names.
  using key_type = CsrEdge;
  using value_type = std::uint64_t;
  using reference = std::uint64_t;
  using category = boost::readable_property_map_tag;
  // NOLINTEND(readability-identifier-naming)
  CsrIndex index;
  std::span<ArcId const> out_arcs;
  RoadWeights const* weights = nullptr;
  ArcId flip = 0;  ///< 1 backward

  ArcId arc(CsrEdge const& edge) const { return out_arcs[get(index, edge)] ^ flip; }
  friend std::uint64_t get(ArcMap const& map, CsrEdge const& edge) {
    Weight const weight = (*map.weights)[map.arc(edge)];
    return weight == kClosed ? SearchTree::kFar : weight;
  }
};

class GoalVisitor : public boost::default_dijkstra_visitor {
 public:
  GoalVisitor(SearchTree& tree, ArcMap const& arcs, std::size_t goals)
      : tree_{&tree}, arcs_{&arcs}, left_{goals} {}

  void examine_vertex(NodeId node, Csr const& /*graph*/) {
    auto& state = SearchAccess::node(*tree_, node);
    // A node may be queued over a closed arc; once the first such comes up nothing else is left.
    left_ -= state.is_goal ? 1 : 0;
    if (state.ms == SearchTree::kFar || (state.is_goal && left_ == 0)) {
      throw GoalsSettled{};
    }
  }
  void edge_relaxed(CsrEdge const& edge, Csr const& graph) {
    SearchAccess::node(*tree_, target(edge, graph)).arc = arcs_->arc(edge);
  }

 private:
  SearchTree* tree_;
  ArcMap const* arcs_;
  std::size_t left_;
};

std::vector<std::pair<NodeId, NodeId>> ends_of_arcs(RoadGraph const& graph) {
  std::vector<std::pair<NodeId, NodeId>> ends;
  ends.reserve(graph.out_arcs.size());
  for (ArcId const arc : graph.out_arcs) {
    ends.emplace_back(graph.tail(arc), graph.head(arc));
  }
  return ends;
}

}  // namespace

struct ShortestPaths::Graph {
  RoadGraph roads;
  Csr csr;

  Graph(RoadGraph const& graph, std::vector<std::pair<NodeId, NodeId>> const& ends)
      : roads{graph}, csr{boost::edges_are_sorted, ends.begin(), ends.end(), graph.node_count()} {}
};

ShortestPaths::ShortestPaths(RoadGraph const& graph)
    : graph_{std::make_unique<Graph>(graph, ends_of_arcs(graph))} {}
ShortestPaths::~ShortestPaths() = default;

void ShortestPaths::search(RoadWeights const& weights, Direction direction,
                           std::span<Start const> starts, std::span<NodeId const> goals,
                           SearchTree& tree) const {
  SearchAccess::begin(tree, graph_->roads.node_count());
  std::vector<NodeId> sources;
  for (Start const& start : starts) {
    auto& state = SearchAccess::node(tree, start.node);
    if (state.ms == SearchTree::kFar) {
      sources.push_back(start.node);
    }
    state.ms = std::min(state.ms, start.ms);
  }
  std::size_t distinct = 0;
  for (NodeId const goal : goals) {
    auto& state = SearchAccess::node(tree, goal);
    distinct += state.is_goal ? 0U : 1U;
    state.is_goal = true;
  }
  if (sources.empty() || distinct == 0) {
    return;
  }
  ArcMap const arcs{get(boost::edge_index, graph_->csr), graph_->roads.out_arcs, &weights,
                    direction == Direction::Backward ? 1U : 0U};
  TimeMap times;
  times.tree = &tree;
  ColourMap colours;
  colours.tree = &tree;
  try {
    boost::dijkstra_shortest_paths_no_init(
        graph_->csr, sources.begin(), sources.end(), boost::dummy_property_map{}, times, arcs,
        get(boost::vertex_index, graph_->csr), std::less<>{},
        boost::closed_plus<std::uint64_t>{SearchTree::kFar}, std::uint64_t{0},
        GoalVisitor{tree, arcs, distinct}, colours);
  } catch (GoalsSettled const&) {
    return;
  }
}

}  // namespace fenghuo::gis
