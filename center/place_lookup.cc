#include "center/place_lookup.h"

#include "gis/geo/datum.h"

namespace fenghuo::center {

bool convert(domain::Location& location, std::string const& pointer,
             std::vector<messaging::FieldError>& errors) {
  if (location.crs.empty() || location.crs == "wgs84") {
    location.crs = "wgs84";
    return true;
  }
  auto const datum = gis::datum_named(location.crs);
  if (!datum) {
    bool const old = location.crs == "xian80" || location.crs == "beijing54";
    errors.push_back(
        {pointer + "/crs",
         old ? "this datum differs by up to 100 m and needs local parameters: convert it first"
             : "expected one of wgs84, cgcs2000, gcj02, bd09"});
    return false;
  }
  if (*datum != gis::Datum::Wgs84) {
    location.given = location.point;
    location.point = gis::to_wgs84(location.point, *datum);
  }
  return true;
}

void place(domain::ReceiveReport& report, Roads const& roads,
           std::vector<messaging::FieldError>& errors) {
  report.outside_region = false;  // the map says so, not the caller
  if (!report.location || !convert(*report.location, "/location", errors)) {
    return;
  }
  report.outside_region = !roads.covers(report.location->point);
  if (report.area.empty()) {
    report.area = roads.area_at(report.location->point);
  }
}

void place(domain::OpenIncident& command, Roads const& roads,
           std::vector<messaging::FieldError>& errors) {
  auto& facts = command.facts;
  if (facts.location && convert(*facts.location, "/location", errors) && facts.area.empty()) {
    facts.area = roads.area_at(facts.location->point);
  }
}

void place(domain::UpdateIncident& command, Roads const& roads,
           std::vector<messaging::FieldError>& errors) {
  auto& change = command.change;
  if (change.location && convert(*change.location, "/location", errors) && !change.area) {
    std::string area = roads.area_at(change.location->point);
    if (!area.empty()) {
      change.area = std::move(area);
    }
  }
}

}  // namespace fenghuo::center
