#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "gis/routing/edge_search.h"
#include "gis/routing/metric.h"

namespace fenghuo::gis {

namespace {

constexpr double kPointReach = 50;
constexpr double kAlongReach = 15;

/// Which side of a-b p lies on: 1 left, -1 right, 0 on the line. Exact: neither product leaves 64 bits,
/// and they are compared, not subtracted.
int turn(GeoPoint a, GeoPoint b, GeoPoint p) {
  std::int64_t const east =
      (std::int64_t{b.lon_e7} - a.lon_e7) * (std::int64_t{p.lat_e7} - a.lat_e7);
  std::int64_t const north =
      (std::int64_t{b.lat_e7} - a.lat_e7) * (std::int64_t{p.lon_e7} - a.lon_e7);
  return east > north ? 1 : east < north ? -1 : 0;
}

bool in_box_of(GeoPoint a, GeoPoint b, GeoPoint p) {
  auto const [west, east] = std::minmax(a.lon_e7, b.lon_e7);
  auto const [south, north] = std::minmax(a.lat_e7, b.lat_e7);
  return p.lon_e7 >= west && p.lon_e7 <= east && p.lat_e7 >= south && p.lat_e7 <= north;
}

/// Whether two segments share a point, ends included.
bool touch(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d) {
  int const c_side = turn(a, b, c);
  int const d_side = turn(a, b, d);
  int const a_side = turn(c, d, a);
  int const b_side = turn(c, d, b);
  return (c_side * d_side < 0 && a_side * b_side < 0) || (c_side == 0 && in_box_of(a, b, c)) ||
         (d_side == 0 && in_box_of(a, b, d)) || (a_side == 0 && in_box_of(c, d, a)) ||
         (b_side == 0 && in_box_of(c, d, b));
}

/// Whether a-b leads from one side of c-d to the other. A point that lies exactly on the other line
/// counts as left of it, so a path through a corner crosses once or not at all, never twice.
bool cross(GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d) {
  return (turn(a, b, c) >= 0) != (turn(a, b, d) >= 0) &&
         (turn(c, d, a) >= 0) != (turn(c, d, b) >= 0);
}

bool lies_on(GeoPoint p, GeoPoint a, GeoPoint b) {
  return turn(a, b, p) == 0 && in_box_of(a, b, p);
}

struct Box {
  GeoPoint low, high;
};

/// The box of the points, `metres` wider on each side.
Box box_around(std::span<GeoPoint const> points, double metres) {
  Box box{points.front(), points.front()};
  for (auto const p : points) {
    box.low = {std::min(box.low.lat_e7, p.lat_e7), std::min(box.low.lon_e7, p.lon_e7)};
    box.high = {std::max(box.high.lat_e7, p.lat_e7), std::max(box.high.lon_e7, p.lon_e7)};
  }
  std::int32_t const farthest = std::max(std::abs(box.low.lat_e7), std::abs(box.high.lat_e7));
  double const squeeze = std::max(1e-3, std::cos(farthest * 1e-7 * 0.017453292519943295));
  double const reach = metres * 1.01 / 0.011119508 + 2;
  auto const lat = static_cast<std::int32_t>(reach);
  auto const lon = static_cast<std::int32_t>(reach / squeeze);
  box.low = {box.low.lat_e7 - lat, box.low.lon_e7 - lon};
  box.high = {box.high.lat_e7 + lat, box.high.lon_e7 + lon};
  return box;
}

std::vector<EdgeId> closed_by_area(Region const& region, std::vector<GeoPoint> ring) {
  if (ring.front() != ring.back()) {
    ring.push_back(ring.front());
  }
  Box const box = box_around(ring, 1);
  std::vector<EdgeId> out = region.edges_in(box.low, box.high);
  std::erase_if(out, [&](EdgeId edge) {
    auto const line = line_of(region.graph(), edge);
    if (inside_ring(line.front(), ring)) {
      return false;
    }
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      for (std::size_t k = 0; k + 1 < ring.size(); ++k) {
        if (touch(line[i], line[i + 1], ring[k], ring[k + 1])) {
          return false;
        }
      }
    }
    return true;
  });
  return out;
}

std::vector<EdgeId> closed_by_point(Region const& region, GeoPoint point) {
  double nearest = kPointReach;
  std::vector<EdgeId> out;
  for (EdgeId const edge : edges_within(region, point, kPointReach)) {
    double const away = nearest_on_line(point, line_of(region.graph(), edge)).at.metres;
    if (away < nearest || (out.empty() && away == nearest)) {
      nearest = away;
      out = {edge};
    }
  }
  return out;
}

/// One drawn line against the roads near it.
class LineMatch {
 public:
  LineMatch(Region const& region, std::span<GeoPoint const> line)
      : region_{region},
        graph_{region.graph()},
        line_{line},
        line_metres_{static_cast<double>(length_of(line).cm) / 100} {}

