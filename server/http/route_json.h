#pragma once

#include "gis/routing/router.h"
#include "messaging/codec/fields_json.h"

namespace fenghuo::server {

/// A route as API and command line show it; null where no road connects the two.
messaging::Json route_json(std::optional<gis::Route> const& route, gis::Profile profile,
                           domain::EtaBasis basis);

}  // namespace fenghuo::server
