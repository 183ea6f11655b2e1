#include "gis/routing/road_pieces.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <queue>
#include <set>

#include "gis/geo/distance.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

double metres_between(GeoPoint a, GeoPoint b) {
  return static_cast<double>(distance_between(a, b).cm) / 100;
}

/// Sets that grow together.
class Unions {
 public:
  explicit Unions(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t of) {
    while (parent_[of] != of) {
      of = parent_[of] = parent_[parent_[of]];
    }
    return of;
  }
  void join(std::size_t a, std::size_t b) { parent_[root(a)] = root(b); }

 private:
  std::vector<std::size_t> parent_;
};

void append(std::vector<GeoPoint>& line, std::span<GeoPoint const> more) {
  for (GeoPoint const point : more) {
    if (line.empty() || line.back() != point) {
      line.push_back(point);
    }
  }
}

}  // namespace

void RoadLines::add(std::span<GeoPoint const> line) {
  if (!points.empty()) {
    breaks.push_back(points.size());
  }
  points.insert(points.end(), line.begin(), line.end());
}

std::vector<GeoPoint> part_of_line(std::span<GeoPoint const> line, double begin, double end) {
  if (begin > end) {
    auto turned = part_of_line(line, end, begin);
    std::reverse(turned.begin(), turned.end());
    return turned;
  }
  std::vector<GeoPoint> out;
  double passed = 0;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    double const length = metres_between(line[i], line[i + 1]);
    auto const at = [&](double where) {
      double const share = length > 0 ? std::clamp((where - passed) / length, 0.0, 1.0) : 0.0;
      auto const between = [&](std::int32_t from, std::int32_t to) {
        return static_cast<std::int32_t>(
            std::llround(from + share * (static_cast<double>(to) - from)));
      };
      return GeoPoint{between(line[i].lat_e7, line[i + 1].lat_e7),
                      between(line[i].lon_e7, line[i + 1].lon_e7)};
    };
    if (passed + length >= begin && passed <= end) {
      append(out, std::array{at(begin), at(end)});
    }
    passed += length;
  }
  if (out.size() == 1) {
    out.push_back(out.front());
  }
  return out;
}

RoadPieces::RoadPieces(Region const& region, std::vector<EdgeId> edges)
    : graph_{region.graph()}, edges_{std::move(edges)} {
  std::sort(edges_.begin(), edges_.end());
  edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
  for (EdgeId const edge : edges_) {
    edges_of_[graph_.edge_from[edge]].push_back(edge);
    edges_of_[graph_.edge_to[edge]].push_back(edge);
  }
}

std::vector<std::vector<EdgeId>> RoadPieces::parts(Distance gap) const {
  Unions unions{edges_.size()};
  auto const place_of = [&](EdgeId edge) {
    return static_cast<std::size_t>(std::lower_bound(edges_.begin(), edges_.end(), edge) -
                                    edges_.begin());
  };
  // Nodes by cells as wide as the gap: what is near lies in the same or the next cell.
  using Cell = std::pair<std::int64_t, std::int64_t>;
  std::map<Cell, std::vector<NodeId>> cells;
  double const lat_units = std::max(1.0, static_cast<double>(gap.cm) / 1.1119508);
  for (auto const& [node, edges] : edges_of_) {
    for (EdgeId const edge : edges) {
      unions.join(place_of(edge), place_of(edges.front()));
    }
    GeoPoint const point = graph_.node_point[node];
    double const squeeze = std::max(1e-3, std::cos(point.lat_e7 * 1e-7 * 0.017453292519943295));
    Cell const cell{static_cast<std::int64_t>(std::floor(point.lat_e7 / lat_units)),
                    static_cast<std::int64_t>(std::floor(point.lon_e7 * squeeze / lat_units))};
    for (std::int64_t row = cell.first - 1; row <= cell.first + 1; ++row) {
      for (std::int64_t column = cell.second - 1; column <= cell.second + 1; ++column) {
        auto const near = cells.find({row, column});
        if (near == cells.end()) {
          continue;
        }
        for (NodeId const other : near->second) {
          if (distance_between(point, graph_.node_point[other]) <= gap) {
            unions.join(place_of(edges.front()), place_of(at(other).front()));
          }
        }
      }
    }
    cells[cell].push_back(node);
  }
  std::map<std::size_t, std::vector<EdgeId>> by_root;
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    by_root[unions.root(i)].push_back(edges_[i]);
  }
  std::vector<std::vector<EdgeId>> out;
  for (auto& [root, part] : by_root) {
    out.push_back(std::move(part));
  }
  std::sort(out.begin(), out.end());
  return out;
}

