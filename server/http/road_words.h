#pragma once

#include <optional>

#include "center/roads.h"
#include "core/domain/closure.h"
#include "server/http/desk.h"

/// Roads said in words ("where" of a closure), and what the map makes of them.
namespace fenghuo::server {

/// In:      {"bridge"} or {"tunnel"}; {"road"} alone, with "km" or with "from" and "to"; {"from", "to"}; each with
///          "near" where several may have the name. km is a number or a text like K123+500.
/// Errors:  added to the body's, with their pointers.
std::optional<domain::RoadWords> road_words(messaging::Json const& where, Body& body);

/// Errors: the answer to give: 409 road_ambiguous with candidates, 400 road_unknown with the names that are like
///         it, 400 road_not_there, 503 without a map.
std::variant<gis::FoundRoad, Answer> look_up(Desk& desk, Call const& call,
                                             domain::RoadWords const& words, gis::Profile profile);

}  // namespace fenghuo::server
