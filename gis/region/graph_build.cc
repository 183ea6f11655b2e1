#include "gis/region/graph_build.h"

#include <algorithm>

#include "gis/geo/distance.h"

namespace fenghuo::gis {

namespace {

constexpr NodeId kNone = 0xFFFFFFFF;

/// The end of an edge at an obstacle: each end has a node of its own there.
struct Arm {
  std::uint32_t osm_node = 0;
  NodeId node = 0;
  std::uint32_t road = 0;
};

class GraphBuilder {
 public:
  GraphBuilder(OsmExtract const& osm, TextPool& texts)
      : osm_{osm},
        texts_{texts},
        uses_(osm.nodes.size(), 0),
        node_of_(osm.nodes.size(), kNone),
        is_obstacle_(osm.nodes.size(), false) {}

  BuiltGraph run() {
    for (auto const& obstacle : osm_.obstacles) {
      is_obstacle_[obstacle.node] = true;
    }
    count_uses();
    for (std::uint32_t road = 0; road < osm_.roads.size(); ++road) {
      add_road(road);
    }
    ferry_speed_ = 0;
    join_arms();
    link_nodes();
    return std::move(out_);
  }

 private:
  /// The nodes of a way without repeats of the same node in a row.
  std::vector<std::uint32_t> const& nodes_of(RoadWay const& road) {
    way_nodes_.clear();
    for (std::uint64_t at = road.first_ref; at < road.first_ref + road.ref_count; ++at) {
      std::uint32_t const node = osm_.nodes.index_of(osm_.road_refs[at]);
      if (way_nodes_.empty() || way_nodes_.back() != node) {
        way_nodes_.push_back(node);
      }
    }
    return way_nodes_;
  }

  void count_uses() {
    std::vector<bool> missed(osm_.nodes.size(), false);
    for (auto const& road : osm_.roads) {
      bool whole = true;
      for (std::uint32_t const node : nodes_of(road)) {
        uses_[node] = static_cast<std::uint8_t>(std::min(2, uses_[node] + 1));
        if (!osm_.nodes.has(node)) {
          whole = false;
          out_.nodes_missing += missed[node] ? 0U : 1U;
          missed[node] = true;
        }
      }
      out_.ways_cut += whole ? 0U : 1U;
    }
  }

  /// km/h of a ferry whose crossing time is known; 0 for everything else.
  std::uint8_t ferry_speed(RoadWay const& road, std::span<std::uint32_t const> nodes) const {
    std::vector<GeoPoint> line;
    for (std::uint32_t const node : road.traits.ferry_s > 0 ? nodes : nodes.first(0)) {
      if (osm_.nodes.has(node)) {
        line.push_back(osm_.nodes.point(node));
      }
    }
    if (line.size() < 2 || road.traits.ferry_s <= 0) {
      return 0;
    }
    std::int64_t const kmh = length_of(line).cm * 36 / 1000 / road.traits.ferry_s;
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>(kmh, 1, 80));
  }

  void add_road(std::uint32_t road) {
    auto const& nodes = nodes_of(osm_.roads[road]);
    ferry_speed_ = ferry_speed(osm_.roads[road], nodes);
    std::size_t const edges_before = out_.arrays.edge_from.size();
    for (std::size_t begin = 0; begin < nodes.size();) {
      if (!osm_.nodes.has(nodes[begin])) {
        ++begin;
        continue;
      }
      std::size_t end = begin;
      while (end < nodes.size() && osm_.nodes.has(nodes[end])) {
        ++end;
      }
      add_part(road, std::span{nodes}.subspan(begin, end - begin));
      begin = end;
    }
    out_.ways_used += out_.arrays.edge_from.size() > edges_before ? 1U : 0U;
  }

  void add_part(std::uint32_t road, std::span<std::uint32_t const> nodes) {
    std::size_t begin = 0;
    for (std::size_t at = 1; at < nodes.size(); ++at) {
      bool const cut = at + 1 == nodes.size() || uses_[nodes[at]] > 1 || is_obstacle_[nodes[at]];
      if (cut) {
        add_edge(road, nodes.subspan(begin, at - begin + 1));
        begin = at;
      }
    }
  }

  NodeId new_node(std::uint32_t osm_node) {
    out_.arrays.node_point.push_back(osm_.nodes.point(osm_node));
    return static_cast<NodeId>(out_.arrays.node_point.size() - 1);
  }

  NodeId end_at(std::uint32_t road, std::uint32_t osm_node) {
    if (is_obstacle_[osm_node]) {
      arms_.push_back({osm_node, new_node(osm_node), road});
      return arms_.back().node;
    }
    if (node_of_[osm_node] == kNone) {
      node_of_[osm_node] = new_node(osm_node);
    }
    return node_of_[osm_node];
  }

  void add_edge(std::uint32_t road, std::span<std::uint32_t const> nodes) {
    NodeId const from = end_at(road, nodes.front());
    NodeId const to = end_at(road, nodes.back());
    auto& geometry = out_.arrays.geometry;
    for (std::uint32_t const node : nodes) {
      geometry.push_back(osm_.nodes.point(node));
    }
    push_edge(osm_.roads[road], from, to);
  }

