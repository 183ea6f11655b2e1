#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "gis/routing/router.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis::testing {

/// A region with a router and a way to ask it briefly.
struct RoutedTown {
  explicit RoutedTown(SmallExtract const& osm)
      : region{osm.region(folder)}, router{Router::make(region)} {}

  std::shared_ptr<Metric const> metric(std::vector<ClosureShape> const& closures = {},
                                       RoutingSettings settings = {}) const {
    return Metric::build(*region, settings, closures, 7);
  }
  std::optional<Route> route(GeoPoint from, GeoPoint to, Profile profile = Profile::Light) const {
    return route(*metric(), from, to, profile);
  }
  std::optional<Route> route(Metric const& on, GeoPoint from, GeoPoint to,
                             Profile profile = Profile::Light) const {
    auto const found = router->route(on, profile, from, to, {});
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : std::nullopt;
  }

  ScratchFolder folder;
  std::shared_ptr<Region const> region;
  std::shared_ptr<Router const> router;
};

}  // namespace fenghuo::gis::testing
