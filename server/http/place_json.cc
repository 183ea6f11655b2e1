#include "server/http/place_json.h"

namespace fenghuo::server {

using messaging::Json;

Json place_json(gis::Place const& place, std::string area) {
  messaging::WriteStyle const style;
  std::string const prefix{place.osm_type, '/'};
  return Json::object({{"id", prefix + std::to_string(place.osm_id)},
                       {"kind", place.kind},
                       {"name", place.name},
                       {"name_en", place.name_en},
                       {"pinyin", place.pinyin},
                       {"population", place.population},
                       {"area", std::move(area)},
                       {"location", to_json(place.point, style)}});
}

}  // namespace fenghuo::server
