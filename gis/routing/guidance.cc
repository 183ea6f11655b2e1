#include "gis/routing/guidance.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "gis/geo/bearing.h"
#include "gis/geo/distance.h"
#include "gis/routing/driven_road.h"
#include "gis/routing/junction.h"
#include "gis/routing/road_point.h"
#include "gis/routing/step_figures.h"
#include "gis/routing/turn_rules.h"

namespace fenghuo::gis {

namespace {

constexpr std::uint32_t kTinyCm = 1'500;     ///< between nodes of one junction
constexpr std::int64_t kJunctionCm = 4'000;  ///< the widest junction that such pieces make
constexpr std::int64_t kTurningLaneCm = 12'000;
constexpr std::int64_t kNewNameCm = 50'000;  ///< a new name is worth saying
constexpr std::int64_t kBesideCm = 10'000;  ///< so soon after an instruction, things are part of it
constexpr std::int64_t kStubCm = 5'000;     ///< a nameless piece between two roads
constexpr std::int64_t kOnItCm = 500;       ///< a place so near to the road lies on no side of it

/// A step in the making: the junction takes the stretches first .. last-1, the step goes on by `last`.
struct Mark {
  std::size_t first = 0, last = 0;
  RouteStep step;
};

bool has(Stretch const& stretch, std::uint16_t flag) { return (stretch.flags & flag) != 0; }

GeoPoint point_along(std::vector<GeoPoint> const& line, std::int64_t cm) {
  for (std::size_t i = 1; i < line.size(); ++i) {
    std::int64_t const step = distance_between(line[i - 1], line[i]).cm;
    if (step >= cm && step > 0) {
      return point_between(line[i - 1], line[i], cm, step);
    }
    cm -= step;
  }
  return line.back();
}

class Guide {
 public:
  Guide(Region const& region, RoutingSettings const& settings, Profile profile, Route const& route)
      : region_{region},
        graph_{region.graph()},
        profile_{profile},
        route_{route},
        road_{region, profile, route.pieces},
        view_{graph_, settings, profile} {}

  std::vector<RouteStep> steps(GeoPoint to) {
    if (!road_.stretches.empty()) {
      depart();
      for (std::size_t i = 1; i < count();) {
        i = pass_junction(i);
      }
      pass_things();
      leave_short_start_out();
      leave_words_out();
      for (std::size_t k = 0; k < marks_.size(); ++k) {
        Mark& mark = marks_[k];
        std::size_t const end = k + 1 < marks_.size() ? marks_[k + 1].first : count();
        add_figures(region_, profile_, road_, mark.first, mark.last, end, mark.step);
        name_road(mark);
      }
    }
    std::vector<RouteStep> out;
    for (auto& mark : marks_) {
      out.push_back(std::move(mark.step));
    }
    out.push_back(arrival(to));
    return out;
  }

 private:
  std::size_t count() const { return road_.stretches.size(); }
  Stretch const& at(std::size_t i) const { return road_.stretches[i]; }
  bool circles(std::size_t i) const {
    return profile_ != Profile::Foot && has(at(i), edge_flag::kRoundabout);
  }
  bool is_ferry(std::size_t i) const { return at(i).road.road_class == RoadClass::Ferry; }

  static Duration walk(Distance away) {
    return milliseconds(static_cast<std::int64_t>(walking_ms(away)));
  }

