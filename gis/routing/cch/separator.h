#pragma once

#include <cstdint>
#include <vector>

#include "gis/routing/cch/node_flow.h"

namespace fenghuo::gis::cch {

/// A small set of nodes that cuts a connected piece of at least three nodes into parts of a fair size.
///
/// How:     inertial flow: the nodes are swept in several directions of the compass; the first and the last
///          share of them are kept apart by the smallest cut, with shares that grow from a twentieth to nearly
///          a half on the same flow; of all cuts seen the one that costs fewest nodes per node of its smaller
///          part is taken. Where all of them cost much, the nodes are also swept in the order of a walk through
///          the network. Deterministic.
/// Out:     the side of each node: cut, or the two parts; at least one node is cut and at least one is not.
/// Cost:    about 30 breadth-first searches and sweeps of the piece.
/// Source:  Schild, Sommer, "On Balanced Separators in Road Networks", SEA 2015; cuts of growing balance as in
///          Gottesbueren, Hamann, Uhl, Wagner, "Faster and Better Nested Dissection Orders for Customizable
///          Contraction Hierarchies", Algorithms 12 (2019) 196.
/// Checked: tests/gis/nested_dissection_test.cc.
std::vector<NodeFlow::Side> separate(CellGraph const& graph);

}  // namespace fenghuo::gis::cch
