#pragma once

#include <string_view>
#include <vector>

#include "server/http/exchange.h"

namespace fenghuo::server {

/// The table of all operations. Checked: tests/server/router_test.cc.
class RouteTable {
 public:
  /// The route as it stands in the table, until the next is added: for what few routes say of themselves.
  Route& add(Route route);

  struct Match {
    Route const* route = nullptr;  ///< none: no such path, or not with this method
    bool path_known = false;
    std::vector<std::string> parameters;
    std::string allowed;  ///< methods of the path, for the Allow header
  };
  Match match(std::string_view method, std::string_view path) const;
  std::vector<Route> const& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> parts_;  ///< of each route's pattern
};

}  // namespace fenghuo::server
