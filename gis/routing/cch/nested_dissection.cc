#include "gis/routing/cch/nested_dissection.h"

#include <algorithm>
#include <array>
#include <bit>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <numeric>
#include <thread>
#include <tuple>

#include "gis/routing/cch/separator.h"

namespace fenghuo::gis::cch {

namespace {

using Side = NodeFlow::Side;

/// Pieces up to this size are not cut any further.
constexpr std::uint32_t kSmall = 8;

CellGraph whole(std::span<NodeId const> from, std::span<NodeId const> to,
                std::span<GeoPoint const> point) {
  CellGraph graph;
  graph.point.assign(point.begin(), point.end());
  graph.outside.resize(point.size());
  std::iota(graph.outside.begin(), graph.outside.end(), 0U);
  graph.cut_links.resize(point.size());
  std::vector<std::uint32_t> first(point.size() + 1, 0);
  for (std::size_t e = 0; e < from.size(); ++e) {
    if (from[e] != to[e]) {
      ++first[from[e] + 1];
      ++first[to[e] + 1];
    }
  }
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<std::uint32_t> linked(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::size_t e = 0; e < from.size(); ++e) {
    if (from[e] != to[e]) {
      linked[next[from[e]]++] = to[e];
      linked[next[to[e]]++] = from[e];
    }
  }
  graph.first.push_back(0);
  for (std::size_t n = 0; n < point.size(); ++n) {
    auto const begin = linked.begin() + first[n];
    auto const end = linked.begin() + first[n + 1];
    std::sort(begin, end);
    graph.linked.insert(graph.linked.end(), begin, std::unique(begin, end));
    graph.first.push_back(static_cast<std::uint32_t>(graph.linked.size()));
  }
  return graph;
}

/// The connected pieces of what is left of a graph without the nodes that are cut, the piece with the lowest
/// node first.
std::vector<CellGraph> pieces(CellGraph const& graph, std::vector<Side> const& side) {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> inside(graph.size(), kNone);
  std::vector<CellGraph> out;
  std::vector<std::uint32_t> members;
  for (std::uint32_t seed = 0; seed < graph.size(); ++seed) {
    if (inside[seed] != kNone || side[seed] == Side::Cut) {
      continue;
    }
    members.assign(1, seed);
    inside[seed] = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::uint32_t const neighbour : graph.neighbours(members[i])) {
        if (inside[neighbour] == kNone && side[neighbour] != Side::Cut) {
          inside[neighbour] = 0;
          members.push_back(neighbour);
        }
      }
    }
    for (std::uint32_t i = 0; i < members.size(); ++i) {
      inside[members[i]] = i;
    }
    CellGraph piece;
    piece.first.reserve(members.size() + 1);
    piece.first.push_back(0);
    for (std::uint32_t const member : members) {
      piece.point.push_back(graph.point[member]);
      piece.outside.push_back(graph.outside[member]);
      std::uint32_t cut_links = graph.cut_links[member];
      for (std::uint32_t const neighbour : graph.neighbours(member)) {
        if (side[neighbour] != Side::Cut) {
          piece.linked.push_back(inside[neighbour]);
        } else {
          ++cut_links;
        }
      }
      piece.cut_links.push_back(cut_links);
      piece.first.push_back(static_cast<std::uint32_t>(piece.linked.size()));
    }
    out.push_back(std::move(piece));
  }
  return out;
}

/// The nodes of a piece of at most kSmall, each time the one with the fewest neighbours left: what it makes
/// neighbours of each other is least. (Rose 1970, minimum degree.)
void by_degree(CellGraph const& graph, std::span<NodeId> order) {
  std::array<std::uint32_t, kSmall> linked{};
  for (std::uint32_t n = 0; n < graph.size(); ++n) {
    for (std::uint32_t const neighbour : graph.neighbours(n)) {
      linked[n] |= 1U << neighbour;
    }
  }
  std::uint32_t left = (1U << graph.size()) - 1;
  for (NodeId& next : order) {
    std::uint32_t best = 0;
    int least = std::numeric_limits<int>::max();
    for (std::uint32_t n = 0; n < graph.size(); ++n) {
      int const degree = std::popcount(linked[n]) + static_cast<int>(graph.cut_links[n]);
      if ((left & 1U << n) != 0 && degree < least) {
        best = n;
        least = degree;
      }
    }
    next = graph.outside[best];
    left &= ~(1U << best);
    for (std::uint32_t n = 0; n < graph.size(); ++n) {
      if ((linked[best] & 1U << n) != 0) {
        linked[n] = (linked[n] | linked[best]) & left & ~(1U << n);
      }
    }
  }
}

/// The nodes that are cut, from one end of the cut to the other. A piece below touches a stretch of a cut above
/// it, so its nodes' arcs go to ancestors that follow each other.
std::vector<std::uint32_t> in_a_line(CellGraph const& graph, std::vector<Side> const& side) {
  std::vector<std::uint32_t> cut;
  GeoPoint low{std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::max()};
  GeoPoint high{-low.lat_e7, -low.lon_e7};
  for (std::uint32_t n = 0; n < graph.size(); ++n) {
    if (side[n] == Side::Cut) {
      GeoPoint const p = graph.point[n];
      cut.push_back(n);
      low = {std::min(low.lat_e7, p.lat_e7), std::min(low.lon_e7, p.lon_e7)};
      high = {std::max(high.lat_e7, p.lat_e7), std::max(high.lon_e7, p.lon_e7)};
    }
  }
  bool const north_south =
      std::int64_t{high.lat_e7} - low.lat_e7 > std::int64_t{high.lon_e7} - low.lon_e7;
  std::sort(cut.begin(), cut.end(), [&](std::uint32_t a, std::uint32_t b) {
    GeoPoint const p = graph.point[a];
    GeoPoint const q = graph.point[b];
    return north_south ? std::tie(p.lat_e7, p.lon_e7, a) < std::tie(q.lat_e7, q.lon_e7, b)
                       : std::tie(p.lon_e7, p.lat_e7, a) < std::tie(q.lon_e7, q.lat_e7, b);
  });
  return cut;
}

