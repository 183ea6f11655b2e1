#include "gis/routing/cch/unpacking.h"

#include <algorithm>

#include "gis/routing/cch/lanes.h"

namespace fenghuo::gis::cch {

namespace {

/// An arc of the hierarchy in one of its directions.
struct Leg {
  Rank low = 0;
  UpArc place = 0;
  bool upward = true;
};

class Unpacking {
 public:
  Unpacking(Hierarchy const& hierarchy, ArcWeights const& weights, RoadWeights const& road_weights)
      : hierarchy_{hierarchy}, weights_{weights}, road_weights_{road_weights} {}

  /// The legs of a label between its ends and the depth, the one at the depth first.
  /// Out: the end.
  Rank climb(Label const& label, Way way, std::span<End const> ends, std::uint32_t depth,
             std::vector<Leg>& legs) {
    chain_.clear();
    for (Rank r = label.lowest; r != kNoRank && hierarchy_.rows[r].depth >= depth;
         r = hierarchy_.rows[r].parent) {
      chain_.push_back(r);
    }
    Rank at = chain_.back();
    while (!is_end(at, label, ends)) {
      at = step_down(label, way, at, legs);
    }
    return at;
  }

  void unpack(Leg leg, std::vector<ArcId>& arcs) {
    todo_.assign(1, leg);
    while (!todo_.empty()) {
      Leg const next = todo_.back();
      todo_.pop_back();
      if (!take_road(next, arcs)) {
        split(next);
      }
    }
  }

 private:
  Weight weight(Leg const& leg) const {
    return (leg.upward ? weights_.up(hierarchy_, leg.low)
                       : weights_.down(hierarchy_, leg.low))[leg.place];
  }

  bool is_end(Rank at, Label const& label, std::span<End const> ends) const {
    Weight const ms = label.ms[hierarchy_.rows[at].depth];
    return std::any_of(ends.begin(), ends.end(),
                       [&](End end) { return end.rank == at && end.ms == ms; });
  }

  Rank step_down(Label const& label, Way way, Rank at, std::vector<Leg>& legs) const {
    Depth const depth = hierarchy_.rows[at].depth;
    Weight const ms = label.ms[depth];
    for (Rank const below : chain_) {
      Weight const before = label.ms[hierarchy_.rows[below].depth];
      if (below == at) {
        break;
      }
      if (before > ms) {
        continue;
      }
      UpArc const place = hierarchy_.place_of(below, depth);
      if (place == kNoUpArc) {
        continue;
      }
      Leg const leg{below, place, way == Way::Leaving};
      if (before + weight(leg) == ms) {
        legs.push_back(leg);
        return below;
      }
    }
    ensure(false, "a label's time has a way behind it");
    return at;
  }

  bool take_road(Leg const& leg, std::vector<ArcId>& arcs) const {
    Weight const ms = weight(leg);
    for (Road const road : hierarchy_.roads_of(leg.low)) {
      ArcId const arc = leg.upward ? road.upward : opposite(road.upward);
      if (road.place == leg.place && road_weights_[arc] == ms) {
        arcs.push_back(arc);
        return true;
      }
    }
    return false;
  }

  Depth depth_at(Rank r, UpArc place) const {
    for (Run const run : hierarchy_.runs_of(r)) {
      if (place < run.length) {
        return static_cast<Depth>(run.depth + place);
      }
      place -= run.length;
    }
    ensure(false, "the place is in the row");
    return 0;
  }

  /// The arc between an arc's tail and its lower node, in the direction of the leg's near half.
  Weight const* near_half(DownArc below, bool upward) const {
    return upward ? weights_.down_at(below.tail, below.arc) : weights_.up_at(below.tail, below.arc);
  }

  void split(Leg const& leg) {
    constexpr std::size_t kAhead = 8;  // their weights lie far apart in memory
    Weight const ms = weight(leg);
    Depth const head = depth_at(leg.low, leg.place);
    auto const all = hierarchy_.down_of(leg.low);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i + kAhead < all.size()) {
        __builtin_prefetch(near_half(all[i + kAhead], leg.upward));
      }
      DownArc const below = all[i];
      Weight const near_ms = *near_half(below, leg.upward);
      if (near_ms > ms) {
        continue;
      }
      UpArc const place = hierarchy_.place_of(below.tail, head);
      if (place == kNoUpArc) {
        continue;
      }
      Leg const far{below.tail, place, leg.upward};
      if (near_ms + weight(far) == ms) {
        Leg const near{below.tail, below.arc - hierarchy_.rows[below.tail].first_arc, !leg.upward};
        // What is travelled first is taken from the stack first.
        todo_.push_back(leg.upward ? far : near);
        todo_.push_back(leg.upward ? near : far);
        return;
      }
    }
    ensure(false, "an arc of the hierarchy is a road or goes over a node below");
  }

  Hierarchy const& hierarchy_;
  ArcWeights const& weights_;
  RoadWeights const& road_weights_;
  std::vector<Rank> chain_;
  std::vector<Leg> todo_;
};

}  // namespace

std::optional<WayFound> find_way(Hierarchy const& hierarchy, ArcWeights const& weights,
                                 RoadWeights const& road_weights, Label const& leaving,
                                 std::span<End const> origins, Label const& arriving,
                                 std::span<End const> destinations, std::uint32_t shared) {
  WayFound out;
  out.ms = between(leaving, arriving, shared);
  if (out.ms >= kClosed) {
    return std::nullopt;
  }
  std::uint32_t top = 0;
  while (leaving.ms[top] + arriving.ms[top] != out.ms) {
    ++top;
  }
  Unpacking unpacking{hierarchy, weights, road_weights};
  std::vector<Leg> legs;
  out.from = unpacking.climb(leaving, Way::Leaving, origins, top, legs);
  std::reverse(legs.begin(), legs.end());
  out.to = unpacking.climb(arriving, Way::Arriving, destinations, top, legs);
  for (Leg const& leg : legs) {
    unpacking.unpack(leg, out.arcs);
  }
  return out;
}

}  // namespace fenghuo::gis::cch
