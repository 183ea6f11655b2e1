#include "gis/routing/step_figures.h"

#include <algorithm>

namespace fenghuo::gis {

namespace {

/// A road that is nameless for so long at its beginning is still called by its name.
constexpr std::int64_t kNamelessCm = 15'000;

/// Adds road to the remark of a kind, if it is there; the lowest limit stays.
void remark(RouteStep& step, RemarkKind kind, std::int64_t cm, std::uint32_t limit = 0) {
  auto const known = std::find_if(step.remarks.begin(), step.remarks.end(),
                                  [&](auto const& remark) { return remark.kind == kind; });
  if (known == step.remarks.end()) {
    step.remarks.push_back({kind, {cm}, limit, ""});
    return;
  }
  known->distance = {known->distance.cm + cm};
  known->limit = limit == 0 ? known->limit : std::min(known->limit, limit);
}

void remark_limits(RoadGraph const& graph, Profile profile, EdgeId edge, std::int64_t cm,
                   RouteStep& step) {
  auto const limit = [&](RemarkKind kind, std::uint32_t value) {
    if (is_limit_for(profile, kind, value)) {
      remark(step, kind, cm, value);
    }
  };
  limit(RemarkKind::WeightLimit, graph.edge_max_weight[edge] * 10U);
  limit(RemarkKind::HeightLimit, graph.edge_max_height[edge]);
  limit(RemarkKind::Narrow, graph.edge_max_width[edge]);
}

void remark_obstacles(RoadGraph const& graph, Profile profile,
                      std::vector<RoadPiece> const& obstacles, RouteStep& step) {
  bool gate = false;
  bool ford = false;
  for (RoadPiece const& obstacle : obstacles) {
    // two where the way crosses one gate between three roads
    EdgeId const edge = edge_of(obstacle.arc);
    std::uint16_t const flags = graph.edge_flags[edge];
    gate = gate || (flags & edge_flag::kGate) != 0;
    ford = ford || (flags & edge_flag::kFord) != 0;
    remark_limits(graph, profile, edge, 0, step);
    step.duration = step.duration + milliseconds(static_cast<std::int64_t>(obstacle.ms));
  }
  if (gate && profile != Profile::Foot) {
    remark(step, RemarkKind::Gate, 0);
  }
  if (ford) {
    remark(step, RemarkKind::Ford, 0);
  }
}

void remark_road(RoadGraph const& graph, Profile profile, Stretch const& stretch, RouteStep& step) {
  if ((stretch.flags & edge_flag::kFord) != 0) {
    remark(step, RemarkKind::Ford, stretch.cm);
  }
  if (stretch.road.road_class == RoadClass::Steps) {
    remark(step, RemarkKind::Steps, stretch.cm);
  }
  if (profile == Profile::Foot) {
    return;
  }
  if (stretch.is_against_oneway) {
    remark(step, RemarkKind::AgainstOneway, stretch.cm);
  }
  if ((stretch.flags & edge_flag::kUnpaved) != 0) {
    remark(step, RemarkKind::Unpaved, stretch.cm);
  }
  remark_limits(graph, profile, edge_of(stretch.arc), stretch.cm, step);
}

}  // namespace

RoadNaming called_on(DrivenRoad const& road, std::size_t first, std::size_t end) {
  auto const named = [&](std::size_t i) {
    return !road.stretches[i].road.name.empty() || !road.stretches[i].road.reference.empty();
  };
  std::int64_t nameless = 0;
  for (std::size_t i = first; i < end && nameless <= kNamelessCm; ++i) {
    if (named(i) && road.stretches[i].road.is_link == road.stretches[first].road.is_link) {
      return road.stretches[i].road;
    }
    nameless += road.stretches[i].cm;
  }
  return road.stretches[first].road;
}

void add_figures(Region const& region, Profile profile, DrivenRoad const& road, std::size_t first,
                 std::size_t last, std::size_t end, RouteStep& step) {
  RoadGraph const& graph = region.graph();
  step.road = called_on(road, std::min(last, end - 1), end);
  std::uint64_t ms = 0;
  for (std::size_t i = first; i < end; ++i) {
    Stretch const& stretch = road.stretches[i];
    ms += stretch.ms;
    step.distance = {step.distance.cm + stretch.cm};
    auto const assume = [&](std::uint16_t flag, Distance& sum) {
      sum = {sum.cm + ((stretch.flags & flag) != 0 ? stretch.cm : 0)};
    };
    assume(edge_flag::kSpeedAssumed, step.speed_assumed);
    assume(edge_flag::kLoadAssumed, step.load_assumed);
    assume(edge_flag::kWidthAssumed, step.width_assumed);
    remark_obstacles(graph, profile, road.obstacles[i], step);
    remark_road(graph, profile, stretch, step);
  }
  if (end == road.stretches.size()) {
    remark_obstacles(graph, profile, road.obstacles[end], step);
  }
  for (Structure const& structure : road.structures) {
    if (structure.is_landmark && structure.first >= first && structure.first < end) {
      step.remarks.push_back({structure.kind, {structure.cm}, 0, structure.name});
    }
  }
  std::stable_sort(step.remarks.begin(), step.remarks.end(),
                   [](auto const& a, auto const& b) { return a.kind < b.kind; });
  step.duration = step.duration + milliseconds(static_cast<std::int64_t>(ms));
}

}  // namespace fenghuo::gis
