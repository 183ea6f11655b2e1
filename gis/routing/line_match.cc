#include "gis/routing/line_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "gis/geo/segments.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

/// One drawn line against the roads near it.
class DrawnLine {
 public:
  DrawnLine(Region const& region, std::span<GeoPoint const> line, double reach)
      : region_{region},
        graph_{region.graph()},
        line_{line},
        reach_{reach},
        line_metres_{static_cast<double>(length_of(line).cm) / 100},
        bands_(kBands) {
    auto const [low, high] = std::minmax_element(
        line.begin(), line.end(), [](GeoPoint a, GeoPoint b) { return a.lat_e7 < b.lat_e7; });
    south_ = low->lat_e7;
    north_ = high->lat_e7;
    double passed = 0;
    for (std::size_t k = 0; k + 1 < line.size(); ++k) {
      auto const [from, to] = std::minmax(line[k].lat_e7, line[k + 1].lat_e7);
      for (std::size_t band = band_of(from); band <= band_of(to); ++band) {
        bands_[band].push_back(k);
      }
      metres_before_.push_back(passed);
      passed += static_cast<double>(distance_between(line[k], line[k + 1]).cm) / 100;
    }
  }

  LineMatch run() {
    auto const near = edges_near();
    LineMatch out;
    for (EdgeId const edge : near) {
      if (runs_along(edge)) {
        out.along.push_back(edge);
        along_ends_.insert(graph_.edge_from[edge]);
        along_ends_.insert(graph_.edge_to[edge]);
      }
    }
    for (EdgeId const edge : near) {
      if (!std::binary_search(out.along.begin(), out.along.end(), edge) && crosses(edge)) {
        out.crossed.push_back(edge);
      }
    }
    return out;
  }

