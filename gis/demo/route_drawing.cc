#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "gis/demo/noise.h"
#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

enum class Deck : std::uint8_t { Ground, Bridge, Tunnel };

constexpr double kSpacing = 29;   // metres between nodes on open road
constexpr double kSteep = 0.085;  // from here a road climbs in hairpins
constexpr double kVerySteep = 0.15;
constexpr std::size_t kLongestWay = 240;  // nodes

/// A route as nodes, with what carries the road between each node and the next.
struct Line {
  std::vector<NodeIndex> nodes;
  std::vector<Deck> decks;  ///< decks[i] leads to nodes[i]; decks[0] is not used
};

class RouteDrawing {
 public:
  RouteDrawing(Sheet& sheet, Route const& route, Random& random, Naming& naming)
      : sheet_{sheet},
        lattice_{sheet.plan.lattice()},
        route_{route},
        random_{random},
        naming_{naming} {}

  void draw() {
    for (std::size_t i = 0; i < route_.cells.size(); ++i) {
      visit(i);
    }
    emit();
  }

 private:
  void visit(std::size_t i);
  void through_centre(CellId c, int in, int out);
  void half(CellId c, int direction, bool outward);
  void bend(CellId c, int in, int out);
  void climb(Spot from, Spot to, int turns, double amplitude);
  void tunnel_to(CellId c);
  void leave(CellId c, int direction);
  void put(NodeIndex node, Deck deck = Deck::Ground);
  void put(Spot s) { put(sheet_.add(s)); }
  double steepness(std::size_t i) const;
  void emit();
  void emit_way(std::size_t first, std::size_t last, Deck deck);
  Tags tags_for(Deck deck);
  bool wades() const;
  bool drivable() const { return route_.sign.road_class != RoadClass::Path; }

  Sheet& sheet_;
  Lattice lattice_;
  Route const& route_;
  Random& random_;
  Naming& naming_;
  Line line_;
  int bridge_ahead_ = 0;  ///< segments still to come that belong to a bridge
};

void RouteDrawing::put(NodeIndex node, Deck deck) {
  if (bridge_ahead_ > 0 && deck == Deck::Ground) {
    deck = Deck::Bridge;
    --bridge_ahead_;
  }
  line_.nodes.push_back(node);
  line_.decks.push_back(deck);
}

bool RouteDrawing::wades() const {
  return route_.sign.road_class == RoadClass::Track || route_.sign.road_class == RoadClass::Path;
}

/// The middle of the border to the next cell, with a bridge or a ford where water runs along it.
void RouteDrawing::leave(CellId c, int direction) {
  Water const water = sheet_.plan.terrain.crossing(c, direction);
  NodeIndex const node = sheet_.add(lattice_.exit(c, direction));
  put(node);
  if (is_diagonal(direction)) {
    return;
  }
  if (sheet_.plan.roads.is_street(c)) {
    Step const s = step_of(direction);
    sheet_.mark_drawn(lattice_.x(c) * kThirds + 1 + s.dx + std::min(s.dx, 0),
                      lattice_.y(c) * kThirds + 1 + s.dy + std::min(s.dy, 0), s.dy != 0);
  }
  if (water == Water::None) {
    return;
  }
  if (water == Water::Stream && wades()) {
    sheet_.draft.tag_node(node, {{"ford", "yes"}, {"highway", "ford"}});
    sheet_.set_ford(lattice_.crossed_border(c, direction), node);
    return;
  }
  // Streets begin a third of a cell from the middle: no bridge reaches that far.
  bool const street =
      sheet_.plan.roads.is_street(c) || sheet_.plan.roads.is_street(lattice_.beside(c, direction));
  int const length = water == Water::River && !street ? 2 : 1;
  std::size_t const end = line_.decks.size();
  for (std::size_t k = end; k > 1 && k > end - static_cast<std::size_t>(length); --k) {
    line_.decks[k - 1] = Deck::Bridge;
  }
  bridge_ahead_ = length;
}

/// From a border to the centre or back.
void RouteDrawing::half(CellId c, int direction, bool outward) {
  Step const s = step_of(direction);
  int const column = lattice_.x(c) * kThirds + 1;
  int const row = lattice_.y(c) * kThirds + 1;
  if (sheet_.plan.roads.is_street(c)) {
    put(sheet_.third(column + s.dx, row + s.dy));
    if (drivable()) {
      sheet_.mark_gate(column + s.dx, row + s.dy);
    }
    if (!is_diagonal(direction)) {
      sheet_.mark_drawn(column + std::min(s.dx, 0), row + std::min(s.dy, 0), s.dy != 0);
    }
    return;
  }
  Spot const middle = lattice_.centre(c);
  Spot const border = lattice_.exit(c, direction);
  auto const pieces = static_cast<int>(step_length(direction) / 2 / kSpacing);
  for (int k = 1; k < pieces; ++k) {
    double const t = static_cast<double>(k) / pieces;
    put(outward ? between(middle, border, t) : between(border, middle, t));
  }
}

void RouteDrawing::through_centre(CellId c, int in, int out) {
  if (in != kNone) {
    half(c, in, false);
  }
  put(sheet_.centre(c));
  if (drivable()) {
    sheet_.mark_gate(lattice_.x(c) * kThirds + 1, lattice_.y(c) * kThirds + 1);
  }
  if (out != kNone) {
    half(c, out, true);
    leave(c, out);
  }
}

