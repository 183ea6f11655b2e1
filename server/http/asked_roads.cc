#include "server/http/asked_roads.h"

namespace fenghuo::server {

void AskedRoads::tell(messaging::Json& body) const {
  if (!condition.empty()) {
    body.add("condition", condition);
  }
}

AskedRoads asked_roads(Desk& desk, std::string const& condition, std::string const& pointer,
                       std::vector<messaging::FieldError>& errors) {
  // Not owned: the centre outlives every call.
  std::shared_ptr<center::Roads const> const now{std::shared_ptr<void>{}, &desk.center.roads()};
  if (condition.empty()) {
    return {now, ""};
  }
  auto const named = gis::road_condition_named(condition);
  if (!named) {
    errors.push_back({pointer, "expected one of day, night, rain, snow"});
    return {now, ""};
  }
  auto other = now->in_condition(*named);
  return {other == nullptr ? now : std::move(other), condition};
}

}  // namespace fenghuo::server