RoadLines RoadPieces::lines() const {
  RoadLines out;
  std::set<EdgeId> left{edges_.begin(), edges_.end()};
  // From a node on, edge after edge, as long as one is left there.
  auto const walk = [&](NodeId node, std::vector<GeoPoint>& line) {
    while (true) {
      auto const& here = at(node);
      auto const next =
          std::find_if(here.begin(), here.end(), [&](EdgeId edge) { return left.count(edge) > 0; });
      if (next == here.end()) {
        return;
      }
      left.erase(*next);
      auto const points = line_of(graph_, *next);
      bool const forward = graph_.edge_from[*next] == node;
      std::vector<GeoPoint> ordered{points.begin(), points.end()};
      if (!forward) {
        std::reverse(ordered.begin(), ordered.end());
      }
      append(line, ordered);
      node = forward ? graph_.edge_to[*next] : graph_.edge_from[*next];
    }
  };
  auto const draw = [&](NodeId from) {
    std::vector<GeoPoint> line;
    walk(from, line);
    if (line.size() > 1) {  // a gate alone is no line
      out.add(line);
    }
  };
  for (auto const& [node, edges] : edges_of_) {
    for (std::size_t i = 0; edges.size() != 2 && i < edges.size(); ++i) {
      draw(node);
    }
  }
  while (!left.empty()) {  // what runs in a circle
    draw(graph_.edge_from[*left.begin()]);
  }
  return out;
}

RoadPieces::Nearest RoadPieces::nearest(EdgeId edge, GeoPoint point) const {
  auto const line = line_of(graph_, edge);
  auto const found = nearest_on_line(point, line);
  Nearest out{edge, found.at.metres, found.at.point, 0, false};
  out.along = static_cast<double>(length_of(line.first(found.segment + 1)).cm) / 100 +
              metres_between(line[found.segment], found.at.point);
  bool const at_begin = found.segment == 0 && found.at.share <= 0;
  bool const at_end = found.segment + 2 >= line.size() && found.at.share >= 1;
  out.within = !at_begin && !at_end;
  return out;
}

std::optional<RoadPieces::Nearest> RoadPieces::nearest(GeoPoint point) const {
  std::optional<Nearest> best;
  for (EdgeId const edge : edges_) {
    auto const here = nearest(edge, point);
    if (!best || here.metres < best->metres) {
      best = here;
    }
  }
  return best;
}

std::vector<GeoPoint> RoadPieces::piece(EdgeId edge, double begin, double end) const {
  return part_of_line(line_of(graph_, edge), begin, end);
}

std::optional<RoadPieces::Path> RoadPieces::path(GeoPoint from, GeoPoint to) const {
  auto const a = nearest(from);
  auto const b = nearest(to);
  if (!a || !b) {
    return std::nullopt;
  }
  if (a->edge == b->edge) {
    return Path{{a->edge}, piece(a->edge, a->along, b->along)};
  }
  struct Reached {
    double metres = kFar;
    EdgeId by = 0;
    NodeId before = 0;
    bool is_start = false;
  };
  std::map<NodeId, Reached> reached;
  using Entry = std::pair<double, NodeId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  auto const reach = [&](NodeId node, Reached const& how) {
    Reached& known = reached[node];
    if (how.metres < known.metres) {
      known = how;
      queue.push({how.metres, node});
    }
  };
  reach(graph_.edge_from[a->edge], {a->along, a->edge, 0, true});
  reach(graph_.edge_to[a->edge], {metres(a->edge) - a->along, a->edge, 0, true});
  while (!queue.empty()) {
    auto const [distance, node] = queue.top();
    queue.pop();
    if (distance > reached[node].metres) {
      continue;
    }
    for (EdgeId const edge : at(node)) {
      NodeId const next =
          graph_.edge_from[edge] == node ? graph_.edge_to[edge] : graph_.edge_from[edge];
      reach(next, {distance + metres(edge), edge, node, false});
    }
  }
  NodeId const first = graph_.edge_from[b->edge];
  NodeId const last = graph_.edge_to[b->edge];
  double const by_first = reached[first].metres + b->along;
  double const by_last = reached[last].metres + metres(b->edge) - b->along;
  if (std::min(by_first, by_last) == kFar) {
    return std::nullopt;
  }
  Path out;
  std::vector<std::vector<GeoPoint>> backwards;
  NodeId node = by_first <= by_last ? first : last;
  out.edges.push_back(b->edge);
  backwards.push_back(piece(b->edge, node == first ? 0 : metres(b->edge), b->along));
  while (!reached[node].is_start) {
    Reached const& step = reached[node];
    out.edges.push_back(step.by);
    bool const forward =
        graph_.edge_to[step.by] == node && graph_.edge_from[step.by] == step.before;
    backwards.push_back(forward ? piece(step.by, 0, metres(step.by) + 1)
                                : piece(step.by, metres(step.by) + 1, 0));
    node = step.before;
  }
  out.edges.push_back(a->edge);
  backwards.push_back(
      piece(a->edge, a->along, node == graph_.edge_from[a->edge] ? 0 : metres(a->edge) + 1));
  std::reverse(out.edges.begin(), out.edges.end());
  for (auto it = backwards.rbegin(); it != backwards.rend(); ++it) {
    append(out.line, *it);
  }
  return out;
}

}  // namespace fenghuo::gis
