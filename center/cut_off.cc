#include "center/cut_off.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "center/closure_keeper.h"
#include "gis/geo/distance.h"

namespace fenghuo::center {

namespace {

using dispatch::TravelTimeTable;

/// Who has to walk farther to a road is not reached by a vehicle.
constexpr Distance kAtTheRoad = metres(500);
constexpr Distance kAround = metres(30'000);

gis::Place const* main_settlement(std::span<gis::Place const> places) {
  auto const rank = [](gis::Place const& place) {
    int const kind = place.kind == "city" ? 3 : place.kind == "town" ? 2 : 1;
    return std::tuple{kind, place.population};
  };
  gis::Place const* best = nullptr;
  for (auto const& place : places) {
    if (!place.is_facility && (best == nullptr || rank(place) > rank(*best))) {
      best = &place;
    }
  }
  return best;
}

/// At most so many of the points, spread evenly: near and far is no matter of metres here.
std::vector<GeoPoint> some_of(std::vector<GeoPoint> const& points) {
  constexpr std::size_t kMost = 64;
  std::vector<GeoPoint> out;
  std::size_t const step = std::max<std::size_t>(1, points.size() / kMost);
  for (std::size_t i = 0; i < points.size(); i += step) {
    out.push_back(points[i]);
  }
  return out;
}

std::vector<gis::Place const*> settlements_around(std::span<gis::Place const> places,
                                                  std::vector<GeoPoint> const& points) {
  auto const near = some_of(points);
  std::vector<gis::Place const*> out;
  for (auto const& place : places) {
    if (!place.is_facility && std::any_of(near.begin(), near.end(), [&](GeoPoint point) {
          return gis::distance_between(point, place.point) <= kAround;
        })) {
      out.push_back(&place);
    }
  }
  return out;
}

}  // namespace

std::optional<CutOff> cut_off_by(Roads const& roads, domain::State const& state, ClosureId id) {
  domain::Closure const* closure = domain::find(state.closures, id);
  bool const closes = closure != nullptr && closure->status == domain::ClosureStatus::Active &&
                      closure->facts.speed_permille == 0 && roads.region() != nullptr &&
                      shape_of(*closure).closes[static_cast<std::size_t>(gis::Profile::Light)];
  CutOff out;
  out.from = closes ? main_settlement(roads.places()) : nullptr;
  if (out.from == nullptr) {
    return std::nullopt;
  }
  auto const around = settlements_around(roads.places(), closure->facts.geometry.points);
  if (around.empty()) {
    return out;
  }
  std::vector<GeoPoint> points;
  for (auto const* place : around) {
    points.push_back(place->point);
  }
  std::array const origin{out.from->point};
  auto const open = roads.as_if(shapes_in_force(state, {id}), kAtTheRoad)
                        ->travel_times(gis::Profile::Light, origin, points);
  auto const closed = roads.as_if(shapes_in_force(state), kAtTheRoad)
                          ->travel_times(gis::Profile::Light, origin, points);
  if (!open || !closed) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < around.size(); ++i) {
    if (around[i] != out.from && open->at(0, i) != TravelTimeTable::kUnreachable &&
        closed->at(0, i) == TravelTimeTable::kUnreachable) {
      out.places.push_back(around[i]);
    }
  }
  return out;
}

}  // namespace fenghuo::center
