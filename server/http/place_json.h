#pragma once

#include <string>

#include "gis/region/region.h"
#include "messaging/codec/fields_json.h"

namespace fenghuo::server {

/// A settlement or facility of the map as API and command line show it; `area`: path of the area it lies in.
messaging::Json place_json(gis::Place const& place, std::string area);

}  // namespace fenghuo::server
