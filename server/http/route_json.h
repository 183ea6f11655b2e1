#pragma once

#include "gis/routing/route_join.h"
#include "messaging/codec/fields_json.h"

namespace fenghuo::server {

/// What was asked for.
struct RouteAsked {
  gis::Profile profile = gis::Profile::Light;
  domain::EtaBasis basis = domain::EtaBasis::RoadNetwork;
  std::size_t parts = 1;  ///< one more than there are places on the way
  bool with_steps = false;
};

/// A route as API and command line show it; where no road connects two of its stops, which. Its parts are listed where
/// there are several, its steps where they were asked for.
messaging::Json route_json(gis::RouteThrough const& found, RouteAsked const& asked);

inline constexpr std::size_t kMostAlternatives = 3;
/// The first of the choices as route_json shows it, by which road it can be told from the others (`via`, where there is
/// one), and the others as `alternatives`.
messaging::Json route_choices_json(std::span<gis::RouteChoice const> choices,
                                   RouteAsked const& asked);

}  // namespace fenghuo::server
