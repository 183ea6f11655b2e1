#include "gis/routing/snap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/text_form.h"
#include "gis/routing/arc_weight.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

struct Near {
  EdgeId edge = 0;
  NearestOnLine at;
};

struct NearestTwo {
  std::optional<Near> any, mainland;
};

double metres_of(std::optional<Near> const& near) {
  return near ? near->at.at.metres : std::numeric_limits<double>::infinity();
}

NearestTwo nearest_among(Region const& region, RoadWeights const& weights, Profile profile,
                         GeoPoint point, double radius) {
  RoadGraph const& graph = region.graph();
  NearestTwo found;
  for (EdgeId const edge : edges_within(region, point, radius)) {
    bool const usable =
        weights[forward_of(edge)] != kClosed || weights[backward_of(edge)] != kClosed;
    if (!usable || graph.edge_length_cm[edge] == 0) {
      continue;
    }
    Near const near{edge, nearest_on_line(point, line_of(graph, edge))};
    if (near.at.at.metres < metres_of(found.any)) {
      found.any = near;
    }
    if (is_mainland(graph, edge, profile) && near.at.at.metres < metres_of(found.mainland)) {
      found.mainland = near;
    }
  }
  return found;
}

int side_of(GeoPoint p, GeoPoint a, GeoPoint b) {
  double const squeeze = std::cos(p.lat_e7 * 1e-7 * 0.017453292519943295);
  auto const east = [&](GeoPoint q) {
    return static_cast<double>(std::int64_t{q.lon_e7} - a.lon_e7) * squeeze;
  };
  auto const north = [&](GeoPoint q) {
    return static_cast<double>(std::int64_t{q.lat_e7} - a.lat_e7);
  };
  double const turn = east(b) * north(p) - north(b) * east(p);
  return turn > 0 ? -1 : turn < 0 ? 1 : 0;
}

Snap snap_to(RoadGraph const& graph, GeoPoint point, Near const& near) {
  auto const line = line_of(graph, near.edge);
  std::size_t const segment = near.at.segment;
  std::vector<GeoPoint> before(line.begin(),
                               line.begin() + static_cast<std::ptrdiff_t>(segment) + 1);
  before.push_back(near.at.at.point);
  bool const at_end = segment + 2 == line.size() && near.at.at.point == line.back();
  Snap out;
  out.edge = near.edge;
  out.on_road = near.at.at.point;
  out.away = {std::llround(near.at.at.metres * 100)};
  std::uint32_t const length = graph.edge_length_cm[near.edge];
  out.offset_cm =
      at_end ? length : std::min(length, static_cast<std::uint32_t>(length_of(before).cm));
  out.side = out.away.cm == 0 ? 0 : side_of(point, line[segment], line[segment + 1]);
  return out;
}

}  // namespace

Result<Snap> snap(Region const& region, Metric const& metric, Profile profile, GeoPoint point,
                  Distance within) {
  auto const weights = metric.weights(profile);
  ensure(weights.size() == region.graph().arc_count(), "metric and region belong together");
  double const limit = static_cast<double>(within.cm) / 100;
  double const reach = static_cast<double>(kMainlandReach.cm) / 100;
  NearestTwo found;
  // What lies within the radius has been seen, so a nearest edge within it is the nearest of all.
  for (double radius = std::min(limit, 50.0);; radius = std::min(limit, radius * 3)) {
    found = nearest_among(region, weights, profile, point, radius);
    double const any = metres_of(found.any);
    bool const settled = metres_of(found.mainland) <= radius || any + reach <= radius;
    if (settled || radius >= limit) {
      break;
    }
  }
  double const any = metres_of(found.any);
  double const mainland = metres_of(found.mainland);
  if (any > limit) {
    std::string text;
    append_text(text, point);
    return Error{ErrorCode::NotFound, "no road for " + std::string{name_of(profile)} + " within " +
                                          std::to_string(within.cm / 100) + " m of " + text};
  }
  bool const to_mainland = mainland <= any + reach && mainland <= limit;
  return snap_to(region.graph(), point, to_mainland ? *found.mainland : *found.any);
}

}  // namespace fenghuo::gis
