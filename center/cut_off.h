#pragma once

#include <optional>
#include <vector>

#include "center/roads.h"
#include "core/domain/state.h"

namespace fenghuo::center {

/// Settlements that a closure cuts off.
struct CutOff {
  gis::Place const* from = nullptr;  ///< where they could be reached from
  std::vector<gis::Place const*> places;
};

/// Settlements within 30 km of a closure that light vehicles could reach from the region's main settlement (the
/// city, town or village with the most people) as if this closure were not there, and cannot with it. What the
/// other closures cut off is not in it, nor what was not connected before; a settlement is connected that has a road
/// within 500 m.
///
/// Out:     nothing where the closure is not in force, only slows down, leaves light vehicles alone, or there is no
///          network or settlement.
/// Cost:    two metrics and two searches from one place.
/// Checked: tests/center/cut_off_test.cc.
std::optional<CutOff> cut_off_by(Roads const& roads, domain::State const& state, ClosureId id);

}  // namespace fenghuo::center