/// The half of the nodes that lies on one side of the middle, without those of them that have a neighbour in the
/// other half: these are the cut.
std::vector<Side> halve(CellGraph const& graph) {
  GeoPoint low = graph.point.front();
  GeoPoint high = low;
  for (GeoPoint const p : graph.point) {
    low = {std::min(low.lat_e7, p.lat_e7), std::min(low.lon_e7, p.lon_e7)};
    high = {std::max(high.lat_e7, p.lat_e7), std::max(high.lon_e7, p.lon_e7)};
  }
  bool const by_lat =
      std::int64_t{high.lat_e7} - low.lat_e7 > std::int64_t{high.lon_e7} - low.lon_e7;
  std::vector<std::uint32_t> order(graph.size());
  std::iota(order.begin(), order.end(), 0U);
  auto const middle = order.begin() + graph.size() / 2;
  std::nth_element(order.begin(), middle, order.end(), [&](std::uint32_t a, std::uint32_t b) {
    auto const at = [&](std::uint32_t n) {
      return by_lat ? graph.point[n].lat_e7 : graph.point[n].lon_e7;
    };
    return std::pair{at(a), a} < std::pair{at(b), b};
  });
  std::vector<Side> side(graph.size(), Side::Source);
  std::for_each(middle, order.end(), [&](std::uint32_t n) { side[n] = Side::Target; });
  std::for_each(order.begin(), middle, [&](std::uint32_t n) {
    auto const neighbours = graph.neighbours(n);
    bool const at_cut = std::any_of(neighbours.begin(), neighbours.end(), [&](std::uint32_t other) {
      return side[other] == Side::Target;
    });
    side[n] = at_cut ? Side::Cut : Side::Source;
  });
  return side;
}

/// A connected piece and where its nodes go in the order.
struct Task {
  CellGraph graph;
  std::size_t begin = 0;
};

class Dissection {
 public:
  using Cut = std::vector<Side> (*)(CellGraph const&);

  Dissection(std::size_t nodes, Cut cut, std::function<void(int)> const& progress)
      : order_(nodes), cut_{cut}, progress_{progress} {}

  std::vector<NodeId> run(CellGraph graph) {
    std::vector<Side> const nothing_cut(graph.size(), Side::Source);
    split(graph, nothing_cut, 0);
    std::thread second{[this] { work(); }};
    work();
    second.join();
    return std::move(order_);
  }

 private:
  void work() {
    std::unique_lock lock{mutex_};
    while (true) {
      wake_.wait(lock, [this] { return !tasks_.empty() || busy_ == 0; });
      if (tasks_.empty()) {
        return;
      }
      Task task = std::move(tasks_.back());
      tasks_.pop_back();
      ++busy_;
      lock.unlock();
      dissect(std::move(task));
      lock.lock();
      --busy_;
      wake_.notify_all();
    }
  }

  /// Small pieces are dissected by whoever cut them off.
  void take(Task task) {
    constexpr std::size_t kWorthSharing = 2000;
    if (task.graph.size() < kWorthSharing) {
      dissect(std::move(task));
      return;
    }
    std::scoped_lock const lock{mutex_};
    tasks_.push_back(std::move(task));
    wake_.notify_all();
  }

  void dissect(Task task) {
    CellGraph const& graph = task.graph;
    if (graph.size() <= kSmall) {
      by_degree(graph, std::span{order_}.subspan(task.begin, graph.size()));
      settle(graph.size());
      return;
    }
    std::vector<Side> side = cut_(graph);
    if (side.empty()) {  // everybody is linked to everybody
      side.assign(graph.size(), Side::Cut);
    }
    split(graph, side, task.begin);
  }

  void split(CellGraph const& graph, std::vector<Side> const& side, std::size_t begin) {
    auto const cut = in_a_line(graph, side);
    std::size_t const end = begin + graph.size() - cut.size();
    std::transform(cut.begin(), cut.end(), order_.begin() + static_cast<std::ptrdiff_t>(end),
                   [&](std::uint32_t n) { return graph.outside[n]; });
    settle(cut.size());
    for (auto& piece : pieces(graph, side)) {
      std::size_t const size = piece.size();
      take({std::move(piece), begin});
      begin += size;
    }
  }

  void settle(std::size_t nodes) {
    std::scoped_lock const lock{settled_mutex_};
    settled_ += nodes;
    auto const percent = static_cast<int>(settled_ * 100 / std::max<std::size_t>(1, order_.size()));
    if (progress_ && percent != told_) {
      told_ = percent;
      progress_(percent);
    }
  }

  std::vector<NodeId> order_;
  Cut cut_;
  std::function<void(int)> const& progress_;
  std::mutex mutex_, settled_mutex_;
  std::condition_variable wake_;
  std::vector<Task> tasks_;
  int busy_ = 0, told_ = -1;
  std::size_t settled_ = 0;
};

}  // namespace

std::vector<NodeId> nested_dissection(std::span<NodeId const> from, std::span<NodeId const> to,
                                      std::span<GeoPoint const> point,
                                      std::function<void(int)> const& progress) {
  return Dissection{point.size(), separate, progress}.run(whole(from, to, point));
}

std::vector<NodeId> halving_order(std::span<NodeId const> from, std::span<NodeId const> to,
                                  std::span<GeoPoint const> point) {
  return Dissection{point.size(), halve, {}}.run(whole(from, to, point));
}

}  // namespace fenghuo::gis::cch
