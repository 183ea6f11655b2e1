#include "server/http/router.h"

namespace fenghuo::server {

namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    auto const end = path.find('/');
    parts.push_back(path.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    path.remove_prefix(end + 1);
  }
}

bool fits(std::vector<std::string> const& pattern, std::vector<std::string_view> const& path,
          std::vector<std::string>& parameters) {
  if (pattern.size() != path.size()) {
    return false;
  }
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "{}" && !path[i].empty()) {
      parameters.emplace_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

Route& RouteTable::add(Route route) {
  auto const parts = parts_of(route.pattern);
  parts_.emplace_back(parts.begin(), parts.end());
  return routes_.emplace_back(std::move(route));
}

RouteTable::Match RouteTable::match(std::string_view method, std::string_view path) const {
  Match match;
  auto const asked = parts_of(path);
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    Route const& route = routes_[i];
    std::vector<std::string> parameters;
    if (!fits(parts_[i], asked, parameters)) {
      continue;
    }
    match.path_known = true;
    match.allowed += (match.allowed.empty() ? "" : ", ") + route.method;
    if (route.method == method && match.route == nullptr) {
      match.route = &route;
      match.parameters = std::move(parameters);
    }
  }
  return match;
}

}  // namespace fenghuo::server
