#pragma once

#include <string_view>
#include <vector>

#include "server/http/exchange.h"

namespace fenghuo::server {

/// The table of all operations. Checked: tests/server/router_test.cc.
class RouteTable {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }

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
};

}  // namespace fenghuo::server