  void depart() {
    RouteStep step;
    step.manoeuvre = Manoeuvre::Depart;
    step.place = route_.geometry.front();
    step.bearing_after = bearing_between(step.place, point_along(route_.geometry, 2'000));
    step.bearing_before = step.bearing_after;
    step.away = route_.access_from;
    step.duration = walk(step.away);
    marks_.push_back({0, 0, std::move(step)});
  }

  RouteStep arrival(GeoPoint to) const {
    RouteStep step;
    step.manoeuvre = Manoeuvre::Arrive;
    step.place = route_.geometry.back();
    std::vector<GeoPoint> const back{route_.geometry.rbegin(), route_.geometry.rend()};
    step.bearing_before = bearing_between(point_along(back, 2'000), step.place);
    step.bearing_after = step.bearing_before;
    step.away = route_.access_to;
    step.duration = count() > 0 ? walk(step.away) : route_.duration;
    int const side = turn_between(step.bearing_before, bearing_between(step.place, to));
    if (route_.access_to.cm >= kOnItCm && count() > 0 && std::abs(side) > 30 &&
        std::abs(side) < 150) {
      step.direction = side > 0 ? Direction::Right : Direction::Left;
    }
    if (count() > 0) {
      step.road = at(count() - 1).road;
    }
    return step;
  }

  /// The stretch by which the junction before stretch i is left.
  std::size_t end_of_junction(std::size_t i) const {
    std::size_t last = i;
    for (std::int64_t sum = 0; last + 1 < count(); ++last) {
      if (std::size_t const lane = end_of_turning_lane(last); lane > last) {
        last = lane - 1;
        continue;
      }
      sum += at(last).cm;
      bool const plain =
          !circles(last) && !circles(last + 1) && !is_ferry(last) && !is_ferry(last + 1);
      if (!plain || !at(last).is_whole || at(last).cm >= kTinyCm || sum > kJunctionCm) {
        break;
      }
    }
    return last;
  }

  /// The first stretch behind a turning lane that begins with stretch i; i if none begins there.
  std::size_t end_of_turning_lane(std::size_t i) const {
    auto const is_lane = [&](std::size_t k) {
      return at(k).road.is_link && at(k).road.road_class != RoadClass::Motorway && !circles(k);
    };
    std::size_t end = i;
    while (end < count() && is_lane(end)) {
      ++end;
    }
    bool const between_roads = end > i && end < count() && !at(i - 1).road.is_link &&
                               !circles(i - 1) && !circles(end) && !is_ferry(end) &&
                               at(i - 1).road.road_class != RoadClass::Motorway &&
                               at(end).road.road_class != RoadClass::Motorway;
    return between_roads && road_.cm_between(i, end) <= kTurningLaneCm ? end : i;
  }

  /// Says what there is to say before stretch i; returns the next stretch to look at.
  std::size_t pass_junction(std::size_t i) {
    if (circles(i) && !circles(i - 1)) {
      return pass_roundabout(i);
    }
    if (circles(i)) {
      return i + 1;
    }
    std::size_t const last = end_of_junction(i);
    RouteStep step = step_at(i, last);
    if (circles(i - 1)) {
      step.manoeuvre = Manoeuvre::LeaveRoundabout;
      marks_.push_back({i, last, std::move(step)});
      return last + 1;
    }
    Crossroads const junction = crossroads(i, last, step);
    if (auto const said = turn_said(junction)) {
      step.manoeuvre = said->manoeuvre;
      step.direction = said->direction;
      marks_.push_back({i, last, std::move(step)});
    }
    return last + 1;
  }

  RouteStep step_at(std::size_t i, std::size_t last) const {
    RouteStep step;
    step.place = graph_.node_point[graph_.tail(at(i).arc)];
    step.bearing_before = view_.bearing_to(at(i - 1).arc);
    step.bearing_after = view_.bearing_from(at(last).arc);
    return step;
  }

  Crossroads crossroads(std::size_t i, std::size_t last, RouteStep const& step) const {
    Crossroads out;
    out.turn = turn_between(step.bearing_before, step.bearing_after);
    out.from = at(i - 1).road;
    out.to = at(last).road;
    out.to_is_oneway = is_oneway(last);
    constexpr std::uint16_t kCarriageway = edge_flag::kOnewayForward | edge_flag::kOnewayBackward;
    bool const half = last > i && has(at(last), kCarriageway) && has(at(i - 1), kCarriageway) &&
                      std::abs(out.turn) >= 160 && is_same_road(out.from, out.to);
    out.goes_back = half || at(last).arc == opposite(at(i - 1).arc);
    out.is_long_enough = road_.cm_of_name(last) >= kNewNameCm;
    std::vector<EdgeId> taken;
    std::vector<NodeId> const nodes = nodes_of(i, last, taken);
    for (JunctionArm const& arm : view_.arms(nodes, taken, step.bearing_before)) {
      out.others.push_back({arm.turn, naming_of(region_, edge_of(arm.arc)), arm.is_against_oneway});
    }
    return out;
  }

  bool is_oneway(std::size_t i) const {
    return has(at(i),
               is_backward(at(i).arc) ? edge_flag::kOnewayBackward : edge_flag::kOnewayForward);
  }

  /// All nodes of the junction between stretches i-1 and last; the edges that the route takes there.
  std::vector<NodeId> nodes_of(std::size_t i, std::size_t last, std::vector<EdgeId>& taken) const {
    std::vector<NodeId> nodes;
    auto const add = [&](NodeId node) {
      if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
        nodes.push_back(node);
      }
    };
    taken.push_back(edge_of(at(i - 1).arc));
    for (std::size_t k = i; k <= last; ++k) {
      add(graph_.head(at(k - 1).arc));
      for (RoadPiece const& obstacle : road_.obstacles[k]) {
        taken.push_back(edge_of(obstacle.arc));
        add(graph_.head(obstacle.arc));
      }
      add(graph_.tail(at(k).arc));
      taken.push_back(edge_of(at(k).arc));
    }
    return nodes;
  }

  /// What the step says of its road, once that is known.
  void name_road(Mark& mark) const {
    RouteStep& step = mark.step;
    if (step.road.is_link) {
      step.towards = behind_slip_road(std::min(mark.last, count() - 1));
    }
    RoadNaming const& before = at(mark.first == 0 ? 0 : mark.first - 1).road;
    step.keeps_road =
        mark.first > 0 && before.is_link == step.road.is_link && is_same_road(before, step.road);
  }

  /// What is said twice, or of a few metres without a name, only keeps a driver from listening.
  void leave_words_out() {
    for (std::size_t k = 1; k < marks_.size();) {
      Mark const& before = marks_[k - 1];
      Mark const& mark = marks_[k];
      Manoeuvre const what = mark.step.manoeuvre;
      RoadNaming const called = called_on(road_, before.last, mark.first);
      bool const again = what == Manoeuvre::NewName && is_same_road(called, at(mark.last).road);
      bool const after_stub = (what == Manoeuvre::NewName || what == Manoeuvre::Continue) &&
                              called.name.empty() && called.reference.empty() && !called.is_link &&
                              road_.cm_between(before.last, mark.first) < kStubCm;
      if (again || after_stub || is_lane_of_next(k)) {
        marks_.erase(marks_.begin() + static_cast<std::ptrdiff_t>(k));
      } else {
        ++k;
      }
    }
  }

  /// Whether it is a fork into the lanes of what follows within a few metres: a roundabout, or a turn to that side.
  bool is_lane_of_next(std::size_t k) const {
    RouteStep const& fork = marks_[k].step;
    if (fork.manoeuvre != Manoeuvre::Fork || k + 1 == marks_.size() ||
        road_.cm_between(marks_[k].first, marks_[k + 1].first) >= kStubCm) {
      return false;
    }
    RouteStep const& next = marks_[k + 1].step;
    bool const leftward =
        next.direction == Direction::Left || next.direction == Direction::SharpLeft;
    bool const rightward =
        next.direction == Direction::Right || next.direction == Direction::SharpRight;
    return next.manoeuvre == Manoeuvre::Roundabout ||
           (next.manoeuvre == Manoeuvre::Turn &&
            ((leftward && fork.direction == Direction::Left) ||
             (rightward && fork.direction == Direction::Right)));
  }

  RoadNaming behind_slip_road(std::size_t i) const {
    while (i + 1 < count() && at(i).road.is_link) {
      ++i;
    }
    return at(i).road.is_link ? RoadNaming{} : at(i).road;
  }

  std::size_t pass_roundabout(std::size_t i) {
    RouteStep step;
    step.manoeuvre = Manoeuvre::Roundabout;
    std::size_t end = i;
    std::uint32_t passed = 0;
    for (; end < count() && circles(end); ++end) {
      if (end + 1 < count()) {
        passed += circles(end + 1) ? view_.exits(graph_.head(at(end).arc)) : 0;
      }
    }
    bool const leaves = end < count();
    std::size_t const last = leaves ? end : count() - 1;
    step.exit = leaves ? passed + 1 : 0;
    step.place = graph_.node_point[graph_.tail(at(i).arc)];
    step.bearing_before = view_.bearing_to(at(i - 1).arc);
    step.bearing_after = view_.bearing_from(at(last).arc);
    int const turn = turn_between(step.bearing_before, step.bearing_after);
    step.direction = leaves ? direction_of(turn) : Direction::Straight;
    marks_.push_back({i, last, std::move(step)});
    return last + 1;
  }

  /// Steps for what lies on the road between the junctions.
  void pass_things() {
    for (std::size_t i = 1; i < count(); ++i) {
      bool gate = false;
      bool ford = has(at(i), edge_flag::kFord) && !has(at(i - 1), edge_flag::kFord);
      for (RoadPiece const& obstacle : road_.obstacles[i]) {
        std::uint16_t const flags = graph_.edge_flags[edge_of(obstacle.arc)];
        gate = gate || (flags & edge_flag::kGate) != 0;
        ford = ford || (flags & edge_flag::kFord) != 0;
      }
      if (gate && profile_ != Profile::Foot) {
        pass_thing(i, Manoeuvre::Gate);
      }
      if (ford) {
        pass_thing(i, Manoeuvre::Ford);
      }
      if (at(i).is_against_oneway && !at(i - 1).is_against_oneway) {
        pass_thing(i, Manoeuvre::AgainstOneway);
      }
    }
    for (Structure const& structure : road_.structures) {
      if (structure.is_landmark && structure.first > 0) {
        pass_thing(structure.first,
                   structure.kind == RemarkKind::Tunnel ? Manoeuvre::Tunnel : Manoeuvre::Bridge);
      }
    }
  }

  void pass_thing(std::size_t i, Manoeuvre what) {
    auto const next = std::find_if(marks_.begin(), marks_.end(),
                                   [&](Mark const& mark) { return mark.first > i; });
    Mark const& before = *(next - 1);  // the first stands at 0, before every i
    if (i <= before.last || road_.cm_between(before.last, i) < kBesideCm) {
      return;
    }
    RouteStep step = step_at(i, i);
    step.manoeuvre = what;
    marks_.insert(next, {i, i, std::move(step)});
  }

  /// Nobody is told of the first few metres to a junction: the way begins behind it.
  void leave_short_start_out() {
    if (marks_.size() < 2 || road_.cm_between(0, marks_[1].first) >= kTinyCm) {
      return;
    }
    static constexpr std::array kPartOfStart{Manoeuvre::Turn, Manoeuvre::Continue, Manoeuvre::Fork,
                                             Manoeuvre::UTurn, Manoeuvre::Merge};
    if (std::find(kPartOfStart.begin(), kPartOfStart.end(), marks_[1].step.manoeuvre) ==
        kPartOfStart.end()) {
      return;
    }
    marks_[0].last = marks_[1].last;
    marks_[0].step.bearing_after = marks_[1].step.bearing_after;
    marks_[0].step.bearing_before = marks_[1].step.bearing_after;
    marks_.erase(marks_.begin() + 1);
  }

  Region const& region_;
  RoadGraph const& graph_;
  Profile profile_;
  Route const& route_;
  DrivenRoad road_;
  JunctionView view_;
  std::vector<Mark> marks_;
};

}  // namespace

std::vector<RouteStep> steps_of(Region const& region, RoutingSettings const& settings,
                                Profile profile, Route const& route, GeoPoint to) {
  return Guide{region, settings, profile, route}.steps(to);
}

}  // namespace fenghuo::gis
