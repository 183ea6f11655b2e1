#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/http/page.h"

namespace fenghuo::server {

/// The roads that a question about travel is asked of: as they are now, or with their closures in another condition.
struct AskedRoads {
  std::shared_ptr<center::Roads const> roads;
  std::string condition;  ///< as asked; empty: as they are

  /// Says in an answer what was asked.
  void tell(messaging::Json& body) const;
};

/// In: `condition` is the name of a gis::RoadCondition or empty; what is wrong with it goes into `errors` at
/// `pointer`. Without a map a condition changes nothing: the answer's basis says so.
AskedRoads asked_roads(Desk& desk, std::string const& condition, std::string const& pointer,
                       std::vector<messaging::FieldError>& errors);

}  // namespace fenghuo::server
