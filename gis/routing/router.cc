#include "gis/routing/router.h"

#include <algorithm>

#include "gis/routing/alternatives.h"
#include "gis/routing/cch/unpacking.h"
#include "gis/routing/place_labels.h"
#include "gis/routing/question.h"
#include "gis/routing/route_description.h"

namespace fenghuo::gis {

namespace {

using cch::Way;

class HierarchyRouter final : public Router {
 public:
  explicit HierarchyRouter(std::shared_ptr<Region const> region)
      : region_{std::move(region)}, labels_{*region_} {}

  Result<std::optional<Route>> route(Metric const& metric, Profile profile, GeoPoint from,
                                     GeoPoint to, RoutingLimits const& limits) const override {
    auto const ends = placed(metric, profile, from, to, limits);
    if (!ends) {
      return ends.error();
    }
    auto const pieces = best_pieces(metric, profile, *ends->from, *ends->to);
    return pieces ? std::optional{told(metric, profile, *ends, *pieces)} : std::nullopt;
  }

  Result<Isochrone> isochrone(Metric const& metric, Profile profile, GeoPoint point,
                              std::span<Duration const> within, Way way,
                              RoutingLimits const& limits) const override {
    if (auto good = check_question(*region_, metric, 1, 1); !good) {
      return good.error();
    }
    if (auto good = check_bands(within); !good) {
      return good.error();
    }
    auto const place = labels_.find(metric, profile, way, point, limits.snap_within);
    if (!place) {
      return place.error();
    }
    return Isochrone{(*place)->snap, metric.as_of(),
                     reached_roads(*region_, metric, profile, way, **place, within)};
  }

  Result<std::vector<RouteChoice>> alternatives(Metric const& metric, Profile profile,
                                                GeoPoint from, GeoPoint to,
                                                AlternativeRules const& rules,
                                                RoutingLimits const& limits) const override {
    auto const ends = placed(metric, profile, from, to, limits);
    if (!ends) {
      return ends.error();
    }
    std::vector<RouteChoice> out;
    auto const best = best_pieces(metric, profile, *ends->from, *ends->to);
    if (!best) {
      return out;
    }
    out.push_back({told(metric, profile, *ends, *best), 1000, {}});
    for (auto const& pieces :
         find_alternatives(*region_, metric, profile, *ends->from, *ends->to, *best, rules)) {
      out.push_back({told(metric, profile, *ends, pieces), shared_permille(*best, pieces), {}});
    }
    name_choices(*region_, profile, out);
    return out;
  }

  Result<dispatch::TravelTimeTable> travel_times(Metric const& metric, Profile profile,
                                                 std::span<GeoPoint const> origins,
                                                 std::span<GeoPoint const> destinations,
                                                 RoutingLimits const& limits) const override {
    if (auto good = check_question(*region_, metric, origins.size(), destinations.size()); !good) {
      return good.error();
    }
    auto const rows = labels_.find_all(metric, profile, Way::Leaving, origins, limits.snap_within);
    auto const columns =
        labels_.find_all(metric, profile, Way::Arriving, destinations, limits.snap_within);
    std::vector<Duration> cells(rows.size() * columns.size(),
                                dispatch::TravelTimeTable::kUnreachable);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t k = 0; k < columns.size() && rows[i] != nullptr; ++k) {
        if (columns[k] != nullptr) {
          cells[i * columns.size() + k] = duration(*rows[i], *columns[k]);
        }
      }
    }
    return dispatch::TravelTimeTable{rows.size(), columns.size(), std::move(cells)};
  }

 protected:
  Result<void> check_point(Metric const& metric, Profile profile, GeoPoint point,
                           RoutingLimits const& limits) const override {
    auto const found = snap(*region_, metric, profile, point, limits.snap_within);
    return found ? Result<void>{} : found.error();
  }

 private:
  struct Ends {
    std::shared_ptr<LabelledPlace const> from, to;
  };
  Result<Ends> placed(Metric const& metric, Profile profile, GeoPoint from, GeoPoint to,
                      RoutingLimits const& limits) const {
    if (auto good = check_question(*region_, metric, 1, 1); !good) {
      return good.error();
    }
    auto const origin = labels_.find(metric, profile, Way::Leaving, from, limits.snap_within);
    if (!origin) {
      return origin.error();
    }
    auto const destination = labels_.find(metric, profile, Way::Arriving, to, limits.snap_within);
    if (!destination) {
      return destination.error();
    }
    return Ends{*origin, *destination};
  }

  /// The route over the pieces, with the walks.
  Route told(Metric const& metric, Profile profile, Ends const& ends,
             std::vector<RoadPiece> const& pieces) const {
    Route route = describe(*region_, profile, ends.from->snap, ends.to->snap, pieces);
    auto const walks = ends.from->point.walk_ms() + ends.to->point.walk_ms();
    route.duration = route.duration + milliseconds(static_cast<std::int64_t>(walks));
    route.as_of = metric.as_of();
    return route;
  }

  std::uint32_t shared(LabelledPlace const& a, LabelledPlace const& b) const {
    bool const apart = a.label.lowest == cch::kNoRank || b.label.lowest == cch::kNoRank;
    return apart ? 0 : region_->common_ancestors().count(a.label.lowest, b.label.lowest);
  }

  Duration duration(LabelledPlace const& from, LabelledPlace const& to) const {
    std::uint64_t best = direct_ms(from.point, to.point);
    Weight const over_nodes = cch::between(from.label, to.label, shared(from, to));
    best = over_nodes < kClosed ? std::min<std::uint64_t>(best, over_nodes) : best;
    return best == SearchTree::kFar ? dispatch::TravelTimeTable::kUnreachable
                                    : milliseconds(static_cast<std::int64_t>(
                                          best + from.point.walk_ms() + to.point.walk_ms()));
  }

  /// The pieces of road of the quickest way; nothing if there is none.
  std::optional<std::vector<RoadPiece>> best_pieces(Metric const& metric, Profile profile,
                                                    LabelledPlace const& from,
                                                    LabelledPlace const& to) const {
    RoadWeights const& weights = metric.weights(profile);
    std::uint64_t const direct = direct_ms(from.point, to.point);
    auto const way = cch::find_way(region_->hierarchy(), metric.arc_weights(profile), weights,
                                   from.label, from.ends, to.label, to.ends, shared(from, to));
    if (!way || direct <= way->ms) {
      return direct == SearchTree::kFar
                 ? std::nullopt
                 : std::optional{std::vector{direct_piece(from.point, to.point)}};
    }
    RoadGraph const& graph = region_->graph();
    std::vector<RoadPiece> pieces{
        from.point.departure_piece(region_->hierarchy().node_at[way->from])};
    for (ArcId const arc : way->arcs) {
      pieces.push_back(whole_piece(graph, arc, weights[arc]));
    }
    pieces.push_back(to.point.arrival_piece(region_->hierarchy().node_at[way->to]));
    return pieces;
  }

  std::shared_ptr<Region const> region_;
  mutable PlaceLabels labels_;
};

}  // namespace

std::shared_ptr<Router const> Router::make(std::shared_ptr<Region const> region) {
  return std::make_shared<HierarchyRouter>(std::move(region));
}

}  // namespace fenghuo::gis
