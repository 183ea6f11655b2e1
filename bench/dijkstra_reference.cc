#include "bench/dijkstra_reference.h"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/detail/d_ary_heap.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/property_map/property_map.hpp>

namespace fenghuo::bench {

using gis::kClosed;
using gis::NodeId;
using gis::Weight;

namespace {

using Csr = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Weight,
                                               boost::no_property, NodeId, NodeId>;
using CsrEdge = boost::graph_traits<Csr>::edge_descriptor;

/// The answer is there: Boost.Graph can only be left by an exception.
struct Answered {};

/// What one direction keeps between searches.
struct Maps {
  std::vector<Weight> ms;
  std::vector<NodeId> before;
  std::vector<std::uint8_t> colour;
  std::vector<std::size_t> place;
  std::vector<NodeId> touched;

  explicit Maps(std::size_t n) : ms(n, kClosed), before(n, 0), colour(n, 0), place(n, 0) {}
  void clear() {
    for (NodeId const node : touched) {
      ms[node] = kClosed;
      colour[node] = 0;
    }
    touched.clear();
  }
};

struct ColourMap {
  // NOLINTBEGIN(readability-identifier-naming): Boost.Graph asks for these names.
  using key_type = NodeId;
  using value_type = boost::default_color_type;
  using reference = boost::default_color_type;
  using category = boost::read_write_property_map_tag;
  // NOLINTEND(readability-identifier-naming)
  std::uint8_t* colour = nullptr;
  friend boost::default_color_type get(ColourMap const& map, NodeId node) {
    return static_cast<boost::default_color_type>(map.colour[node]);
  }
  friend void put(ColourMap const& map, NodeId node, boost::default_color_type colour) {
    map.colour[node] = static_cast<std::uint8_t>(colour);
  }
};

/// Told of every node that is settled; `done` ends the search.
template <class Settled>
class Visitor : public boost::dijkstra_visitor<> {
 public:
  Visitor(Maps& maps, Settled& settled) : maps_{&maps}, settled_{&settled} {}
  void discover_vertex(NodeId node, Csr const& /*graph*/) { maps_->touched.push_back(node); }
  void examine_vertex(NodeId node, Csr const& /*graph*/) {
    if ((*settled_)(node, maps_->ms[node])) {
      throw Answered{};
    }
  }

 private:
  Maps* maps_;
  Settled* settled_;
};

Csr graph_of(RoadArrays const& roads, bool backward) {
  std::vector<std::pair<NodeId, NodeId>> ends;
  std::vector<Weight> weights;
  for (std::size_t arc = 0; arc < roads.weights.size(); ++arc) {
    if (roads.weights[arc] < kClosed) {
      NodeId const a = roads.from[arc / 2];
      NodeId const b = roads.to[arc / 2];
      bool const as_drawn = (arc % 2 == 0) != backward;
      ends.emplace_back(as_drawn ? a : b, as_drawn ? b : a);
      weights.push_back(roads.weights[arc]);
    }
  }
  return {boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(), weights.begin(),
          static_cast<NodeId>(roads.nodes())};
}

template <class Settled>
void search(Csr const& graph, Maps& maps, NodeId from, Settled settled) {
  maps.clear();
  maps.ms[from] = 0;
  maps.before[from] = from;
  auto const index = get(boost::vertex_index, graph);
  auto const ms = boost::make_iterator_property_map(maps.ms.begin(), index);
  auto const place = boost::make_iterator_property_map(maps.place.begin(), index);
  auto const before = boost::make_iterator_property_map(maps.before.begin(), index);
  using Heap = boost::d_ary_heap_indirect<NodeId, 4, decltype(place), decltype(ms), std::less<>>;
  Heap heap{ms, place, std::less<>{}};
  auto const weight = get(boost::edge_bundle, graph);
  Visitor<Settled> visitor{maps, settled};
  boost::detail::dijkstra_bfs_visitor<Visitor<Settled>, Heap, decltype(weight), decltype(before),
                                      decltype(ms), std::plus<Weight>, std::less<>>
      steps{visitor, heap, weight, before, ms, std::plus<Weight>{}, std::less<>{}, Weight{0}};
  ColourMap colour;
  colour.colour = maps.colour.data();
  try {
    boost::breadth_first_visit(graph, &from, &from + 1, heap, steps, colour);
  } catch (Answered const&) {
    return;
  }
}

}  // namespace

struct DijkstraReference::Graphs {
  Csr forward, backward;
  Maps maps;
  std::vector<std::uint8_t> wanted;
};

DijkstraReference::DijkstraReference(RoadArrays const& roads)
    : graphs_{new Graphs{graph_of(roads, false), graph_of(roads, true), Maps{roads.nodes()},
                         std::vector<std::uint8_t>(roads.nodes(), 0)}} {}
DijkstraReference::~DijkstraReference() = default;

Weight DijkstraReference::one_to_one(NodeId from, NodeId to) {
  Weight found = kClosed;
  search(graphs_->forward, graphs_->maps, from, [&](NodeId node, Weight ms) {
    found = node == to ? ms : found;
    return node == to;
  });
  return found;
}

Weight DijkstraReference::one_to_one(NodeId from, NodeId to, std::vector<NodeId>& way) {
  Weight const ms = one_to_one(from, to);
  way.clear();
  if (ms < kClosed) {
    for (way.push_back(to); way.back() != from;) {
      way.push_back(graphs_->maps.before[way.back()]);
    }
    std::reverse(way.begin(), way.end());
  }
  return ms;
}

void DijkstraReference::one_to_many(Way way, NodeId node, std::span<NodeId const> others,
                                    std::vector<Weight>& ms) {
  std::size_t left = 0;
  for (NodeId const other : others) {
    left += graphs_->wanted[other] == 0 ? 1U : 0U;
    graphs_->wanted[other] = 1;
  }
  search(way == Way::Leaving ? graphs_->forward : graphs_->backward, graphs_->maps, node,
         [&](NodeId settled, Weight /*ms*/) {
           left -= graphs_->wanted[settled];
           return left == 0;
         });
  ms.clear();
  for (NodeId const other : others) {
    graphs_->wanted[other] = 0;
    ms.push_back(graphs_->maps.ms[other]);
  }
}

void DijkstraReference::nearest(Way way, NodeId node, std::span<std::uint16_t const> marks,
                                std::size_t k, std::vector<Weight>& ms) {
  ms.clear();
  search(way == Way::Leaving ? graphs_->forward : graphs_->backward, graphs_->maps, node,
         [&](NodeId settled, Weight time) {
           for (std::uint16_t i = 0; i < marks[settled] && ms.size() < k; ++i) {
             ms.push_back(time);
           }
           return ms.size() >= k;
         });
}

void DijkstraReference::within(NodeId node, Weight limit,
                               std::vector<std::pair<NodeId, Weight>>& out) {
  out.clear();
  search(graphs_->forward, graphs_->maps, node, [&](NodeId settled, Weight ms) {
    if (ms <= limit) {
      out.emplace_back(settled, ms);
    }
    return ms > limit;
  });
}

void DijkstraReference::one_to_all(NodeId node, std::vector<Weight>& ms) {
  search(graphs_->forward, graphs_->maps, node, [](NodeId, Weight) { return false; });
  ms = graphs_->maps.ms;
}

}  // namespace fenghuo::bench
