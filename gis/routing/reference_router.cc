#include <algorithm>
#include <mutex>

#include "gis/routing/question.h"
#include "gis/routing/road_point.h"
#include "gis/routing/route_description.h"
#include "gis/routing/router.h"
#include "gis/routing/shortest_paths.h"

namespace fenghuo::gis {

namespace {

constexpr std::uint64_t kFar = SearchTree::kFar;

/// Search trees that wait for the next query: as many as there were queries at one time.
class TreePool {
 public:
  class Loan {
   public:
    explicit Loan(TreePool& pool) : pool_{pool}, tree_{pool.take()} {}
    ~Loan() { pool_.give(std::move(tree_)); }
    Loan(Loan const&) = delete;
    Loan& operator=(Loan const&) = delete;
    SearchTree& tree() { return *tree_; }

   private:
    TreePool& pool_;
    std::unique_ptr<SearchTree> tree_;
  };

 private:
  std::unique_ptr<SearchTree> take() {
    std::lock_guard const lock{mutex_};
    if (idle_.empty()) {
      return std::make_unique<SearchTree>();
    }
    auto tree = std::move(idle_.back());
    idle_.pop_back();
    return tree;
  }
  void give(std::unique_ptr<SearchTree> tree) {
    std::lock_guard const lock{mutex_};
    idle_.push_back(std::move(tree));
  }
  std::mutex mutex_;
  std::vector<std::unique_ptr<SearchTree>> idle_;
};

class ReferenceRouter final : public QuickestWays {
 public:
  explicit ReferenceRouter(std::shared_ptr<Region const> region)
      : region_{std::move(region)}, paths_{region_->graph()} {}

  Result<std::optional<Route>> route(Metric const& metric, Profile profile, GeoPoint from,
                                     GeoPoint to, RoutingLimits const& limits) const override {
    if (auto good = check_question(*region_, metric, 1, 1); !good) {
      return good.error();
    }
    auto const weights = metric.weights(profile);
    auto const origin = snap(*region_, metric, profile, from, limits.snap_within);
    if (!origin) {
      return origin.error();
    }
    auto const destination = snap(*region_, metric, profile, to, limits.snap_within);
    if (!destination) {
      return destination.error();
    }
    RoadPoint const a{region_->graph(), weights, *origin};
    RoadPoint const b{region_->graph(), weights, *destination};
    auto const pieces = best_pieces(weights, a, b);
    if (!pieces) {
      return std::optional<Route>{};
    }
    Route route = describe(*region_, profile, *origin, *destination, *pieces);
    route.duration =
        route.duration + milliseconds(static_cast<std::int64_t>(a.walk_ms() + b.walk_ms()));
    route.as_of = metric.as_of();
    return std::optional<Route>{std::move(route)};
  }

