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

bool fits(std::vector<std::string_view> const& pattern, std::vector<std::string_view> const& path,
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

RouteTable::Match RouteTable::match(std::string_view method, std::string_view path) const {
  Match match;
  auto const asked = parts_of(path);
  for (auto const& route : routes_) {
    std::vector<std::string> parameters;
    if (!fits(parts_of(route.pattern), asked, parameters)) {
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
