#include <algorithm>
#include <limits>
#include <numeric>

#include "gis/routing/arc_weight.h"

namespace fenghuo::gis {

namespace {

constexpr std::uint32_t kUnseen = std::numeric_limits<std::uint32_t>::max();

/// Strongly connected parts by Tarjan's algorithm (1972), with a stack of its own, since roads are
/// long and the thread's stack is not.
class StrongParts {
 public:
  StrongParts(RoadGraph const& graph, std::vector<bool> const& open)
      : graph_{graph},
        open_{open},
        order_(graph.node_count(), kUnseen),
        low_(graph.node_count(), 0),
        part_(graph.node_count(), kUnseen) {
    for (NodeId node = 0; node < graph.node_count(); ++node) {
      if (order_[node] == kUnseen) {
        visit(node);
      }
    }
  }

  std::uint32_t part(NodeId node) const { return part_[node]; }
  std::vector<std::size_t> const& sizes() const { return sizes_; }

 private:
  struct Frame {
    NodeId node = 0;
    std::uint32_t next = 0;  ///< place in out_arcs
  };

  void enter(NodeId node) {
    order_[node] = low_[node] = counter_++;
    pending_.push_back(node);
    frames_.push_back({node, graph_.first_out[node]});
  }

  void visit(NodeId root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.next == graph_.first_out[frame.node + 1]) {
        leave(frame.node);
        continue;
      }
      ArcId const arc = graph_.out_arcs[frame.next++];
      if (!open_[arc]) {
        continue;
      }
      NodeId const node = frame.node;
      NodeId const head = graph_.head(arc);
      if (order_[head] == kUnseen) {
        enter(head);
      } else if (part_[head] == kUnseen) {
        low_[node] = std::min(low_[node], order_[head]);
      }
    }
  }

  void leave(NodeId node) {
    frames_.pop_back();
    if (!frames_.empty()) {
      NodeId const before = frames_.back().node;
      low_[before] = std::min(low_[before], low_[node]);
    }
    if (low_[node] != order_[node]) {
      return;
    }
    auto const part = static_cast<std::uint32_t>(sizes_.size());
    sizes_.push_back(0);
    for (NodeId member = kUnseen; member != node;) {
      member = pending_.back();
      pending_.pop_back();
      part_[member] = part;
      ++sizes_.back();
    }
  }

  RoadGraph const& graph_;
  std::vector<bool> const& open_;
  std::vector<std::uint32_t> order_, low_, part_;
  std::vector<std::size_t> sizes_;
  std::vector<NodeId> pending_;
  std::vector<Frame> frames_;
  std::uint32_t counter_ = 0;
};

std::vector<bool> mainland_edges(RoadGraph const& graph, Profile profile) {
  std::vector<bool> open(graph.arc_count());
  for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
    open[arc] = arc_weight(graph, arc, profile, RoutingSettings{}) != kClosed;
  }
  StrongParts const parts{graph, open};
  std::size_t const largest = *std::max_element(parts.sizes().begin(), parts.sizes().end());
  std::size_t const threshold = std::min(largest, kLargePart);
  std::vector<bool> out(graph.edge_count());
  for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
    std::uint32_t const part = parts.part(graph.tail(arc));
    if (open[arc] && part == parts.part(graph.head(arc)) && parts.sizes()[part] >= threshold) {
      out[edge_of(arc)] = true;
    }
  }
  return out;
}

}  // namespace

std::vector<std::uint8_t> mainland_of(RoadGraph const& graph) {
  std::vector<std::uint8_t> out(graph.edge_count(), 0);
  auto const mark = [&](Profile profile, unsigned bits) {
    auto const edges = mainland_edges(graph, profile);
    for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
      out[edge] = static_cast<std::uint8_t>(out[edge] | (edges[edge] ? bits : 0U));
    }
  };
  constexpr auto kBit = [](Profile profile) { return 1U << static_cast<unsigned>(profile); };
  mark(Profile::Light, kBit(Profile::Light) | kBit(Profile::Heavy));
  mark(Profile::Offroad, kBit(Profile::Offroad));
  mark(Profile::Foot, kBit(Profile::Foot));
  return out;
}

WeakParts weak_parts(RoadGraph const& graph) {
  std::vector<NodeId> leader(graph.node_count());
  std::iota(leader.begin(), leader.end(), 0U);
  auto const find = [&](NodeId node) {
    while (leader[node] != node) {
      leader[node] = leader[leader[node]];
      node = leader[node];
    }
    return node;
  };
  for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    leader[find(graph.edge_from[edge])] = find(graph.edge_to[edge]);
  }
  std::vector<std::uint64_t> sizes(graph.node_count(), 0);
  WeakParts out;
  for (NodeId node = 0; node < graph.node_count(); ++node) {
    std::uint64_t const size = ++sizes[find(node)];
    out.count += size == 1 ? 1U : 0U;
    out.largest = std::max(out.largest, size);
  }
  return out;
}

}  // namespace fenghuo::gis
