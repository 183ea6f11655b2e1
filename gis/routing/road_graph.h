#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/units.h"

namespace fenghuo::gis {

using NodeId = std::uint32_t;  ///< a junction or the end of a road, 0 .. node_count-1
using EdgeId = std::uint32_t;  ///< a piece of road between two nodes, 0 .. edge_count-1
using ArcId = std::uint32_t;   ///< an edge with a direction: 2*edge from -> to, 2*edge+1 to -> from

constexpr EdgeId edge_of(ArcId arc) { return arc >> 1U; }
constexpr bool is_backward(ArcId arc) { return (arc & 1U) != 0; }
constexpr ArcId opposite(ArcId arc) { return arc ^ 1U; }
constexpr ArcId forward_of(EdgeId edge) { return edge << 1U; }
constexpr ArcId backward_of(EdgeId edge) { return edge << 1U | 1U; }

/// OpenStreetMap's highway values that carry traffic, links folded into their road.
enum class RoadClass : std::uint8_t {
  Motorway,
  Trunk,
  Primary,
  Secondary,
  Tertiary,
  Unclassified,
  Residential,
  LivingStreet,
  Service,
  Track,
  Pedestrian,
  Footway,
  Path,
  Steps,
  Cycleway,
  Ferry
};
inline constexpr std::size_t kRoadClassCount = 16;

namespace edge_flag {
inline constexpr std::uint16_t kOnewayForward = 1U << 0U;   ///< motor traffic only from -> to
inline constexpr std::uint16_t kOnewayBackward = 1U << 1U;  ///< motor traffic only to -> from
inline constexpr std::uint16_t kBridge = 1U << 2U;
inline constexpr std::uint16_t kTunnel = 1U << 3U;
inline constexpr std::uint16_t kFord = 1U << 4U;
inline constexpr std::uint16_t kRoundabout = 1U << 5U;
inline constexpr std::uint16_t kLink = 1U << 6U;     ///< slip road
inline constexpr std::uint16_t kNoMotor = 1U << 7U;  ///< access or barrier forbids motor vehicles
inline constexpr std::uint16_t kNoFoot = 1U << 8U;
inline constexpr std::uint16_t kSpeedAssumed =
    1U << 9U;  ///< no maxspeed in the data: default by class and surface
inline constexpr std::uint16_t kLoadAssumed = 1U << 10U;   ///< no weight limit in the data
inline constexpr std::uint16_t kWidthAssumed = 1U << 11U;  ///< no width in the data
inline constexpr std::uint16_t kUnpaved = 1U << 12U;
inline constexpr std::uint16_t kGate =
    1U << 13U;  ///< a gate or lift gate that must be opened: costs time
}  // namespace edge_flag

/// The road network as flat arrays, structure of arrays, little-endian, straight from the mapped file.
///
/// Invariants: first_out has node_count+1 entries, first 0, last out_arcs.size() == 2*edge_count;
///             out_arcs[first_out[n] .. first_out[n+1]) are the arcs whose tail is n, ascending;
///             geometry_first has edge_count+1 entries; the points of edge e, from -> to, both ends
///             included, are geometry[geometry_first[e] .. geometry_first[e+1]), at least two.
/// A gate, bollard, ford or height bar on a node is an edge of its own between two nodes at the same
/// place: length 0, with the flags and limits of the obstacle. So it can be passed by some and closed
/// to others without closing the road on either side.
/// Threads:    read only; any number.
struct RoadGraph {
  std::span<GeoPoint const> node_point;
  std::span<std::uint32_t const> first_out;
  std::span<ArcId const> out_arcs;
  std::span<NodeId const> edge_from;
  std::span<NodeId const> edge_to;
  std::span<std::uint32_t const> edge_length_cm;
  std::span<std::int64_t const> edge_way;    ///< OpenStreetMap way id
  std::span<std::uint8_t const> edge_class;  ///< RoadClass
  std::span<std::uint16_t const> edge_flags;
  std::span<std::uint8_t const> edge_speed_forward;  ///< km/h, > 0
  std::span<std::uint8_t const> edge_speed_backward;
  std::span<std::uint16_t const> edge_max_weight;  ///< 10 kg, 0 = no limit known
  std::span<std::uint16_t const> edge_max_height;  ///< cm, 0 = no limit known
  std::span<std::uint16_t const> edge_max_width;   ///< cm, 0 = no limit known
  std::span<std::uint32_t const> edge_name;        ///< index for Region::text, 0 = no name
  std::span<std::uint32_t const> edge_ref;         ///< its number (G65, X101), likewise
  /// Bit p (of Profile): the edge lies in a large connected part of the network of that profile, by
  /// the data alone, without closures; snap.h tells what for.
  std::span<std::uint8_t const> edge_mainland;
  std::span<std::uint32_t const> geometry_first;
  std::span<GeoPoint const> geometry;

  std::uint32_t node_count() const { return static_cast<std::uint32_t>(node_point.size()); }
  std::uint32_t edge_count() const { return static_cast<std::uint32_t>(edge_from.size()); }
  std::uint32_t arc_count() const { return edge_count() * 2; }
  NodeId tail(ArcId arc) const {
    return is_backward(arc) ? edge_to[edge_of(arc)] : edge_from[edge_of(arc)];
  }
  NodeId head(ArcId arc) const { return tail(opposite(arc)); }
};

}  // namespace fenghuo::gis
