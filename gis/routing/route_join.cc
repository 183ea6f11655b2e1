#include "gis/routing/route_join.h"

#include <algorithm>
#include <iterator>

namespace fenghuo::gis {

namespace {

/// The share of two lengths together, from the share of each.
std::uint32_t joined_permille(std::uint32_t a, Distance of_a, std::uint32_t b, Distance of_b) {
  std::int64_t const cm = of_a.cm + of_b.cm;
  return cm == 0 ? 0 : static_cast<std::uint32_t>((a * of_a.cm + b * of_b.cm + cm / 2) / cm);
}

template <class T>
void move_behind(std::vector<T>& whole, std::vector<T>& part) {
  whole.insert(whole.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
}

void join_steps(std::vector<RouteStep>& whole, std::vector<RouteStep>& part, std::uint32_t via) {
  if (!whole.empty()) {
    whole.back().manoeuvre = Manoeuvre::Via;
    whole.back().via = via;
  }
  if (!part.empty() && part.front().manoeuvre == Manoeuvre::Depart) {
    part.front().via = via;
    part.front().bearing_before =
        whole.empty() ? part.front().bearing_before : whole.back().bearing_after;
  }
  move_behind(whole, part);
}

void join(Route& whole, Route part, std::uint32_t via) {
  whole.speed_assumed_permille = joined_permille(whole.speed_assumed_permille, whole.distance,
                                                 part.speed_assumed_permille, part.distance);
  whole.load_assumed_permille = joined_permille(whole.load_assumed_permille, whole.distance,
                                                part.load_assumed_permille, part.distance);
  whole.width_assumed_permille = joined_permille(whole.width_assumed_permille, whole.distance,
                                                 part.width_assumed_permille, part.distance);
  whole.duration = whole.duration + part.duration;
  whole.distance = {whole.distance.cm + part.distance.cm};
  whole.access_to = part.access_to;
  whole.against_oneway = whole.against_oneway || part.against_oneway;
  whole.uses_ferry = whole.uses_ferry || part.uses_ferry;
  whole.as_of = std::min(whole.as_of, part.as_of);
  bool const meet = !part.geometry.empty() && whole.geometry.back() == part.geometry.front();
  whole.geometry.insert(whole.geometry.end(), part.geometry.begin() + (meet ? 1 : 0),
                        part.geometry.end());
  move_behind(whole.legs, part.legs);
  move_behind(whole.pieces, part.pieces);
  join_steps(whole.steps, part.steps, via);
}

}  // namespace

Result<RouteThrough> route_through(std::span<GeoPoint const> stops, FindRoute const& find) {
  if (stops.size() < 2 || stops.size() > kMostStopsBetween + 2) {
    return Error{ErrorCode::InvalidArgument, "a route has a start, at most " +
                                                 std::to_string(kMostStopsBetween) +
                                                 " places on the way, and a destination"};
  }
  RouteThrough out;
  for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
    auto found = find(stops[i], stops[i + 1]);
    if (!found) {
      return found.error();
    }
    if (!*found) {
      out.route.reset();
      out.cut = i;
      return out;
    }
    Route& part = **found;
    out.parts.push_back({part.distance, part.duration, part.access_from, part.access_to});
    if (out.route) {
      join(*out.route, std::move(part), static_cast<std::uint32_t>(i));
    } else {
      out.route = std::move(part);
    }
  }
  return out;
}

}  // namespace fenghuo::gis
