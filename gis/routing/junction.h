#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gis/region/region.h"
#include "gis/routing/profile.h"

namespace fenghuo::gis {

/// A road that leaves a junction, other than those that the route takes.
struct JunctionArm {
  ArcId arc = 0;  ///< the first that has a length
  int turn = 0;   ///< seen from who arrives: -179 .. 180, right is positive
  bool is_against_oneway = false;
};

/// What a driver sees of the roads at junctions, with nothing closed: a flooded road is a turning all the same.
///
/// A profile sees the roads it may use; heavy vehicles see those of light ones too, since a weak bridge does not look
/// like the end of the road.
/// Threads: any number.
/// Checked: tests/gis/guidance_test.cc.
class JunctionView {
 public:
  JunctionView(RoadGraph const& graph, RoutingSettings const& settings, Profile profile)
      : graph_{graph}, settings_{settings}, profile_{profile} {}

  bool is_seen(ArcId arc) const;
  bool is_against(ArcId arc) const;  ///< never on foot
  /// The compass direction in which the arc leaves its tail, or comes to its head: measured over 20 m of road.
  int bearing_from(ArcId arc) const;
  int bearing_to(ArcId arc) const;
  /// The roads that leave any of the nodes, but for the edges in `taken` and those that lead from one of the nodes
  /// to another. In the order of nodes and arcs.
  std::vector<JunctionArm> arms(std::span<NodeId const> nodes, std::span<EdgeId const> taken,
                                int bearing_before) const;
  /// How many ways out of a roundabout its node has.
  std::uint32_t exits(NodeId node) const;

 private:
  /// Where one is 20 m on from the arc's tail; roads that go on without a junction are followed.
  GeoPoint ahead(ArcId arc) const;
  /// Whether one is against the one-way rule within 20 m: the mouths of carriageways are often drawn without it.
  bool soon_against(ArcId arc) const;
  /// Whether the arc is the edge drawn a second time.
  bool lies_on(ArcId arc, EdgeId edge) const;
  /// The arc by which the road goes on where nothing else leaves the node.
  std::optional<ArcId> only_next(ArcId arc) const;
  /// Past gates and the like; nothing where one of them is not seen.
  std::optional<ArcId> first_road(ArcId arc) const;

  RoadGraph const& graph_;
  RoutingSettings settings_;
  Profile profile_;
};

}  // namespace fenghuo::gis
