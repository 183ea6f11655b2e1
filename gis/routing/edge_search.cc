#include "gis/routing/edge_search.h"

#include <algorithm>
#include <cmath>

namespace fenghuo::gis {

std::span<GeoPoint const> line_of(RoadGraph const& graph, EdgeId edge) {
  std::uint32_t const first = graph.geometry_first[edge];
  return graph.geometry.subspan(first, graph.geometry_first[edge + 1] - first);
}

std::vector<GeoPoint> line_between(RoadGraph const& graph, EdgeId edge, std::uint32_t begin_cm,
                                   std::uint32_t end_cm) {
  auto const line = line_of(graph, edge);
  std::vector<GeoPoint> out;
  std::int64_t passed = 0;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    std::int64_t const length = distance_between(line[i], line[i + 1]).cm;
    auto const point_at = [&](std::int64_t cm) {
      double const share =
          length == 0 ? 0 : static_cast<double>(cm - passed) / static_cast<double>(length);
      auto const between = [&](std::int32_t a, std::int32_t b) {
        return static_cast<std::int32_t>(std::lround(a + share * (static_cast<double>(b) - a)));
      };
      return GeoPoint{between(line[i].lat_e7, line[i + 1].lat_e7),
                      between(line[i].lon_e7, line[i + 1].lon_e7)};
    };
    if (out.empty() && begin_cm <= passed + length) {
      out.push_back(point_at(begin_cm));
    }
    if (!out.empty() && end_cm <= passed + length) {
      out.push_back(point_at(end_cm));
      return out;
    }
    if (!out.empty()) {
      out.push_back(line[i + 1]);
    }
    passed += length;
  }
  return out;
}

std::vector<EdgeId> edges_within(Region const& region, GeoPoint p, double metres) {
  // 1e-7 degree of latitude is 1.1119508 cm; a hundredth more covers rounding and the tangent plane.
  double const reach = metres * 1.01 / 0.011119508 + 2;
  double const squeeze = std::max(1e-6, std::cos(p.lat_e7 * 1e-7 * 0.017453292519943295));
  auto const moved = [](std::int32_t from, double by, double most) {
    return static_cast<std::int32_t>(std::clamp(static_cast<double>(from) + by, -most, most));
  };
  constexpr double kLat = 900'000'000;
  constexpr double kLon = 1'800'000'000;
  return region.edges_in({moved(p.lat_e7, -reach, kLat), moved(p.lon_e7, -reach / squeeze, kLon)},
                         {moved(p.lat_e7, reach, kLat), moved(p.lon_e7, reach / squeeze, kLon)});
}

NearestOnLine nearest_on_line(GeoPoint p, std::span<GeoPoint const> line) {
  NearestOnLine best{0, nearest_on_segment(p, line[0], line[line.size() > 1 ? 1 : 0])};
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    NearestOnSegment const here = nearest_on_segment(p, line[i], line[i + 1]);
    if (here.metres < best.at.metres) {
      best = {i, here};
    }
  }
  return best;
}

}  // namespace fenghuo::gis