  bool runs_alone(EdgeId edge, std::span<EdgeId const> others, double apart) const {
    double first = line_metres_;
    double last = 0;
    each_metre(edge, [&](GeoPoint p, double /*metres*/, std::vector<std::size_t> const& segments) {
      if (within_reach(p, segments) && !is_beside(p, others, apart)) {
        double const along = metres_to(p, segments);
        first = std::min(first, along);
        last = std::max(last, along);
      }
    });
    return (last - first) * 2 >= std::min(graph_.edge_length_cm[edge] / 100.0, line_metres_);
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
        GeoBox const box = box_around(ends, reach_);
        auto const found = region_.edges_in(box.low, box.high);
        out.insert(out.end(), found.begin(), found.end());
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  std::size_t band_of(std::int32_t lat_e7) const {
    std::int64_t const height = std::max<std::int64_t>(1, std::int64_t{north_} - south_);
    std::int64_t const up = std::clamp<std::int64_t>(std::int64_t{lat_e7} - south_, 0, height);
    return static_cast<std::size_t>(std::min(kBands - 1, up * kBands / height));
  }

  /// The segments of the line, by their first point, that may come within reach of a-b.
  std::vector<std::size_t> segments_near(GeoPoint a, GeoPoint b) const {
    std::array const ends{a, b};
    GeoBox const box = box_around(ends, reach_);
    std::vector<std::size_t> out;
    if (box.low.lat_e7 > north_ || box.high.lat_e7 < south_) {
      return out;
    }
    std::size_t const first = band_of(box.low.lat_e7);
    for (std::size_t band = first; band <= band_of(box.high.lat_e7); ++band) {
      for (std::size_t const k : bands_[band]) {
        auto const [south, north] = std::minmax(line_[k].lat_e7, line_[k + 1].lat_e7);
        auto const [west, east] = std::minmax(line_[k].lon_e7, line_[k + 1].lon_e7);
        // Each in the first band that it shares with the box.
        if (band == std::max(first, band_of(south)) && south <= box.high.lat_e7 &&
            north >= box.low.lat_e7 && west <= box.high.lon_e7 && east >= box.low.lon_e7) {
          out.push_back(k);
        }
      }
    }
    return out;
  }

  bool within_reach(GeoPoint p, std::vector<std::size_t> const& segments) const {
    return std::any_of(segments.begin(), segments.end(), [&](std::size_t k) {
      return nearest_on_segment(p, line_[k], line_[k + 1]).metres <= reach_;
    });
  }

  /// Calls f(point, metres that it stands for, segments of the line near it) for points at most a metre apart.
  template <class F>
  void each_metre(EdgeId edge, F const& f) const {
    auto const road = line_of(graph_, edge);
    for (std::size_t i = 0; i + 1 < road.size(); ++i) {
      GeoPoint const a = road[i];
      GeoPoint const b = road[i + 1];
      auto const segments = segments_near(a, b);
      double const length = static_cast<double>(distance_between(a, b).cm) / 100;
      auto const steps = segments.empty() ? 0 : std::max(1, static_cast<int>(std::ceil(length)));
      for (int step = 0; step < steps; ++step) {
        double const share = (step + 0.5) / steps;
        auto const between = [&](std::int32_t from, std::int32_t to) {
          return static_cast<std::int32_t>(from + share * (static_cast<double>(to) - from));
        };
        f(GeoPoint{between(a.lat_e7, b.lat_e7), between(a.lon_e7, b.lon_e7)}, length / steps,
          segments);
      }
    }
  }

  /// Metres of the line before the place that is nearest to p on some of its segments.
  double metres_to(GeoPoint p, std::vector<std::size_t> const& segments) const {
    double least = std::numeric_limits<double>::infinity();
    double out = 0;
    for (std::size_t const k : segments) {
      auto const here = nearest_on_segment(p, line_[k], line_[k + 1]);
      if (here.metres < least) {
        least = here.metres;
        out = metres_before_[k] +
              here.share * static_cast<double>(distance_between(line_[k], line_[k + 1]).cm) / 100;
      }
    }
    return out;
  }

  bool runs_along(EdgeId edge) const {
    double const shorter = std::min(graph_.edge_length_cm[edge] / 100.0, line_metres_);
    double along = 0;
    each_metre(edge, [&](GeoPoint p, double metres, std::vector<std::size_t> const& segments) {
      along += within_reach(p, segments) ? metres : 0;
    });
    return shorter > 0 && along * 2 >= shorter;
  }

  /// Whether a point lies beside one of the edges, not before its beginning or behind its end.
  bool is_beside(GeoPoint p, std::span<EdgeId const> edges, double apart) const {
    return std::any_of(edges.begin(), edges.end(), [&](EdgeId edge) {
      auto const road = line_of(graph_, edge);
      auto const nearest = nearest_on_line(p, road);
      bool const at_begin = nearest.segment == 0 && nearest.at.share <= 0;
      bool const at_end = nearest.segment + 2 == road.size() && nearest.at.share >= 1;
      return nearest.at.metres <= apart && !at_begin && !at_end;
    });
  }

  bool crosses(EdgeId edge) const {
    auto const road = line_of(graph_, edge);
    for (std::size_t i = 0; i + 1 < road.size(); ++i) {
      for (std::size_t const k : segments_near(road[i], road[i + 1])) {
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

  /// Whether a crossing lies at the mouth of a side road of a road that the line runs along.
  bool is_stray(EdgeId edge, GeoPoint a, GeoPoint b, GeoPoint c, GeoPoint d) const {
    GeoPoint const crossing = meeting_point(a, b, c, d);
    auto const near_end = [&](NodeId node) {
      return along_ends_.count(node) > 0 &&
             distance_between(crossing, graph_.node_point[node]) <= metres(15);
    };
    return near_end(graph_.edge_from[edge]) || near_end(graph_.edge_to[edge]);
  }

  Region const& region_;
  RoadGraph const& graph_;
  std::span<GeoPoint const> line_;
  double reach_;
  double line_metres_;
  static constexpr std::int64_t kBands = 256;
  std::int32_t south_ = 0, north_ = 0;           ///< of the line
  std::vector<std::vector<std::size_t>> bands_;  ///< its segments by latitude
  std::vector<double> metres_before_;            ///< by segment
  std::set<NodeId> along_ends_;
};

}  // namespace

/// The box of the points, `metres` wider on each side.
GeoBox box_around(std::span<GeoPoint const> points, double metres) {
  GeoBox box{points.front(), points.front()};
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

LineMatch match_line(Region const& region, std::span<GeoPoint const> line, double reach) {
  return DrawnLine{region, line, reach}.run();
}

bool runs_alone(Region const& region, EdgeId edge, std::span<GeoPoint const> line, double reach,
                std::span<EdgeId const> others, double apart) {
  return DrawnLine{region, line, reach}.runs_alone(edge, others, apart);
}

}  // namespace fenghuo::gis