/// Hairpins: to and fro across the line of the slope, within the cell.
void RouteDrawing::climb(Spot from, Spot to, int turns, double amplitude) {
  Spot const along{to.x - from.x, to.y - from.y};
  double const length = std::sqrt(square(along.x) + square(along.y));
  Spot const across{-along.y / length, along.x / length};
  auto const at = [&](double t, double side) {
    return Spot{from.x + along.x * t + across.x * side, from.y + along.y * t + across.y * side};
  };
  Spot last = from;
  double sign = random_.chance(500) ? 1 : -1;
  for (int k = 0; k < turns; ++k) {
    double const t = 0.2 + 0.6 * (k + 0.5) / turns;
    double const turn = 0.12 / turns;
    Spot const entry = at(t - turn, sign * amplitude * 0.86);
    for (double const u : {0.25, 0.5, 0.75}) {
      put(between(last, entry, u));
    }
    put(entry);
    put(at(t - turn / 2, sign * amplitude * 0.97));
    put(at(t + turn / 2, sign * amplitude * 0.97));
    last = at(t + turn, sign * amplitude * 0.86);
    put(last);
    sign = -sign;
  }
  for (double const u : {0.33, 0.67}) {
    put(between(last, to, u));
  }
}

void RouteDrawing::bend(CellId c, int in, int out) {
  Spot const from = lattice_.exit(c, in);
  Spot const to = lattice_.exit(c, out);
  Spot const middle = lattice_.centre(c);
  auto const pieces =
      std::max(2, static_cast<int>((step_length(in) + step_length(out)) / 2 / kSpacing));
  for (int k = 1; k < pieces; ++k) {
    double const t = static_cast<double>(k) / pieces;
    put(between(between(from, middle, t), between(middle, to, t), t));
  }
  leave(c, out);
}

void RouteDrawing::tunnel_to(CellId c) {
  NodeIndex const end = sheet_.centre(c);
  GeoPoint const a = sheet_.draft.point(line_.nodes.back());
  GeoPoint const b = sheet_.draft.point(end);
  for (int k = 1; k < 4; ++k) {
    put(sheet_.draft.add_node(
            {a.lat_e7 + (b.lat_e7 - a.lat_e7) / 4 * k, a.lon_e7 + (b.lon_e7 - a.lon_e7) / 4 * k}),
        Deck::Tunnel);
  }
  put(end, Deck::Tunnel);
}

double RouteDrawing::steepness(std::size_t i) const {
  CellId const a = route_.cells[i - 1];
  CellId const b = route_.cells[i + 1];
  double const run = std::sqrt(squared_distance(lattice_.centre(a), lattice_.centre(b)));
  return std::abs(sheet_.plan.terrain.height(a) - sheet_.plan.terrain.height(b)) / run;
}

void RouteDrawing::visit(std::size_t i) {
  CellId const c = route_.cells[i];
  bool const first = i == 0;
  bool const last = i + 1 == route_.cells.size();
  int const in = first ? kNone : lattice_.direction(c, route_.cells[i - 1]);
  int const out = last ? kNone : lattice_.direction(c, route_.cells[i + 1]);
  if (!first && in == kNone) {
    tunnel_to(c);
    if (out != kNone) {
      half(c, out, true);
      leave(c, out);
    }
    return;
  }
  if (first || last || out == kNone || !sheet_.plan.roads.bends_freely(c)) {
    through_centre(c, in, out);
    return;
  }
  double const steep = steepness(i);
  if (drivable() && steep > kSteep && out == opposite(in)) {
    climb(lattice_.exit(c, in), lattice_.exit(c, out), steep > kVerySteep ? 4 : 2,
          is_diagonal(in) ? 58 : 88);
    leave(c, out);
    return;
  }
  bend(c, in, out);
}

Tags RouteDrawing::tags_for(Deck deck) {
  Tags tags = road_tags(route_.sign);
  if (deck == Deck::Tunnel) {
    tags.insert(tags.end(), {{"tunnel", "yes"},
                             {"tunnel:name", naming_.village().han + "隧道"},
                             {"layer", "-1"},
                             {"maxheight", "4.5"}});
  }
  if (deck == Deck::Bridge) {
    tags.insert(tags.end(), {{"bridge", "yes"}, {"layer", "1"}});
    if (random_.chance(700)) {
      tags.emplace_back("bridge:name", naming_.village().han + "桥");
    }
    bool const minor = route_.sign.road_class >= RoadClass::Tertiary;
    if (minor && random_.chance(450)) {
      constexpr std::array<std::string_view, 5> kTonnes = {"5", "10", "15", "20", "30"};
      tags.emplace_back("maxweight", kTonnes[random_.below(kTonnes.size())]);
    }
  }
  return tags;
}

void RouteDrawing::emit_way(std::size_t first, std::size_t last, Deck deck) {
  while (first < last) {
    std::size_t const end = std::min(last, first + kLongestWay);
    sheet_.draft.add_way(std::span{line_.nodes}.subspan(first, end - first + 1), tags_for(deck));
    first = end;
  }
}

void RouteDrawing::emit() {
  std::size_t first = 0;
  for (std::size_t i = 1; i < line_.nodes.size(); ++i) {
    bool const ends = i + 1 == line_.nodes.size() || line_.decks[i + 1] != line_.decks[i];
    if (ends) {
      emit_way(first, i, line_.decks[i]);
      first = i;
    }
  }
}

}  // namespace

void draw_routes(Sheet& sheet) {
  Random random{sub_seed(sheet.plan.seed, 20)};
  Naming naming{sub_seed(sheet.plan.seed, 26)};
  for (Route const& route : sheet.plan.roads.routes()) {
    RouteDrawing{sheet, route, random, naming}.draw();
  }
}

}  // namespace fenghuo::gis::demo
