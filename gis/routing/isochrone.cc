#include "gis/routing/isochrone.h"

#include <algorithm>

#include "gis/routing/cch/sweep.h"
#include "gis/routing/place_labels.h"

namespace fenghuo::gis {

namespace {

using cch::Way;

/// The most centimetres of an arc that take no longer than `budget`, where `cm` of them take the share of the weight
/// rounded half up: (weight * cm + length / 2) / length <= budget.
std::uint32_t reach_along(Weight weight, std::uint32_t length, std::uint64_t budget) {
  if (weight >= kClosed || length == 0) {
    return 0;
  }
  std::uint64_t const most = ((budget + 1) * length - 1 - length / 2) / weight;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(most, length));
}

class Reaching {
 public:
  Reaching(RoadGraph const& graph, RoadWeights const& weights, Way way)
      : graph_{graph}, weights_{weights}, way_{way} {}

  /// Along every edge at a node.
  void from_node(NodeId node, std::uint64_t budget) {
    for (std::uint32_t i = graph_.first_out[node]; i < graph_.first_out[node + 1]; ++i) {
      ArcId const arc = graph_.out_arcs[i];
      std::uint32_t const length = graph_.edge_length_cm[edge_of(arc)];
      std::uint32_t const cm = reach_along(weight_away(arc), length, budget);
      if (is_backward(arc)) {
        add(edge_of(arc), length - cm, length);
      } else {
        add(edge_of(arc), 0, cm);
      }
    }
  }

  /// Along the edge on which the place lies.
  void from_place(Snap const& snap, std::uint64_t budget) {
    std::uint32_t const length = graph_.edge_length_cm[snap.edge];
    std::uint32_t const at = snap.offset_cm;
    std::uint32_t const on = reach_along(weight_away(forward_of(snap.edge)), length, budget);
    std::uint32_t const back = reach_along(weight_away(backward_of(snap.edge)), length, budget);
    add(snap.edge, at, at + std::min(on, length - at));
    add(snap.edge, at - std::min(back, at), at);
  }

  /// Overlapping stretches made one. Two that leave out no centimetre between them are one too.
  std::vector<ReachedStretch> finish() && {
    std::sort(found_.begin(), found_.end(), [](ReachedStretch const& a, ReachedStretch const& b) {
      return a.edge != b.edge ? a.edge < b.edge : a.begin_cm < b.begin_cm;
    });
    std::vector<ReachedStretch> out;
    for (ReachedStretch const& next : found_) {
      if (!out.empty() && out.back().edge == next.edge && next.begin_cm <= out.back().end_cm + 1) {
        out.back().end_cm = std::max(out.back().end_cm, next.end_cm);
      } else {
        out.push_back(next);
      }
    }
    return out;
  }

 private:
  /// Of driving away from the arc's tail; arriving, of coming back to it.
  Weight weight_away(ArcId arc) const {
    return weights_[way_ == Way::Leaving ? arc : opposite(arc)];
  }
  void add(EdgeId edge, std::uint32_t begin, std::uint32_t end) {
    if (begin < end) {
      found_.push_back({edge, begin, end});
    }
  }

  RoadGraph const& graph_;
  RoadWeights const& weights_;
  Way way_;
  std::vector<ReachedStretch> found_;
};

std::uint64_t whole_ms(Duration duration) { return static_cast<std::uint64_t>(duration.us / 1000); }

}  // namespace

Result<void> check_bands(std::span<Duration const> limits) {
  if (limits.empty() || limits.size() > kMostBands) {
    return Error{ErrorCode::InvalidArgument, "ask for 1 to 4 times"};
  }
  for (Duration const limit : limits) {
    if (limit.us <= 0 || limit > kLongestBand) {
      return Error{ErrorCode::InvalidArgument,
                   "the times within which places are reached are above 0 and at most 4 hours"};
    }
  }
  return {};
}

std::vector<Reach> reached_roads(Region const& region, Metric const& metric, Profile profile,
                                 Way way, LabelledPlace const& place,
                                 std::span<Duration const> limits) {
  std::uint64_t const walk = place.point.walk_ms();
  std::uint64_t const longest = whole_ms(*std::max_element(limits.begin(), limits.end()));
  std::vector<ReachedNode> nodes;
  if (walk <= longest) {
    std::vector<cch::Reached> reached;
    cch::within(region.hierarchy(), metric.arc_weights(profile), way, place.label,
                static_cast<Weight>(longest - walk), reached);
    for (auto const& one : reached) {
      nodes.push_back({region.hierarchy().node_at[one.rank], one.ms + static_cast<Weight>(walk)});
    }
    std::sort(nodes.begin(), nodes.end(),
              [](ReachedNode const& a, ReachedNode const& b) { return a.node < b.node; });
  }
  std::vector<Reach> out;
  for (Duration const limit : limits) {
    Reach reach{limit, {}, {}};
    std::uint64_t const ms = whole_ms(limit);
    Reaching roads{region.graph(), metric.weights(profile), way};
    for (ReachedNode const& node : nodes) {
      if (node.ms <= ms) {
        reach.nodes.push_back(node);
        roads.from_node(node.node, ms - node.ms);
      }
    }
    if (walk <= ms) {
      roads.from_place(place.snap, ms - walk);
    }
    reach.stretches = std::move(roads).finish();
    out.push_back(std::move(reach));
  }
  return out;
}

}  // namespace fenghuo::gis
