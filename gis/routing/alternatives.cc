#include "gis/routing/alternatives.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_map>

#include "gis/routing/cch/unpacking.h"
#include "gis/routing/driven_road.h"

namespace fenghuo::gis {

namespace {

using cch::Rank;
using cch::Way;

std::uint64_t total_ms(std::span<RoadPiece const> pieces) {
  std::uint64_t ms = 0;
  for (RoadPiece const& piece : pieces) {
    ms += piece.ms;
  }
  return ms;
}

/// Which arcs some ways drive over, and for how long.
class Driven {
 public:
  void add(std::span<RoadPiece const> pieces) {
    for (RoadPiece const& piece : pieces) {
      std::uint64_t& ms = ms_[piece.arc];
      ms = std::max(ms, piece.ms);
    }
  }
  std::uint64_t shared_ms(std::span<RoadPiece const> pieces) const {
    std::uint64_t shared = 0;
    for (RoadPiece const& piece : pieces) {
      if (auto const it = ms_.find(piece.arc); it != ms_.end()) {
        shared += std::min(it->second, piece.ms);
      }
    }
    return shared;
  }

 private:
  std::unordered_map<ArcId, std::uint64_t> ms_;
};

/// A way over a node.
struct Detour {
  Rank via = 0;
  std::uint64_t ms = 0;
  std::vector<RoadPiece> pieces;
  std::size_t turn = 0;      ///< the pieces before it lead to `via`
  std::uint64_t shared = 0;  ///< with the best
};

class AlternativeSearch {
 public:
  AlternativeSearch(Region const& region, Metric const& metric, Profile profile,
                    LabelledPlace const& from, LabelledPlace const& to,
                    std::span<RoadPiece const> best, AlternativeRules const& rules)
      : region_{region},
        hierarchy_{region.hierarchy()},
        arcs_{metric.arc_weights(profile)},
        roads_{metric.weights(profile)},
        from_{from},
        to_{to},
        rules_{rules},
        best_ms_{total_ms(best)} {
    best_.add(best);
    used_.add(best);
  }

  std::vector<std::vector<RoadPiece>> find() {
    std::vector<std::vector<RoadPiece>> out;
    auto detours = detours_by_promise();
    for (Detour& detour : detours) {
      if (out.size() == rules_.most) {
        break;
      }
      if (is_other(detour) && is_locally_best(detour)) {
        used_.add(detour.pieces);
        out.push_back(std::move(detour.pieces));
      }
    }
    return out;
  }

 private:
  static bool at_most(std::uint64_t part, std::uint64_t whole, std::uint32_t permille) {
    return part * 1000 <= whole * permille;
  }

  cch::Label node_label(Rank rank, Way way) const {
    cch::Label label;
    cch::End const end{rank, 0};
    cch::make_label(hierarchy_, arcs_, way, {&end, 1}, label);
    return label;
  }
  std::uint32_t shared(cch::Label const& a, cch::Label const& b) const {
    return region_.common_ancestors().count(a.lowest, b.lowest);
  }
  Weight between(cch::Label const& leaving, cch::Label const& arriving) const {
    return cch::between(leaving, arriving, shared(leaving, arriving));
  }