  /// The geometry has been appended already.
  void push_edge(RoadWay const& road, NodeId from, NodeId to) {
    GraphArrays& a = out_.arrays;
    std::span const points = std::span{a.geometry}.subspan(a.geometry_first.back());
    a.geometry_first.push_back(static_cast<std::uint32_t>(a.geometry.size()));
    a.edge_from.push_back(from);
    a.edge_to.push_back(to);
    a.edge_length_cm.push_back(static_cast<std::uint32_t>(length_of(points).cm));
    a.edge_way.push_back(road.id);
    a.edge_class.push_back(static_cast<std::uint8_t>(road.traits.road_class));
    constexpr std::uint16_t kAllButSpeed = 0xFFFF ^ edge_flag::kSpeedAssumed;
    a.edge_flags.push_back(ferry_speed_ > 0 ? road.traits.flags & kAllButSpeed : road.traits.flags);
    a.edge_speed_forward.push_back(ferry_speed_ > 0 ? ferry_speed_ : road.traits.speed_forward);
    a.edge_speed_backward.push_back(ferry_speed_ > 0 ? ferry_speed_ : road.traits.speed_backward);
    a.edge_max_weight.push_back(road.traits.max_weight);
    a.edge_max_height.push_back(road.traits.max_height);
    a.edge_max_width.push_back(road.traits.max_width);
    a.edge_name.push_back(texts_.index_of(road.name));
    a.edge_ref.push_back(texts_.index_of(road.ref));
    a.edge_structure.push_back(texts_.index_of(road.structure));
  }

  /// Joins all ends at an obstacle to the first of them, so that a way past it leads over it once or,
  /// where more than two roads meet, at most twice.
  void join_arms() {
    std::stable_sort(arms_.begin(), arms_.end(),
                     [](Arm const& a, Arm const& b) { return a.osm_node < b.osm_node; });
    for (std::size_t at = 1, hub = 0; at < arms_.size(); ++at) {
      if (arms_[at].osm_node != arms_[hub].osm_node) {
        hub = at;
        continue;
      }
      add_obstacle(arms_[hub], arms_[at]);
    }
  }

  void add_obstacle(Arm const& hub, Arm const& arm) {
    auto const known = std::lower_bound(
        osm_.obstacles.begin(), osm_.obstacles.end(), arm.osm_node,
        [](ObstacleNode const& node, std::uint32_t key) { return node.node < key; });
    ensure(known != osm_.obstacles.end() && known->node == arm.osm_node, "arms end at obstacles");
    NodeObstacle const& obstacle = known->obstacle;
    RoadWay road = osm_.roads[arm.road];
    // The road's own properties stay with its edges; here only what stands in the way counts.
    constexpr std::uint16_t kKept =
        edge_flag::kSpeedAssumed | edge_flag::kUnpaved | edge_flag::kLink;
    road.traits.flags = static_cast<std::uint16_t>((road.traits.flags & kKept) | obstacle.flags);
    road.traits.max_weight = obstacle.max_weight;
    road.traits.max_height = obstacle.max_height;
    road.traits.max_width = obstacle.max_width;
    GeoPoint const point = osm_.nodes.point(arm.osm_node);
    out_.arrays.geometry.insert(out_.arrays.geometry.end(), 2, point);
    push_edge(road, hub.node, arm.node);
  }

  void link_nodes() {
    GraphArrays& a = out_.arrays;
    auto const edges = static_cast<EdgeId>(a.edge_from.size());
    a.first_out.assign(a.node_point.size() + 1, 0);
    for (EdgeId edge = 0; edge < edges; ++edge) {
      ++a.first_out[a.edge_from[edge] + 1];
      ++a.first_out[a.edge_to[edge] + 1];
    }
    for (std::size_t node = 0; node < a.node_point.size(); ++node) {
      a.first_out[node + 1] += a.first_out[node];
    }
    a.out_arcs.resize(std::size_t{edges} * 2);
    std::vector<std::uint32_t> next(a.first_out.begin(), a.first_out.end() - 1);
    for (EdgeId edge = 0; edge < edges; ++edge) {
      a.out_arcs[next[a.edge_from[edge]]++] = edge * 2;
      a.out_arcs[next[a.edge_to[edge]]++] = edge * 2 + 1;
    }
  }

  OsmExtract const& osm_;
  TextPool& texts_;
  std::vector<std::uint8_t> uses_;  ///< by roads, 2 for two and more
  std::vector<NodeId> node_of_;
  std::vector<bool> is_obstacle_;
  std::vector<Arm> arms_;
  std::vector<std::uint32_t> way_nodes_;
  std::uint8_t ferry_speed_ = 0;  ///< of the road that is being added
  BuiltGraph out_;
};

}  // namespace

std::uint32_t TextPool::index_of(std::string_view text) {
  if (auto const known = known_.find(text); known != known_.end()) {
    return known->second;
  }
  auto const index = static_cast<std::uint32_t>(known_.size());
  known_.emplace(text, index);
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  first_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  return index;
}

RoadGraph GraphArrays::view() const {
  return {node_point,
          first_out,
          out_arcs,
          edge_from,
          edge_to,
          edge_length_cm,
          edge_way,
          edge_class,
          edge_flags,
          edge_speed_forward,
          edge_speed_backward,
          edge_max_weight,
          edge_max_height,
          edge_max_width,
          edge_name,
          edge_ref,
          edge_mainland,
          geometry_first,
          geometry};
}

BuiltGraph build_graph(OsmExtract const& osm, TextPool& texts) {
  return GraphBuilder{osm, texts}.run();
}

}  // namespace fenghuo::gis
