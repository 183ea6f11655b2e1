#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "gis/routing/guidance.h"
#include "gis/routing/route_words.h"

namespace fenghuo::gis::testing {

/// What holds of the steps of every route.
inline void expect_steps_hold(RoadGraph const& graph, Route const& route,
                              std::vector<RouteStep> const& steps, Profile profile) {
  ASSERT_FALSE(steps.empty());
  ASSERT_EQ(steps.back().manoeuvre, Manoeuvre::Arrive);
  bool const moves = steps.size() > 1;
  ASSERT_TRUE(!moves || steps.front().manoeuvre == Manoeuvre::Depart);
  ASSERT_EQ(steps.front().place, moves ? route.geometry.front() : route.geometry.back());
  Distance distance;
  Duration duration;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    RouteStep const& step = steps[i];
    distance = {distance.cm + step.distance.cm};
    duration = duration + step.duration;
    ASSERT_TRUE(step.bearing_before >= 0 && step.bearing_before < 360);
    ASSERT_TRUE(step.bearing_after >= 0 && step.bearing_after < 360);
    ASSERT_EQ(step.distance.cm == 0, i + 1 == steps.size());
    ASSERT_LE(step.speed_assumed, step.distance);
    ASSERT_TRUE(i == 0 || step.manoeuvre != Manoeuvre::Depart);
    ASSERT_TRUE(step.manoeuvre != Manoeuvre::AgainstOneway || route.against_oneway);
    ASSERT_TRUE(step.manoeuvre != Manoeuvre::Ferry || route.uses_ferry);
    ASSERT_TRUE(profile != Profile::Foot || step.manoeuvre != Manoeuvre::Roundabout);
    Words const words = words_for(step, profile);
    ASSERT_FALSE(words.zh.empty());
    ASSERT_FALSE(words.en.empty());
    ASSERT_EQ(words.zh.find("，，"), std::string::npos) << words.zh;
    ASSERT_EQ(words.en.find("  "), std::string::npos) << words.en;
  }
  ASSERT_EQ(distance, route.distance);
  ASSERT_EQ(duration, route.duration);
  // Junctions are where the route passes, in its order.
  std::size_t at = 0;
  for (RouteStep const& step : steps) {
    auto const found = std::find(route.geometry.begin() + static_cast<std::ptrdiff_t>(at),
                                 route.geometry.end(), step.place);
    ASSERT_NE(found, route.geometry.end());
    at = static_cast<std::size_t>(found - route.geometry.begin());
  }
  for (RoadPiece const& piece : route.pieces) {
    ASSERT_LT(piece.arc, graph.arc_count());
  }
}

}  // namespace fenghuo::gis::testing
