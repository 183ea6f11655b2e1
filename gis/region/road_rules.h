#pragma once

#include <cstdint>
#include <optional>

#include "gis/region/region.h"
#include "gis/region/tag_values.h"
#include "gis/routing/road_graph.h"

namespace fenghuo::gis {

/// What the tags of a way say about driving and walking on it; the units of RoadGraph.
struct RoadTraits {
  RoadClass road_class = RoadClass::Unclassified;
  std::uint16_t flags = 0;
  std::uint8_t speed_forward = 1;
  std::uint8_t speed_backward = 1;
  std::uint16_t max_weight = 0;
  std::uint16_t max_height = 0;
  std::uint16_t max_width = 0;
  std::uint32_t ferry_s = 0;  ///< how long a ferry takes over the whole way, 0 if not said
};

/// nullopt for everything that is not a road in use: other ways, roads under construction, roads that
/// neither vehicles nor people may enter.
/// Rules:   the most specific access tag wins (emergency, motorcar, motor_vehicle, vehicle, access);
///          only "no" and its kin close, since rescue services go where "private" and "destination"
///          turn others away.
/// Source:  OpenStreetMap wiki: Key:highway, Key:access, Key:oneway, OSM tags for routing.
/// Checked: tests/gis/road_rules_test.cc.
std::optional<RoadTraits> road_traits(TagSet const& tags);

/// Something on a node of a road that slows or stops: a gate, a bollard, a ford, a height bar.
struct NodeObstacle {
  std::uint16_t flags = 0;  ///< of edge_flag: kGate, kFord, kNoMotor, kNoFoot
  std::uint16_t max_weight = 0;
  std::uint16_t max_height = 0;
  std::uint16_t max_width = 0;
  bool operator==(NodeObstacle const&) const = default;
};
/// A default NodeObstacle if there is nothing in the way.
NodeObstacle obstacle_of(TagSet const& tags);

std::optional<PlaceKind> place_kind(TagSet const& tags);
std::optional<FacilityKind> facility_kind(TagSet const& tags);

}  // namespace fenghuo::gis
