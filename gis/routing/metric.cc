#include "gis/routing/metric.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "gis/routing/arc_weight.h"
#include "gis/routing/cch/customization.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

constexpr std::uint16_t kUsual = 1000;

constexpr EdgeEffect as_usual() { return {kUsual, kUsual, kUsual, kUsual}; }

/// Runs f for every profile, two at a time.
template <class F>
void for_each_profile(F&& f) {
  std::thread second{[&] {
    for (std::size_t p = 1; p < kProfileCount; p += 2) {
      f(static_cast<Profile>(p));
    }
  }};
  for (std::size_t p = 0; p < kProfileCount; p += 2) {
    f(static_cast<Profile>(p));
  }
  second.join();
}

/// Numbers of recustomizations are unique in the program: a row with the same number is the same row.
std::uint32_t next_number() {
  static std::atomic<std::uint32_t> last{0};
  return ++last;
}

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

/// A weight at a share of the usual speed, rounded up.
Weight slowed(Weight weight, std::uint16_t permille) {
  if (weight == kClosed || permille == 0) {
    return kClosed;
  }
  std::uint64_t const longer = (std::uint64_t{weight} * 1000 + permille - 1) / permille;
  return std::max(weight, static_cast<Weight>(std::min<std::uint64_t>(longer, kClosed - 1)));
}

}  // namespace

struct Metric::Workspaces {
  std::mutex mutex;
  std::vector<std::unique_ptr<cch::Recustomization>> idle;

  std::unique_ptr<cch::Recustomization> take(cch::Hierarchy const& hierarchy) {
    std::scoped_lock const lock{mutex};
    if (idle.empty()) {
      return std::make_unique<cch::Recustomization>(hierarchy);
    }
    auto one = std::move(idle.back());
    idle.pop_back();
    return one;
  }
  void give(std::unique_ptr<cch::Recustomization> one) {
    std::scoped_lock const lock{mutex};
    idle.push_back(std::move(one));
  }
};

std::shared_ptr<Metric const> Metric::build(Region const& region, RoutingSettings const& settings,
                                            std::span<ClosureShape const> closures,
                                            std::int64_t as_of) {
  std::shared_ptr<Metric> open{new Metric};
  open->region_ = &region;
  open->settings_ = settings;
  open->workspaces_ = std::make_shared<Workspaces>();
  open->as_of_ = as_of;
  open->id_ = open->base_ = next_id();
  RoadGraph const& graph = region.graph();
  for_each_profile([&](Profile profile) {
    std::vector<Weight> weights(graph.arc_count());
    for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
      weights[arc] = arc_weight(graph, arc, profile, settings);
    }
    RoadWeights roads{weights};
    auto arcs = cch::customize(region.hierarchy(), roads);
    open->layers_[static_cast<std::size_t>(profile)] =
        std::make_shared<Layer const>(Layer{std::move(roads), std::move(arcs)});
  });
  return closures.empty() ? open : open->with_closures(closures, as_of);
}

std::shared_ptr<Metric const> Metric::in_condition(RoadCondition condition) const {
  RoutingSettings settings = settings_;
  settings.condition = condition;
  return build(*region_, settings, closures(), as_of_);
}

std::vector<ClosureShape> Metric::closures() const {
  std::vector<ClosureShape> out;
  for (auto const& [id, matched] : matched_) {
    out.push_back(matched->shape);
  }
  return out;
}

std::shared_ptr<Metric const> Metric::with_closures(std::span<ClosureShape const> closures,
                                                    std::int64_t as_of) const {
  std::shared_ptr<Metric> next{new Metric};
  next->region_ = region_;
  next->settings_ = settings_;
  next->workspaces_ = workspaces_;
  next->as_of_ = as_of;
  next->id_ = next_id();
  next->base_ = base_;
  next->match(closures, this);
  next->put_in_force(*this);
  return next;
}

