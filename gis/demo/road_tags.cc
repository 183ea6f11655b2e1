#include <string_view>

#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

/// What a class of road carries; "" where a mapper would leave it out.
struct ClassTags {
  std::string_view highway, lanes, maxspeed, width;
};

ClassTags class_tags(RoadClass road_class) {
  switch (road_class) {
    case RoadClass::Trunk:
      return {"trunk", "4", "80", ""};
    case RoadClass::Primary:
      return {"primary", "4", "60", ""};
    case RoadClass::Secondary:
      return {"secondary", "2", "60", ""};
    case RoadClass::Tertiary:
      return {"tertiary", "2", "", ""};
    case RoadClass::Unclassified:
      return {"unclassified", "", "", "3.5"};
    case RoadClass::Residential:
      return {"residential", "", "", ""};
    case RoadClass::LivingStreet:
      return {"living_street", "", "20", ""};
    case RoadClass::Service:
      return {"service", "", "", ""};
    case RoadClass::Track:
      return {"track", "", "", ""};
    case RoadClass::Path:
      return {"path", "", "", ""};
  }
  return {};
}

}  // namespace

Tags road_tags(RoadSign const& sign) {
  ClassTags const c = class_tags(sign.road_class);
  Tags tags{{"highway", std::string{c.highway}}};
  auto const add = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) {
      tags.emplace_back(key, value);
    }
  };
  add("name", sign.name);
  add("name:en", sign.name_en);
  add("ref", sign.ref);
  add("lanes", c.lanes);
  add("maxspeed", c.maxspeed);
  add("surface", sign.surface);
  add("width", c.width);
  if (sign.road_class == RoadClass::Track) {
    add("tracktype", sign.surface == "gravel" ? "grade2" : "grade4");
  }
  return tags;
}

}  // namespace fenghuo::gis::demo
