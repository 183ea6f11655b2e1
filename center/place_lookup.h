#pragma once

#include <string>
#include <vector>

#include "center/roads.h"
#include "core/domain/incident.h"
#include "core/domain/report.h"
#include "messaging/codec/fields_json.h"

namespace fenghuo::center {

/// What the map knows of a place goes into the command before it reaches the kernel, the same way for every
/// source: the point in WGS 84, the area it lies in, whether the region holds it.
///
/// Errors: an unknown datum is told at `pointer`; Xi'an 80 and Beijing 54 with the reason.
/// Checked: tests/center/place_lookup_test.cc.
void place(domain::ReceiveReport& report, Roads const& roads,
           std::vector<messaging::FieldError>& errors);
void place(domain::OpenIncident& command, Roads const& roads,
           std::vector<messaging::FieldError>& errors);
void place(domain::UpdateIncident& command, Roads const& roads,
           std::vector<messaging::FieldError>& errors);

/// Converts a location as it was given into WGS 84, keeping what was given. False: told in errors.
bool convert(domain::Location& location, std::string const& pointer,
             std::vector<messaging::FieldError>& errors);

}  // namespace fenghuo::center
