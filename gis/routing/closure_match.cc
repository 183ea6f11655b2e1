#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include "gis/geo/ring.h"
#include "gis/routing/edge_search.h"
#include "gis/routing/line_match.h"
#include "gis/routing/metric.h"

namespace fenghuo::gis {

namespace {

constexpr double kPointReach = 50;
constexpr double kAlongReach = 15;
/// How far a known way may have been moved by those who draw the map.
constexpr double kMovedReach = 60;

class KnownWays {
 public:
  KnownWays(RoadGraph const& graph, std::span<std::int64_t const> ways)
      : graph_{graph}, ways_{ways.begin(), ways.end()} {
    std::sort(ways_.begin(), ways_.end());
  }
  bool hold(EdgeId edge) const {
    return std::binary_search(ways_.begin(), ways_.end(), graph_.edge_way[edge]);
  }
  std::vector<EdgeId> among(std::span<EdgeId const> edges) const {
    std::vector<EdgeId> out;
    std::copy_if(edges.begin(), edges.end(), std::back_inserter(out),
                 [this](EdgeId edge) { return hold(edge); });
    return out;
  }
  bool none() const { return ways_.empty(); }

 private:
  RoadGraph const& graph_;
  std::vector<std::int64_t> ways_;
};

std::vector<EdgeId> closed_by_area(Region const& region, std::span<GeoPoint const> ring) {
  RingIndex const index{ring};
  GeoBox const box = box_around(ring, 1);
  std::vector<EdgeId> out = region.edges_in(box.low, box.high);
  std::erase_if(out, [&](EdgeId edge) {
    auto const line = line_of(region.graph(), edge);
    if (index.holds(line.front())) {
      return false;
    }
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      if (index.touches(line[i], line[i + 1])) {
        return false;
      }
    }
    return true;
  });
  return out;
}

struct NearestEdge {
  std::vector<EdgeId> edge;  ///< one or none
  double metres = 0;
};

template <class Counts>
NearestEdge nearest_edge(Region const& region, GeoPoint point, double reach, Counts const& counts) {
  NearestEdge out{{}, reach};
  for (EdgeId const edge : edges_within(region, point, reach)) {
    if (!counts(edge)) {
      continue;
    }
    double const away = nearest_on_line(point, line_of(region.graph(), edge)).at.metres;
    if (away < out.metres || (out.edge.empty() && away == out.metres)) {
      out = {{edge}, away};
    }
  }
  return out;
}

std::vector<EdgeId> closed_by_point(Region const& region, GeoPoint point, KnownWays const& known) {
  auto any = nearest_edge(region, point, kPointReach, [](EdgeId) { return true; });
  if (known.none()) {
    return any.edge;
  }
  // A yard that was drawn since then may lie nearer than the road that was meant.
  auto meant =
      nearest_edge(region, point, kMovedReach, [&](EdgeId edge) { return known.hold(edge); });
  bool const prefer =
      !meant.edge.empty() && (any.edge.empty() || meant.metres <= any.metres + kAlongReach);
  return prefer ? meant.edge : any.edge;
}

std::vector<EdgeId> both(std::vector<EdgeId> a, std::span<EdgeId const> b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

/// The nearest edge of the known ways to any point of the line.
std::vector<EdgeId> nearest_known(Region const& region, std::span<GeoPoint const> line,
                                  KnownWays const& known) {
  NearestEdge best;
  for (GeoPoint const point : line) {
    auto near =
        nearest_edge(region, point, kMovedReach, [&](EdgeId edge) { return known.hold(edge); });
    if (!near.edge.empty() && (best.edge.empty() || near.metres < best.metres)) {
      best = std::move(near);
    }
  }
  return best.edge;
}

std::vector<EdgeId> closed_by_line(Region const& region, std::span<GeoPoint const> line,
                                   KnownWays const& known) {
  auto const drawn = match_line(region, line, kAlongReach);
  auto const all = both(drawn.along, drawn.crossed);
  if (known.none()) {
    return all;
  }
  double reach = kAlongReach;
  auto along = known.among(drawn.along);
  if (along.empty() && !known.among(all).empty()) {
    return all;  // drawn across them
  }
  if (along.empty()) {
    reach = kMovedReach;
    along = known.among(match_line(region, line, reach).along);
  }
  if (along.empty()) {
    return all.empty() ? nearest_known(region, line, known) : all;
  }
  // What else runs along the line counts where no known way does: a way that was split or drawn anew. Where one
  // does, it is a street beside it or below it.
  std::vector<EdgeId> out = both(along, known.among(drawn.crossed));
  for (EdgeId const edge : drawn.along) {
    if (!known.hold(edge) &&
        runs_alone(region, edge, line, kAlongReach, along, reach + kAlongReach)) {
      out.push_back(edge);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<EdgeId> closed_by_part(Region const& region, std::span<GeoPoint const> points,
                                   KnownWays const& known) {
  bool const one_place =
      std::all_of(points.begin(), points.end(), [&](GeoPoint p) { return p == points.front(); });
  return one_place ? closed_by_point(region, points.front(), known)
                   : closed_by_line(region, points, known);
}

}  // namespace

std::vector<EdgeId> edges_closed_by(Region const& region, ClosureShape const& shape) {
  std::span<GeoPoint const> const points{shape.points};
  if (points.empty()) {
    return {};
  }
  KnownWays const known{region.graph(), shape.ways};
  bool const one_place =
      std::all_of(points.begin(), points.end(), [&](GeoPoint p) { return p == points.front(); });
  if (shape.is_area && !one_place) {
    auto inside = closed_by_area(region, points);
    return inside.empty() && !known.none() ? nearest_known(region, points, known) : inside;
  }
  std::vector<EdgeId> out;
  std::size_t begin = 0;
  for (std::size_t const end : shape.breaks) {
    if (end > begin && end < points.size()) {
      out = both(std::move(out), closed_by_part(region, points.subspan(begin, end - begin), known));
      begin = end;
    }
  }
  return both(std::move(out), closed_by_part(region, points.subspan(begin), known));
}

bool leads_over(Region const& region, std::span<GeoPoint const> route,
                std::span<EdgeId const> edges) {
  using Segment = std::pair<GeoPoint, GeoPoint>;
  std::vector<Segment> segments;
  auto const order = [](Segment const& a, Segment const& b) {
    auto const key = [](Segment const& s) {
      return std::tuple{s.first.lat_e7, s.first.lon_e7, s.second.lat_e7, s.second.lon_e7};
    };
    return key(a) < key(b);
  };
  for (std::size_t i = 0; i + 1 < route.size(); ++i) {
    segments.emplace_back(route[i], route[i + 1]);
    segments.emplace_back(route[i + 1], route[i]);
  }
  std::sort(segments.begin(), segments.end(), order);
  constexpr double kOn = 1;  // metres: where it begins and ends, it holds a part of a segment
  auto const on = [](GeoPoint point, std::span<GeoPoint const> road) {
    return nearest_on_line(point, road).at.metres <= kOn;
  };
  return std::any_of(edges.begin(), edges.end(), [&](EdgeId edge) {
    auto const road = line_of(region.graph(), edge);
    for (std::size_t i = 0; i + 1 < road.size(); ++i) {
      if (std::binary_search(segments.begin(), segments.end(), Segment{road[i], road[i + 1]},
                             order)) {
        return true;
      }
    }
    return route.size() > 1 &&
           ((on(route[0], road) && on(route[1], road)) ||
            (on(route[route.size() - 2], road) && on(route[route.size() - 1], road)));
  });
}

std::vector<std::int64_t> ways_of(Region const& region, std::span<EdgeId const> edges) {
  std::vector<std::int64_t> ways;
  ways.reserve(edges.size());
  for (EdgeId const edge : edges) {
    ways.push_back(region.graph().edge_way[edge]);
  }
  std::sort(ways.begin(), ways.end());
  ways.erase(std::unique(ways.begin(), ways.end()), ways.end());
  return ways;
}

}  // namespace fenghuo::gis
