#include "gis/routing/arc_weight.h"

#include <algorithm>
#include <cstddef>

namespace fenghuo::gis {

namespace {

constexpr std::uint64_t kGateMs = 30'000;
constexpr std::uint64_t kFerryMs = 300'000;

bool has(std::uint16_t flags, std::uint16_t flag) { return (flags & flag) != 0; }

/// The time for a length at a speed: 1 cm at 1 km/h takes 36 ms.
std::uint64_t travel_ms(std::uint64_t length_cm, std::uint64_t speed_kmh) {
  return (length_cm * 36 + speed_kmh - 1) / speed_kmh;
}

Weight as_weight(std::uint64_t ms) {
  return static_cast<Weight>(std::clamp<std::uint64_t>(ms, 1, kClosed - 1));
}

/// A time at a share of the usual speed, rounded up.
std::uint64_t slowed_ms(std::uint64_t ms, std::uint32_t permille) {
  std::uint64_t const share = std::clamp<std::uint64_t>(permille, 1, 1000);
  return (ms * 1000 + share - 1) / share;
}

Weight walking(RoadGraph const& graph, EdgeId edge, ConditionSpeeds const& speeds) {
  auto const road = static_cast<RoadClass>(graph.edge_class[edge]);
  if (has(graph.edge_flags[edge], edge_flag::kNoFoot)) {
    return kClosed;
  }
  std::uint64_t const length = graph.edge_length_cm[edge];
  if (road == RoadClass::Ferry) {
    return as_weight(travel_ms(length, graph.edge_speed_forward[edge]) + kFerryMs);
  }
  return as_weight(
      slowed_ms(travel_ms(road == RoadClass::Steps ? length * 2 : length, 5), speeds.on_foot));
}

bool class_is_open(RoadClass road, Profile profile) {
  if (road == RoadClass::Steps) {
    return false;
  }
  return profile == Profile::Offroad || (road != RoadClass::Track && road != RoadClass::Path);
}

bool fits(RoadGraph const& graph, EdgeId edge, RoutingSettings const& settings) {
  auto const within = [](std::uint32_t need, std::uint32_t limit) {
    return limit == 0 || need <= limit;
  };
  return within(settings.heavy_weight_kg, graph.edge_max_weight[edge] * 10U) &&
         within(settings.heavy_height_cm, graph.edge_max_height[edge]) &&
         within(settings.heavy_width_cm, graph.edge_max_width[edge]);
}

/// Wrong-way driving kills on roads that are built so that nobody expects it.
bool may_be_driven_against(RoadGraph const& graph, EdgeId edge) {
  auto const road = static_cast<RoadClass>(graph.edge_class[edge]);
  std::uint16_t const flags = graph.edge_flags[edge];
  return road != RoadClass::Motorway && road != RoadClass::Ferry &&
         !(road == RoadClass::Trunk && has(flags, edge_flag::kLink)) &&
         !has(flags, edge_flag::kRoundabout) && !has(flags, edge_flag::kTunnel);
}

}  // namespace

bool is_against_oneway(RoadGraph const& graph, ArcId arc) {
  std::uint16_t const flags = graph.edge_flags[edge_of(arc)];
  return has(flags, is_backward(arc) ? edge_flag::kOnewayForward : edge_flag::kOnewayBackward);
}

Weight arc_weight(RoadGraph const& graph, ArcId arc, Profile profile,
                  RoutingSettings const& settings) {
  EdgeId const edge = edge_of(arc);
  ConditionSpeeds const& speeds = settings.speeds[static_cast<std::size_t>(settings.condition)];
  if (profile == Profile::Foot) {
    return walking(graph, edge, speeds);
  }
  std::uint16_t const flags = graph.edge_flags[edge];
  auto const road = static_cast<RoadClass>(graph.edge_class[edge]);
  bool const ford_closed = has(flags, edge_flag::kFord) && profile != Profile::Offroad;
  if (has(flags, edge_flag::kNoMotor) || ford_closed || !class_is_open(road, profile) ||
      (profile == Profile::Heavy && !fits(graph, edge, settings))) {
    return kClosed;
  }
  std::uint64_t ms =
      travel_ms(graph.edge_length_cm[edge], is_backward(arc) ? graph.edge_speed_backward[edge]
                                                             : graph.edge_speed_forward[edge]);
  bool const unpaved =
      has(flags, edge_flag::kUnpaved) || road == RoadClass::Track || road == RoadClass::Path;
  if (road != RoadClass::Ferry) {
    ms = slowed_ms(ms, unpaved ? speeds.unpaved : speeds.paved);
  }
  if (is_against_oneway(graph, arc)) {
    if (settings.against_oneway_permille == 0 || !may_be_driven_against(graph, edge)) {
      return kClosed;
    }
    ms = (ms * settings.against_oneway_permille + 999) / 1000;
  }
  ms += has(flags, edge_flag::kGate) ? kGateMs : 0;
  ms += road == RoadClass::Ferry ? kFerryMs : 0;
  return as_weight(ms);
}

}  // namespace fenghuo::gis