  std::vector<EdgeId> run() {
    auto const near = edges_near();
    std::vector<EdgeId> out;
    for (EdgeId const edge : near) {
      if (runs_along(edge)) {
        out.push_back(edge);
        along_ends_.insert(graph_.edge_from[edge]);
        along_ends_.insert(graph_.edge_to[edge]);
      }
    }
    std::size_t const along = out.size();
    for (EdgeId const edge : near) {
      if (!std::binary_search(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(along),
                              edge) &&
          crosses(edge)) {
        out.push_back(edge);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  /// Edges that may come within reach of the line. Asked for piece by piece: the box of a whole line
  /// across a county holds the county.
  std::vector<EdgeId> edges_near() const {
    std::vector<EdgeId> out;
    for (std::size_t k = 0; k + 1 < line_.size(); ++k) {
      GeoPoint const a = line_[k];
      GeoPoint const b = line_[k + 1];
      auto const pieces = distance_between(a, b).cm / metres(500).cm + 1;
      auto const corner = [&](std::int64_t piece) {
        auto const between = [&](std::int32_t from, std::int32_t to) {
          return static_cast<std::int32_t>(from + (std::int64_t{to} - from) * piece / pieces);
        };
        return GeoPoint{between(a.lat_e7, b.lat_e7), between(a.lon_e7, b.lon_e7)};
      };
      for (std::int64_t piece = 0; piece < pieces; ++piece) {
        std::array const ends{corner(piece), corner(piece + 1)};
        Box const box = box_around(ends, kAlongReach);
        auto const found = region_.edges_in(box.low, box.high);
        out.insert(out.end(), found.begin(), found.end());
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  /// The segments of the line, by their first point, that may come within reach of a-b.
  std::vector<std::size_t> segments_near(GeoPoint a, GeoPoint b) const {
    std::array const ends{a, b};
    Box const box = box_around(ends, kAlongReach);
    std::vector<std::size_t> out;
    for (std::size_t k = 0; k + 1 < line_.size(); ++k) {
      auto const [south, north] = std::minmax(line_[k].lat_e7, line_[k + 1].lat_e7);
      auto const [west, east] = std::minmax(line_[k].lon_e7, line_[k + 1].lon_e7);
      if (south <= box.high.lat_e7 && north >= box.low.lat_e7 && west <= box.high.lon_e7 &&
          east >= box.low.lon_e7) {
        out.push_back(k);
      }
    }
    return out;
  }

  bool within_reach(GeoPoint p, std::vector<std::size_t> const& segments) const {
    return std::any_of(segments.begin(), segments.end(), [&](std::size_t k) {
      return nearest_on_segment(p, line_[k], line_[k + 1]).metres <= kAlongReach;
    });
  }

  /// Metres of a-b that lie within reach of the line, measured in steps of at most a metre.
  double metres_along(GeoPoint a, GeoPoint b) const {
    auto const segments = segments_near(a, b);
    double const length = static_cast<double>(distance_between(a, b).cm) / 100;
    auto const steps = segments.empty() ? 0 : std::max(1, static_cast<int>(std::ceil(length)));
    double sum = 0;
    for (int step = 0; step < steps; ++step) {
      double const share = (step + 0.5) / steps;
      auto const between = [&](std::int32_t from, std::int32_t to) {
        return static_cast<std::int32_t>(from + share * (static_cast<double>(to) - from));
      };
      GeoPoint const p{between(a.lat_e7, b.lat_e7), between(a.lon_e7, b.lon_e7)};
      sum += within_reach(p, segments) ? length / steps : 0;
    }
    return sum;
  }

  bool runs_along(EdgeId edge) const {
    double const edge_metres = graph_.edge_length_cm[edge] / 100.0;
    double const shorter = std::min(edge_metres, line_metres_);
    auto const road = line_of(graph_, edge);
    double along = 0;
    for (std::size_t i = 0; i + 1 < road.size(); ++i) {
      along += metres_along(road[i], road[i + 1]);
    }
    return shorter > 0 && along * 2 >= shorter;
  }

  bool crosses(EdgeId edge) const {
    auto const road = line_of(graph_, edge);
    for (std::size_t i = 0; i + 1 < road.size(); ++i) {
      for (std::size_t k = 0; k + 1 < line_.size(); ++k) {
        bool const touches_end =
            (i == 0 && lies_on(road.front(), line_[k], line_[k + 1])) ||
            (i + 2 == road.size() && lies_on(road.back(), line_[k], line_[k + 1]));
        if (!touches_end && cross(line_[k], line_[k + 1], road[i], road[i + 1]) &&
            !is_stray(edge, line_[k], line_[k + 1], road[i], road[i + 1])) {
          return true;
        }
      }
    }
    return false;
  }

  /// How far p is to the left of the line through a and b, in any unit.
  static double away_from_line(GeoPoint p, GeoPoint a, GeoPoint b) {
    auto const apart = [](std::int32_t x, std::int32_t y) {
      return static_cast<double>(std::int64_t{x} - y);
    };
    return apart(b.lon_e7, a.lon_e7) * apart(p.lat_e7, a.lat_e7) -
           apart(b.lat_e7, a.lat_e7) * apart(p.lon_e7, a.lon_e7);
  }

  /// Whether a crossing lies at the mouth of a side road of a road that the line runs along.
  bool is_stray(EdgeId edge, GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d) const {
    double const c_away = away_from_line(c, a, b);
    double const d_away = away_from_line(d, a, b);
    double const share = c_away / (c_away - d_away);
    auto const between = [&](std::int32_t from, std::int32_t to) {
      return static_cast<std::int32_t>(
          std::lround(from + share * (static_cast<double>(to) - from)));
    };
    GeoPoint const crossing{between(c.lat_e7, d.lat_e7), between(c.lon_e7, d.lon_e7)};
    auto const near_end = [&](NodeId node) {
      return along_ends_.count(node) > 0 &&
             distance_between(crossing, graph_.node_point[node]) <= metres(15);
    };
    return near_end(graph_.edge_from[edge]) || near_end(graph_.edge_to[edge]);
  }

  Region const& region_;
  RoadGraph const& graph_;
  std::span<GeoPoint const> line_;
  double line_metres_;
  std::set<NodeId> along_ends_;
};

}  // namespace

std::vector<EdgeId> edges_closed_by(Region const& region, ClosureShape const& shape) {
  if (shape.points.empty()) {
    return {};
  }
  bool const one_place = std::all_of(shape.points.begin(), shape.points.end(),
                                     [&](GeoPoint p) { return p == shape.points.front(); });
  if (one_place) {
    return closed_by_point(region, shape.points.front());
  }
  return shape.is_area ? closed_by_area(region, shape.points)
                       : LineMatch{region, shape.points}.run();
}

}  // namespace fenghuo::gis