/// Which edges the closures fall on and what becomes of them. Of several closures on one edge the slowest counts,
/// so their order does not matter, and each can be taken away without a trace.
void Metric::match(std::span<ClosureShape const> closures, Metric const* before) {
  for (ClosureShape const& shape : closures) {
    auto const known = before->matched_.find(shape.id);
    auto const matched =
        known != before->matched_.end() && known->second->shape == shape
            ? known->second
            : std::make_shared<Matched const>(Matched{shape, edges_closed_by(*region_, shape)});
    matched_[shape.id] = matched;
    for (EdgeId const edge : matched->edges) {
      EdgeEffect& effect = effects_.try_emplace(edge, as_usual()).first->second;
      for (std::size_t p = 0; p < kProfileCount; ++p) {
        auto const left =
            static_cast<std::uint16_t>(std::min<std::uint32_t>(shape.speed_permille, kUsual));
        effect[p] = shape.closes[p] ? std::min(effect[p], left) : effect[p];
      }
    }
  }
  for (auto const& [edge, effect] : effects_) {
    bool const closed =
        std::any_of(effect.begin(), effect.end(), [](auto left) { return left == 0; });
    closed_edges_ += closed ? 1U : 0U;
    EdgeBox box{region_->graph().node_point[region_->graph().edge_from[edge]], {}};
    box.high = box.low;
    for (GeoPoint const p : line_of(region_->graph(), edge)) {
      box.low = {std::min(box.low.lat_e7, p.lat_e7), std::min(box.low.lon_e7, p.lon_e7)};
      box.high = {std::max(box.high.lat_e7, p.lat_e7), std::max(box.high.lon_e7, p.lon_e7)};
    }
    boxes_.push_back(box);
  }
}

/// Changes the weights of the roads whose state differs from what it was.
void Metric::put_in_force(Metric const& before) {
  std::vector<EdgeId> touched;
  auto const differs = [](Effects const& from, Effects const& in, std::vector<EdgeId>& out) {
    for (auto const& [edge, effect] : from) {
      auto const other = in.find(edge);
      if (other == in.end() || other->second != effect) {
        out.push_back(edge);
      }
    }
  };
  differs(before.effects_, effects_, touched);
  differs(effects_, before.effects_, touched);
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  auto const renew = [&](Profile profile) {
    auto const p = static_cast<std::size_t>(profile);
    Layer const& layer = *before.layers_[p];
    std::vector<RoadWeights::Change> changes;
    for (EdgeId const edge : touched) {
      auto const effect = effects_.find(edge);
      for (ArcId const arc : {forward_of(edge), backward_of(edge)}) {
        Weight const usual = arc_weight(region_->graph(), arc, profile, settings_);
        Weight const now = effect == effects_.end() ? usual : slowed(usual, effect->second[p]);
        if (now != layer.roads[arc]) {
          changes.push_back({arc, now});
        }
      }
    }
    layers_[p] = changes.empty() ? before.layers_[p]
                                 : std::make_shared<Layer const>(changed(layer, changes));
  };
  if (touched.empty()) {
    layers_ = before.layers_;
  } else {
    for_each_profile(renew);
  }
}

Metric::Layer Metric::changed(Layer const& layer,
                              std::vector<RoadWeights::Change> const& changes) const {
  RoadWeights roads = layer.roads.with(changes);
  std::vector<EdgeId> edges;
  for (auto const& change : changes) {
    if (edges.empty() || edges.back() != edge_of(change.arc)) {
      edges.push_back(edge_of(change.arc));
    }
  }
  auto again = workspaces_->take(region_->hierarchy());
  auto done = again->run(layer.arcs, roads, edges, next_number());
  workspaces_->give(std::move(again));
  return {std::move(roads), std::move(done.weights)};
}

RoadWeights const& Metric::weights(Profile profile) const {
  return layers_[static_cast<std::size_t>(profile)]->roads;
}

cch::ArcWeights const& Metric::arc_weights(Profile profile) const {
  return layers_[static_cast<std::size_t>(profile)]->arcs;
}

bool Metric::touches(GeoPoint south_west, GeoPoint north_east) const {
  return std::any_of(boxes_.begin(), boxes_.end(), [&](EdgeBox const& box) {
    return box.low.lat_e7 <= north_east.lat_e7 && box.high.lat_e7 >= south_west.lat_e7 &&
           box.low.lon_e7 <= north_east.lon_e7 && box.high.lon_e7 >= south_west.lon_e7;
  });
}

}  // namespace fenghuo::gis
