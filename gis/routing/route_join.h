#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "gis/routing/router.h"

namespace fenghuo::gis {

/// A route by several places, in their order.
struct RouteThrough {
  struct Part {
    Distance distance;
    Duration duration;
    Distance access_from, access_to;
  };
  std::optional<Route> route;  ///< none: no road connects the two places of the part `cut`
  std::size_t cut = 0;         ///< from 0
  std::vector<Part> parts;     ///< those that were found, in order
};

inline constexpr std::size_t kMostStopsBetween = 10;

using FindRoute = std::function<Result<std::optional<Route>>(GeoPoint from, GeoPoint to)>;

/// Finds the parts and makes one route of them: distances and durations add up, the steps say where each place is
/// reached and left.
///
/// Walks:   a place on the way lies as far from its road as it does, and whoever goes there comes back: the walk is in
///          the duration of the part that ends there and in that of the part that begins there, so the whole takes as
///          long as its parts one by one.
/// In:      stops: from, up to kMostStopsBetween places on the way, to.
/// Errors:  InvalidArgument  fewer than two stops or too many; whatever `find` says
/// Cost:    that of the parts.
/// Checked: tests/gis/route_join_test.cc.
Result<RouteThrough> route_through(std::span<GeoPoint const> stops, FindRoute const& find);

}  // namespace fenghuo::gis
