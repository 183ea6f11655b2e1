#pragma once

#include <functional>
#include <span>
#include <vector>

#include "gis/routing/road_graph.h"

namespace fenghuo::gis::cch {

/// The nodes of a road network in the order in which they are contracted, the first one first.
///
/// In:      `from`, `to`: the ends of the edges, directions do not matter; `point`: one a node.
/// Out:     a permutation of the nodes. Every piece of the network stands together, the nodes that cut it last.
///          The same on every machine and with any number of threads.
/// Cost:    see bench routing; once a region. `threads`: 1 or 2.
/// Source:  George, "Nested Dissection of a Regular Finite Element Mesh", 1973; Dibbelt, Strasser, Wagner,
///          "Customizable Contraction Hierarchies", JEA 21 (2016).
/// Checked: tests/gis/nested_dissection_test.cc.
std::vector<NodeId> nested_dissection(std::span<NodeId const> from, std::span<NodeId const> to,
                                      std::span<GeoPoint const> point,
                                      std::function<void(int percent)> const& progress = {});

/// The same with each piece cut in two halves along its longer side, whatever the cut costs: the plain geometric
/// order that nested_dissection is measured against.
std::vector<NodeId> halving_order(std::span<NodeId const> from, std::span<NodeId const> to,
                                  std::span<GeoPoint const> point);

}  // namespace fenghuo::gis::cch
