#include "gis/routing/junction.h"

#include <algorithm>

#include "gis/geo/bearing.h"
#include "gis/geo/distance.h"
#include "gis/routing/arc_weight.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

constexpr std::int64_t kLookCm = 2'000;
constexpr int kMostHops = 20;

template <class T>
bool among(std::span<T const> list, T value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::vector<GeoPoint> points_along(RoadGraph const& graph, ArcId arc) {
  auto const line = line_of(graph, edge_of(arc));
  std::vector<GeoPoint> points(line.begin(), line.end());
  if (is_backward(arc)) {
    std::reverse(points.begin(), points.end());
  }
  return points;
}

}  // namespace

bool JunctionView::is_seen(ArcId arc) const {
  return arc_weight(graph_, arc, profile_, settings_) != kClosed ||
         (profile_ == Profile::Heavy &&
          arc_weight(graph_, arc, Profile::Light, settings_) != kClosed);
}

bool JunctionView::is_against(ArcId arc) const {
  return profile_ != Profile::Foot && is_against_oneway(graph_, arc);
}

std::optional<ArcId> JunctionView::only_next(ArcId arc) const {
  NodeId const node = graph_.head(arc);
  std::uint32_t const first = graph_.first_out[node];
  if (graph_.first_out[node + 1] - first != 2) {
    return std::nullopt;
  }
  ArcId const a = graph_.out_arcs[first];
  ArcId const b = graph_.out_arcs[first + 1];
  ArcId const next = a == opposite(arc) ? b : a;
  return edge_of(next) == edge_of(arc) ? std::nullopt : std::optional{next};
}

GeoPoint JunctionView::ahead(ArcId arc) const {
  std::int64_t left = kLookCm;
  GeoPoint here = graph_.node_point[graph_.tail(arc)];
  std::optional<ArcId> next = arc;
  for (int hops = 0; next && hops < kMostHops; ++hops) {
    ArcId const now = *next;
    for (GeoPoint const p : points_along(graph_, now)) {
      std::int64_t const step = distance_between(here, p).cm;
      if (step >= left && step > 0) {
        return point_between(here, p, left, step);
      }
      left -= step;
      here = p;
    }
    next = only_next(now);
  }
  return here;
}

int JunctionView::bearing_from(ArcId arc) const {
  return bearing_between(graph_.node_point[graph_.tail(arc)], ahead(arc));
}

int JunctionView::bearing_to(ArcId arc) const {
  return bearing_between(ahead(opposite(arc)), graph_.node_point[graph_.head(arc)]);
}

std::optional<ArcId> JunctionView::first_road(ArcId arc) const {
  std::optional<ArcId> next = arc;
  for (int hops = 0; next && hops < kMostHops; ++hops) {
    if (!is_seen(*next)) {
      return std::nullopt;
    }
    if (graph_.edge_length_cm[edge_of(*next)] > 0) {
      return next;
    }
    next = only_next(*next);
  }
  return std::nullopt;
}

std::vector<JunctionArm> JunctionView::arms(std::span<NodeId const> nodes,
                                            std::span<EdgeId const> taken,
                                            int bearing_before) const {
  std::vector<JunctionArm> out;
  for (NodeId const node : nodes) {
    for (std::uint32_t at = graph_.first_out[node]; at < graph_.first_out[node + 1]; ++at) {
      ArcId const arc = graph_.out_arcs[at];
      if (among(taken, edge_of(arc)) || among(nodes, graph_.head(arc))) {
        continue;
      }
      auto const road = first_road(arc);
      if (road && !among(taken, edge_of(*road))) {
        out.push_back({*road, turn_between(bearing_before, bearing_from(*road)),
                       is_against(*road) || is_against(arc)});
      }
    }
  }
  return out;
}

std::uint32_t JunctionView::exits(NodeId node) const {
  std::uint32_t count = 0;
  for (std::uint32_t at = graph_.first_out[node]; at < graph_.first_out[node + 1]; ++at) {
    ArcId const arc = graph_.out_arcs[at];
    bool const inside = (graph_.edge_flags[edge_of(arc)] & edge_flag::kRoundabout) != 0;
    count += !inside && is_seen(arc) && !is_against(arc) ? 1U : 0U;
  }
  return count;
}

}  // namespace fenghuo::gis
