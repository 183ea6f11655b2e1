#pragma once

#include <optional>

#include "center/roads.h"
#include "messaging/codec/fields_json.h"

namespace fenghuo::server {

/// "10,20,30" -> ascending times of whole minutes; 1 to 4 different ones of 1 to 240.
/// Errors: InvalidArgument, naming the mend.
Result<std::vector<Duration>> minutes_from(std::string_view text);
/// "leaving" or "arriving".
std::optional<gis::cch::Way> reach_way(std::string_view name);
/// "from" (the place sets out) or "to" (one drives to the place).
std::optional<gis::cch::Way> nearest_way(std::string_view name);

/// Facilities of the map of one kind. Errors: InvalidArgument, naming the kinds that there are.
Result<std::vector<gis::Place const*>> facilities_of_kind(std::span<gis::Place const> places,
                                                          std::string_view kind);

struct IsochroneAsked {
  gis::Profile profile = gis::Profile::Light;
  gis::cch::Way way = gis::cch::Way::Leaving;
  std::optional<Sequence> as_of;  ///< none on the command line
};
/// A GeoJSON FeatureCollection with a MultiPolygon for each time, the shortest first.
messaging::Json isochrone_json(center::Roads const& roads, gis::ReachedBands const& found,
                               IsochroneAsked const& asked);

struct NearestAsked {
  gis::Profile profile = gis::Profile::Light;
  gis::cch::Way way = gis::cch::Way::Leaving;
  std::string kind;
  GeoPoint point;
  std::size_t most = 5;
};
inline constexpr std::size_t kMostNearest = 50;

/// The nearest facilities of a kind.
struct NearestFound {
  std::vector<gis::Place const*> facilities;  ///< all of the kind
  center::NearPlaces near;                    ///< indices in `facilities`
};
/// Errors: those of Roads::nearest and facilities_of_kind.
Result<NearestFound> find_nearest(center::Roads const& roads, NearestAsked const& asked);
messaging::Json nearest_json(center::Roads const& roads, NearestFound const& found,
                             NearestAsked const& asked);

}  // namespace fenghuo::server
