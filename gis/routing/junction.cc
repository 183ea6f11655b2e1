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
  std::optional<ArcId> only;
  for (std::uint32_t at = graph_.first_out[node]; at < graph_.first_out[node + 1]; ++at) {
    ArcId const next = graph_.out_arcs[at];
    if (edge_of(next) == edge_of(arc) || (!is_seen(next) && !is_seen(opposite(next)))) {
      continue;
    }
    if (only) {
      return std::nullopt;
    }
    only = next;
  }
  return only;
}

bool JunctionView::soon_against(ArcId arc) const {
  std::int64_t left = kLookCm;
  std::optional<ArcId> next = arc;
  for (int hops = 0; next && left > 0 && hops < kMostHops; ++hops) {
    if (is_against(*next)) {
      return true;
    }
    left -= graph_.edge_length_cm[edge_of(*next)];
    next = only_next(*next);
  }
  return false;
}

bool JunctionView::lies_on(ArcId arc, EdgeId edge) const {
  NodeId const from = graph_.tail(arc), to = graph_.head(arc);
  bool const same_ends = (graph_.edge_from[edge] == from && graph_.edge_to[edge] == to) ||
                         (graph_.edge_from[edge] == to && graph_.edge_to[edge] == from);
  return same_ends && graph_.edge_length_cm[edge] == graph_.edge_length_cm[edge_of(arc)];
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
      bool const is_taken = !road || std::any_of(taken.begin(), taken.end(), [&](EdgeId edge) {
        return edge == edge_of(*road) || lies_on(*road, edge);
      });
      if (!is_taken) {
        out.push_back(
            {*road, turn_between(bearing_before, bearing_from(*road)), soon_against(*road)});
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