  Result<dispatch::TravelTimeTable> travel_times(Metric const& metric, Profile profile,
                                                 std::span<GeoPoint const> origins,
                                                 std::span<GeoPoint const> destinations,
                                                 RoutingLimits const& limits) const override {
    if (auto good = check_question(*region_, metric, origins.size(), destinations.size()); !good) {
      return good.error();
    }
    auto const rows = placed(metric, profile, origins, limits);
    auto const columns = placed(metric, profile, destinations, limits);
    std::vector<Duration> cells(rows.size() * columns.size(),
                                dispatch::TravelTimeTable::kUnreachable);
    if (rows.size() <= columns.size()) {
      fill(metric.weights(profile), rows, columns, ShortestPaths::Direction::Forward, cells);
    } else {
      fill(metric.weights(profile), columns, rows, ShortestPaths::Direction::Backward, cells);
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
  using Points = std::vector<std::optional<RoadPoint>>;

  Points placed(Metric const& metric, Profile profile, std::span<GeoPoint const> points,
                RoutingLimits const& limits) const {
    Points out;
    for (auto const point : points) {
      auto const place = snap(*region_, metric, profile, point, limits.snap_within);
      out.push_back(place ? std::optional<RoadPoint>{RoadPoint{region_->graph(),
                                                               metric.weights(profile), *place}}
                          : std::nullopt);
    }
    return out;
  }

  /// One search from each of `sources`, which are the rows forward and the columns backward.
  void fill(RoadWeights const& weights, Points const& sources, Points const& targets,
            ShortestPaths::Direction direction, std::vector<Duration>& cells) const {
    bool const forward = direction == ShortestPaths::Direction::Forward;
    std::vector<NodeId> goals;
    for (auto const& target : targets) {
      for (auto const& end :
           target ? (forward ? target->arrivals() : target->departures()) : std::vector<Start>{}) {
        goals.push_back(end.node);
      }
    }
    TreePool::Loan loan{trees_};
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (!sources[i]) {
        continue;
      }
      auto const starts = forward ? sources[i]->departures() : sources[i]->arrivals();
      paths_.search(weights, direction, starts, goals, loan.tree());
      for (std::size_t k = 0; k < targets.size(); ++k) {
        if (targets[k]) {
          std::size_t const cell = forward ? i * targets.size() + k : k * sources.size() + i;
          RoadPoint const& origin = forward ? *sources[i] : *targets[k];
          RoadPoint const& destination = forward ? *targets[k] : *sources[i];
          cells[cell] = duration(loan.tree(), forward, origin, destination);
        }
      }
    }
  }

  static Duration duration(SearchTree const& tree, bool forward, RoadPoint const& origin,
                           RoadPoint const& destination) {
    std::uint64_t best = direct_ms(origin, destination);
    for (Start const& end : forward ? destination.arrivals() : origin.departures()) {
      if (tree.ms(end.node) != kFar) {
        best = std::min(best, tree.ms(end.node) + end.ms);
      }
    }
    return best == kFar ? dispatch::TravelTimeTable::kUnreachable
                        : milliseconds(static_cast<std::int64_t>(best + origin.walk_ms() +
                                                                 destination.walk_ms()));
  }

  /// The pieces of road of the quickest way; nullopt if there is none.
  std::optional<std::vector<RoadPiece>> best_pieces(RoadWeights const& weights, RoadPoint const& a,
                                                    RoadPoint const& b) const {
    std::uint64_t best = direct_ms(a, b);
    auto const arrivals = b.arrivals();
    std::vector<NodeId> goals;
    goals.reserve(arrivals.size());
    for (Start const& end : arrivals) {
      goals.push_back(end.node);
    }
    TreePool::Loan loan{trees_};
    SearchTree& tree = loan.tree();
    paths_.search(weights, ShortestPaths::Direction::Forward, a.departures(), goals, tree);
    Start const* through = nullptr;
    for (Start const& end : arrivals) {
      if (tree.ms(end.node) != kFar && tree.ms(end.node) + end.ms < best) {
        best = tree.ms(end.node) + end.ms;
        through = &end;
      }
    }
    if (best == kFar) {
      return std::nullopt;
    }
    if (through == nullptr) {
      return std::vector{direct_piece(a, b)};
    }
    return pieces_through(weights, a, b, *through, tree);
  }

  std::vector<RoadPiece> pieces_through(RoadWeights const& weights, RoadPoint const& a,
                                        RoadPoint const& b, Start const& last,
                                        SearchTree const& tree) const {
    RoadGraph const& graph = region_->graph();
    std::vector<RoadPiece> pieces{b.arrival_piece(last.node)};
    NodeId node = last.node;
    for (ArcId arc = tree.arc(node); arc != SearchTree::kNoArc; arc = tree.arc(node)) {
      pieces.push_back(whole_piece(graph, arc, weights[arc]));
      node = graph.tail(arc);
    }
    pieces.push_back(a.departure_piece(node));
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
  }

  std::shared_ptr<Region const> region_;
  ShortestPaths paths_;
  mutable TreePool trees_;
};

}  // namespace

std::shared_ptr<QuickestWays const> Router::reference(std::shared_ptr<Region const> region) {
  return std::make_shared<ReferenceRouter>(std::move(region));
}

}  // namespace fenghuo::gis
