#include "gis/routing/cch/separator.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace fenghuo::gis::cch {

namespace {

using Side = NodeFlow::Side;

/// Where the nodes come in one direction of the compass. Degrees are taken as they are: a direction need not be
/// exact, only all of them different.
std::vector<std::int64_t> sweep(CellGraph const& graph, std::array<std::int64_t, 2> direction) {
  std::vector<std::int64_t> along;
  along.reserve(graph.size());
  for (GeoPoint const p : graph.point) {
    along.push_back(p.lat_e7 * direction[0] + p.lon_e7 * direction[1]);
  }
  return along;
}

struct Score {
  std::uint64_t cut = 1, small = 0;  ///< nodes cut, nodes of the smaller part

  /// Fewer nodes cut for each node of the smaller part; of equals the more even one.
  bool better_than(Score const& other) const {
    std::uint64_t const mine = cut * other.small;
    std::uint64_t const theirs = other.cut * small;
    return mine != theirs ? mine < theirs : small > other.small;
  }
};

Score score_of(std::vector<Side> const& side) {
  std::array<std::uint64_t, 3> count{};
  for (Side const s : side) {
    ++count[static_cast<std::size_t>(s)];
  }
  return {count[static_cast<std::size_t>(Side::Cut)],
          std::min(count[static_cast<std::size_t>(Side::Source)],
                   count[static_cast<std::size_t>(Side::Target)])};
}

struct Best {
  Score score;
  std::vector<Side> side;

  void offer(std::vector<Side>& seen) {
    Score const score_seen = score_of(seen);
    if (score_seen.small > 0 && score_seen.better_than(score)) {
      score = score_seen;
      std::swap(side, seen);
    }
  }
};

constexpr std::array<std::array<std::int64_t, 2>, 8> kDirections{
    {{1, 0}, {0, 1}, {1, 1}, {1, -1}, {1, 2}, {2, 1}, {2, -1}, {1, -2}}};

/// The nodes in the order of a depth-first walk: for networks whose map says nothing about what is linked to what.
std::vector<std::int64_t> walk(CellGraph const& graph) {
  std::vector<std::int64_t> along(graph.size(), -1);
  std::vector<std::uint32_t> stack{0};
  std::int64_t next = 0;
  while (!stack.empty()) {
    std::uint32_t const node = stack.back();
    stack.pop_back();
    if (along[node] < 0) {
      along[node] = next++;
      auto const neighbours = graph.neighbours(node);
      stack.insert(stack.end(), neighbours.rbegin(), neighbours.rend());
    }
  }
  return along;
}

void cut_along(CellGraph const& graph, std::vector<std::int64_t> const& along, Best& best) {
  std::vector<std::uint32_t> order(graph.size());
  std::iota(order.begin(), order.end(), 0U);
  auto const before = [&](std::uint32_t a, std::uint32_t b) {
    return along[a] != along[b] ? along[a] < along[b] : a < b;
  };
  NodeFlow flow{graph};
  std::vector<Side> side;
  auto const at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
  std::size_t taken = 0;
  for (std::size_t percent = 15; percent <= 45; percent += 15) {
    std::size_t const share = std::max<std::size_t>(1, graph.size() * percent / 100);
    std::size_t const n = order.size();
    if (share == taken || share * 2 > n) {
      continue;
    }
    std::nth_element(at(taken), at(share), at(n - taken), before);
    if (share * 2 < n) {
      std::nth_element(at(share), at(n - share), at(n - taken), before);
    }
    for (; taken < share; ++taken) {
      flow.add_source(order[taken]);
      flow.add_target(order[n - 1 - taken]);
    }
    // With a larger cut even halves would not do better than what has been seen.
    auto const limit = static_cast<std::uint32_t>(
        best.score.small == 0 ? n : (best.score.cut * n / 2) / best.score.small);
    std::uint32_t const cut = flow.grow(limit);
    if (cut > limit) {
      return;
    }
    flow.cut_near_sources(side);
    best.offer(side);
    flow.cut_near_targets(side);
    best.offer(side);
  }
}

}  // namespace

std::vector<Side> separate(CellGraph const& graph) {
  Best best;
  for (auto const& direction : kDirections) {
    cut_along(graph, sweep(graph, direction), best);
  }
  // Road networks are cut by far fewer nodes than the root of their number.
  if (best.score.small == 0 || best.score.cut * best.score.cut > std::uint64_t{4} * graph.size()) {
    cut_along(graph, walk(graph), best);
  }
  return std::move(best.side);
}

}  // namespace fenghuo::gis::cch
