#include "gis/demo/single_road.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace fenghuo::gis::demo {

namespace {

bool is_drivable(MapDraft const& draft, WayIndex w) {
  std::string_view const highway = draft.tag_of_way(w, "highway");
  return (!highway.empty() && highway != "path") || draft.tag_of_way(w, "route") == "ferry";
}

/// The drivable network as an undirected graph in rows: the neighbours of n and the number of the
/// stretch that leads there stand in [first[n], first[n + 1]).
struct Network {
  struct Link {
    NodeIndex to = kNone;
    std::int32_t stretch = kNone;
  };
  std::vector<std::size_t> first;
  std::vector<Link> links;

  explicit Network(MapDraft const& draft) : first(static_cast<std::size_t>(draft.nodes()) + 1, 0) {
    auto const each = [&](auto visit) {
      std::int32_t stretch = 0;
      for (WayIndex w = 0; w < draft.ways(); ++w) {
        auto const nodes = draft.nodes_of(w);
        for (std::size_t i = 1; is_drivable(draft, w) && i < nodes.size(); ++i) {
          visit(nodes[i - 1], nodes[i], stretch++);
        }
      }
    };
    each([&](NodeIndex a, NodeIndex b, std::int32_t) {
      ++first[static_cast<std::size_t>(a)];
      ++first[static_cast<std::size_t>(b)];
    });
    std::size_t sum = 0;
    for (std::size_t& f : first) {
      sum += f;
      f = sum;
    }
    links.resize(sum);
    each([&](NodeIndex a, NodeIndex b, std::int32_t stretch) {
      links[--first[static_cast<std::size_t>(a)]] = {b, stretch};
      links[--first[static_cast<std::size_t>(b)]] = {a, stretch};
    });
  }
};

/// The 2-edge-connected component of each node, by depth-first search with a stack of its own.
class WholeParts {
 public:
  explicit WholeParts(Network const& network)
      : network_{network},
        order_(network.first.size() - 1, kNone),
        low_(order_.size(), kNone),
        part_(order_.size(), kNone) {
    for (std::size_t n = 0; n < order_.size(); ++n) {
      if (order_[n] == kNone && network.first[n] != network.first[n + 1]) {
        search(n);
      }
    }
  }
  std::int32_t part(NodeIndex n) const { return part_[static_cast<std::size_t>(n)]; }
  std::int32_t largest() const {
    return static_cast<std::int32_t>(std::max_element(sizes_.begin(), sizes_.end()) -
                                     sizes_.begin());
  }

 private:
  struct Frame {
    std::size_t node;
    std::int32_t by;  ///< the stretch through which the search came
    std::size_t next;
  };
  void open(std::size_t n, std::int32_t by) {
    order_[n] = low_[n] = clock_++;
    pending_.push_back(n);
    frames_.push_back({n, by, network_.first[n]});
  }
  void close(std::size_t n) {
    if (low_[n] != order_[n]) {
      return;
    }
    std::size_t size = 0;
    for (bool more = true; more; ++size) {
      std::size_t const m = pending_.back();
      pending_.pop_back();
      part_[m] = static_cast<std::int32_t>(sizes_.size());
      more = m != n;
    }
    sizes_.push_back(size);
  }
  void search(std::size_t root) {
    open(root, kNone);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      std::size_t const n = frame.node;
      if (frame.next == network_.first[n + 1]) {
        close(n);
        frames_.pop_back();
        if (!frames_.empty()) {
          std::size_t const above = frames_.back().node;
          low_[above] = std::min(low_[above], low_[n]);
        }
        continue;
      }
      Network::Link const link = network_.links[frame.next++];
      auto const to = static_cast<std::size_t>(link.to);
      if (link.stretch == frame.by) {
        continue;
      }
      if (order_[to] == kNone) {
        open(to, link.stretch);
      } else {
        low_[n] = std::min(low_[n], order_[to]);
      }
    }
  }

  Network const& network_;
  std::vector<std::int32_t> order_, low_, part_;
  std::vector<std::size_t> pending_, sizes_;
  std::vector<Frame> frames_;
  std::int32_t clock_ = 0;
};

}  // namespace

SingleRoad villages_on_one_road(Sheet& sheet) {
  Network const network{sheet.draft};
  WholeParts const parts{network};
  std::int32_t const whole = parts.largest();
  SingleRoad result;
  for (Settlement const& s : sheet.plan.settlements) {
    if (s.kind == SettlementKind::Village || s.kind == SettlementKind::Hamlet) {
      ++result.villages;
      result.on_one_road += parts.part(sheet.centre(s.centre)) == whole ? 0U : 1U;
    }
  }
  return result;
}

}  // namespace fenghuo::gis::demo
