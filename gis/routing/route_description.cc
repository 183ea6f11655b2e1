#include "gis/routing/route_description.h"

#include <algorithm>

#include "gis/geo/distance.h"
#include "gis/routing/arc_weight.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

void append(std::vector<GeoPoint>& line, GeoPoint p) {
  if (line.empty() || line.back() != p) {
    line.push_back(p);
  }
}

/// The points of the piece that are not its ends, and those of its ends that are nodes.
void append_points(RoadGraph const& graph, RoadPiece const& piece, std::vector<GeoPoint>& out) {
  auto const road = line_of(graph, edge_of(piece.arc));
  std::uint32_t const low = std::min(piece.begin_cm, piece.end_cm);
  std::uint32_t const high = std::max(piece.begin_cm, piece.end_cm);
  std::uint32_t const length = graph.edge_length_cm[edge_of(piece.arc)];
  std::vector<GeoPoint> points;
  if (low == 0) {
    points.push_back(road.front());
  }
  bool const whole = low == 0 && high == length;
  std::int64_t at = 0;
  for (std::size_t i = 1; i + 1 < road.size(); ++i) {
    at += distance_between(road[i - 1], road[i]).cm;
    if (whole || (at > low && at < high)) {
      points.push_back(road[i]);
    }
  }
  if (high == length) {
    points.push_back(road.back());
  }
  if (is_backward(piece.arc)) {
    std::reverse(points.begin(), points.end());
  }
  for (auto const p : points) {
    append(out, p);
  }
}

void append_leg(Region const& region, RoadPiece const& piece, std::vector<RouteLeg>& legs) {
  RoadGraph const& graph = region.graph();
  EdgeId const edge = edge_of(piece.arc);
  auto const road_class = static_cast<RoadClass>(graph.edge_class[edge]);
  std::string_view const road = region.text(graph.edge_name[edge]);
  if (legs.empty() || legs.back().road != road || legs.back().road_class != road_class) {
    legs.push_back({std::string{road}, road_class, {}, {}});
  }
  RouteLeg& leg = legs.back();
  leg.distance = {leg.distance.cm + length_cm(piece)};
  leg.duration = leg.duration + milliseconds(static_cast<std::int64_t>(piece.ms));
}

/// Centimetres whose speed, load and width were not in the data.
struct Assumed {
  std::uint64_t speed = 0, load = 0, width = 0;

  void add(std::uint16_t flags, std::uint64_t cm) {
    speed += (flags & edge_flag::kSpeedAssumed) != 0 ? cm : 0;
    load += (flags & edge_flag::kLoadAssumed) != 0 ? cm : 0;
    width += (flags & edge_flag::kWidthAssumed) != 0 ? cm : 0;
  }
};

}  // namespace

Route describe(Region const& region, Profile profile, Snap const& origin, Snap const& destination,
               std::vector<RoadPiece> const& pieces) {
  RoadGraph const& graph = region.graph();
  Route route;
  route.access_from = origin.away;
  route.access_to = destination.away;
  route.pieces = pieces;
  route.geometry.push_back(origin.on_road);
  Assumed assumed;
  std::uint64_t ms = 0;
  std::uint64_t cm = 0;
  for (RoadPiece const& piece : pieces) {
    EdgeId const edge = edge_of(piece.arc);
    append_points(graph, piece, route.geometry);
    ms += piece.ms;
    cm += length_cm(piece);
    if (length_cm(piece) == 0 && piece.ms == 0) {
      continue;
    }
    append_leg(region, piece, route.legs);
    assumed.add(graph.edge_flags[edge], length_cm(piece));
    route.against_oneway =
        route.against_oneway || (profile != Profile::Foot && is_against_oneway(graph, piece.arc));
    route.uses_ferry =
        route.uses_ferry || static_cast<RoadClass>(graph.edge_class[edge]) == RoadClass::Ferry;
  }
  append(route.geometry, destination.on_road);
  if (route.geometry.size() == 1) {
    route.geometry.push_back(destination.on_road);  // a line has two points, however short
  }
  route.duration = milliseconds(static_cast<std::int64_t>(ms));
  route.distance = {static_cast<std::int64_t>(cm)};
  auto const permille = [&](std::uint64_t part) {
    return cm == 0 ? 0U : static_cast<std::uint32_t>(part * 1000 / cm);
  };
  route.speed_assumed_permille = permille(assumed.speed);
  route.load_assumed_permille = permille(assumed.load);
  route.width_assumed_permille = permille(assumed.width);
  return route;
}

}  // namespace fenghuo::gis
