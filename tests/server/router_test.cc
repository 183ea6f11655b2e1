#include "server/http/router.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

RouteTable table() {
  RouteTable routes;
  for (auto const& [method, pattern] : {std::pair{"GET", "/teams"},
                                        {"POST", "/teams"},
                                        {"GET", "/teams/{}"},
                                        {"PUT", "/teams/{}/availability"}}) {
    routes.add({method, pattern, Permission::Read, [](Call&) { return Answer{}; }});
  }
  return routes;
}

TEST(RouteTable, FindsByMethodAndPath) {
  RouteTable const routes = table();
  auto const match = routes.match("PUT", "/teams/T-2026-000001/availability");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.parameters, std::vector<std::string>{"T-2026-000001"});
  EXPECT_EQ(routes.match("POST", "/teams").route->method, "POST");
}

TEST(RouteTable, TellsWhatAPathTakes) {
  RouteTable const routes = table();
  auto const match = routes.match("DELETE", "/teams");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_TRUE(match.path_known);
  EXPECT_EQ(match.allowed, "GET, POST");
}

TEST(RouteTable, NothingElseFits) {
  RouteTable const routes = table();
  for (auto const* path : {"", "/", "/team", "/teams/", "/teams//availability", "/teams/x/y",
                           "//teams", "/teams/x/availability/"}) {
    EXPECT_FALSE(routes.match("GET", path).path_known) << path;
  }
}

}  // namespace
}  // namespace fenghuo::server