  /// The ancestors of both ends.
  std::vector<Rank> candidates() const {
    std::vector<Rank> out;
    for (Rank const lowest : {from_.label.lowest, to_.label.lowest}) {
      for (Rank r = lowest; r != cch::kNoRank; r = hierarchy_.rows[r].parent) {
        out.push_back(r);
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  std::vector<Detour> detours_by_promise() const {
    std::vector<Detour> within;
    if (best_ms_ == 0 || from_.label.lowest == cch::kNoRank || to_.label.lowest == cch::kNoRank) {
      return within;
    }
    for (Rank const via : candidates()) {
      Weight const there = between(from_.label, node_label(via, Way::Arriving));
      Weight const back =
          there >= kClosed ? kClosed : between(node_label(via, Way::Leaving), to_.label);
      if (back < kClosed &&
          at_most(std::uint64_t{there} + back, best_ms_, rules_.stretch_permille)) {
        within.push_back({via, std::uint64_t{there} + back, {}, 0, 0});
      }
    }
    std::stable_sort(within.begin(), within.end(),
                     [](Detour const& a, Detour const& b) { return a.ms < b.ms; });
    std::vector<Detour> out;
    // A node on a way that takes as long as the way over the node: it is the same way, or as good.
    std::unordered_map<NodeId, std::uint64_t> passed;
    for (Detour& detour : within) {
      auto const it = passed.find(hierarchy_.node_at[detour.via]);
      if (it != passed.end() && it->second == detour.ms) {
        continue;
      }
      take_apart(detour);
      for (std::size_t i = 1; i < detour.pieces.size(); ++i) {
        passed.emplace(region_.graph().tail(detour.pieces[i].arc), detour.ms);
      }
      out.push_back(std::move(detour));
    }
    std::stable_sort(out.begin(), out.end(), [](Detour const& a, Detour const& b) {
      return 2 * a.ms + a.shared < 2 * b.ms + b.shared;
    });
    return out;
  }

  void take_apart(Detour& detour) const {
    cch::End const via{detour.via, 0};
    auto const arriving = node_label(detour.via, Way::Arriving);
    auto const leaving = node_label(detour.via, Way::Leaving);
    auto const there = cch::find_way(hierarchy_, arcs_, roads_, from_.label, from_.ends, arriving,
                                     {&via, 1}, shared(from_.label, arriving));
    auto const back = cch::find_way(hierarchy_, arcs_, roads_, leaving, {&via, 1}, to_.label,
                                    to_.ends, shared(leaving, to_.label));
    ensure(there && back, "a node with a time has a way");
    auto const append = [&](std::vector<ArcId> const& arcs) {
      for (ArcId const arc : arcs) {
        detour.pieces.push_back(whole_piece(region_.graph(), arc, roads_[arc]));
      }
    };
    detour.pieces.push_back(from_.point.departure_piece(hierarchy_.node_at[there->from]));
    append(there->arcs);
    detour.turn = detour.pieces.size();
    append(back->arcs);
    detour.pieces.push_back(to_.point.arrival_piece(hierarchy_.node_at[back->to]));
    detour.shared = best_.shared_ms(detour.pieces);
  }

  /// Different enough from the best and from those before it, and no long way round what it leaves out.
  bool is_other(Detour const& detour) const {
    std::uint64_t const left_out = best_ms_ - std::min(best_ms_, detour.shared);
    return at_most(used_.shared_ms(detour.pieces), best_ms_, rules_.sharing_permille) &&
           at_most(detour.ms - detour.shared, left_out, rules_.stretch_permille);
  }

  /// The T-test, between the two points that lie `local` of the best time before and behind the node.
  bool is_locally_best(Detour const& detour) const {
    auto const& pieces = detour.pieces;
    std::uint64_t const reach = best_ms_ * rules_.local_permille / 1000;
    std::size_t first = detour.turn;
    std::uint64_t before = 0;
    while (first > 0 && before < reach) {
      before += pieces[--first].ms;
    }
    std::size_t last = detour.turn;
    std::uint64_t behind = pieces[last].ms;
    while (last + 1 < pieces.size() && behind < reach) {
      behind += pieces[++last].ms;
    }
    if (edge_of(pieces[first].arc) == edge_of(pieces[last].arc)) {
      return false;  // there and back
    }
    // At the ends of the way the points are those that were asked for.
    bool const from_start = first == 0;
    bool const to_end = last + 1 == pieces.size();
    std::uint64_t const skipped = from_start || before <= reach ? 0 : before - reach;
    std::uint64_t const left = to_end || behind <= reach ? 0 : behind - reach;
    auto const leaving =
        from_start ? from_.label : point_label(pieces[first], skipped, Way::Leaving);
    auto const arriving =
        to_end ? to_.label : point_label(pieces[last], pieces[last].ms - left, Way::Arriving);
    return between(leaving, arriving) == before - skipped + behind - left;
  }

  /// Of a point on a whole arc, `ms` behind its tail; at an end of the arc it is at the node. Going back along the arc is rounded in favour of other ways.
  cch::Label point_label(RoadPiece const& piece, std::uint64_t ms, Way way) const {
    RoadGraph const& graph = region_.graph();
    bool const leaving = way == Way::Leaving;
    std::uint64_t const on = leaving ? piece.ms - ms : ms;
    Weight const whole_back = roads_[opposite(piece.arc)];
    std::uint64_t const back = on == piece.ms          ? 0
                               : whole_back >= kClosed ? kClosed
                                                       : whole_back * (piece.ms - on) / piece.ms;
    NodeId const ahead = leaving ? graph.head(piece.arc) : graph.tail(piece.arc);
    std::array<cch::End, 2> const ends{
        cch::End{hierarchy_.rank_of[ahead], static_cast<Weight>(on)},
        cch::End{hierarchy_.rank_of[leaving ? graph.tail(piece.arc) : graph.head(piece.arc)],
                 static_cast<Weight>(back)}};
    cch::Label label;
    cch::make_label(hierarchy_, arcs_, way, ends, label);
    return label;
  }

  Region const& region_;
  cch::Hierarchy const& hierarchy_;
  cch::ArcWeights const& arcs_;
  RoadWeights const& roads_;
  LabelledPlace const& from_;
  LabelledPlace const& to_;
  AlternativeRules const& rules_;
  std::uint64_t best_ms_;
  Driven best_, used_;
};

/// Centimetres of each road with a name that a route drives over.
std::vector<std::pair<RoadNaming, std::int64_t>> named_roads(Region const& region, Profile profile,
                                                             Route const& route) {
  std::map<std::pair<std::string, std::string>, std::pair<RoadNaming, std::int64_t>> sums;
  for (Stretch const& stretch : DrivenRoad{region, profile, route.pieces}.stretches) {
    RoadNaming const& road = stretch.road;
    if (!road.is_link && !(road.name.empty() && road.reference.empty())) {
      auto& sum = sums.try_emplace({road.name, road.reference}, road, 0).first->second;
      sum.second += stretch.cm;
    }
  }
  std::vector<std::pair<RoadNaming, std::int64_t>> out;
  for (auto& [key, sum] : sums) {
    out.push_back(std::move(sum));
  }
  return out;
}

}  // namespace

std::vector<std::vector<RoadPiece>> find_alternatives(Region const& region, Metric const& metric,
                                                      Profile profile, LabelledPlace const& from,
                                                      LabelledPlace const& to,
                                                      std::span<RoadPiece const> best,
                                                      AlternativeRules const& rules) {
  return AlternativeSearch{region, metric, profile, from, to, best, rules}.find();
}

std::uint32_t shared_permille(std::span<RoadPiece const> best, std::span<RoadPiece const> other) {
  Driven driven;
  driven.add(best);
  std::uint64_t const ms = total_ms(best);
  return ms == 0 ? 1000 : static_cast<std::uint32_t>(driven.shared_ms(other) * 1000 / ms);
}

void name_choices(Region const& region, Profile profile, std::span<RouteChoice> choices) {
  std::vector<std::vector<std::pair<RoadNaming, std::int64_t>>> roads;
  for (RouteChoice const& choice : choices) {
    roads.push_back(named_roads(region, profile, choice.route));
  }
  for (std::size_t i = 0; i < choices.size(); ++i) {
    std::int64_t longest = 0;
    for (auto const& [road, cm] : roads[i]) {
      bool elsewhere = false;
      for (std::size_t k = 0; k < roads.size(); ++k) {
        elsewhere = elsewhere || (k != i && std::any_of(roads[k].begin(), roads[k].end(),
                                                        [&road = road](auto const& other) {
                                                          return is_same_road(road, other.first);
                                                        }));
      }
      if (!elsewhere && cm > longest) {
        longest = cm;
        choices[i].via = road;
      }
    }
  }
}

}  // namespace fenghuo::gis
