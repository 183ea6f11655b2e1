#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gis/demo/noise.h"
#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

enum class Rank : std::uint8_t { Avenue, Street, Local };

/// What a stretch of street is; equal neighbours become one way.
struct Kind {
  RoadClass road_class = RoadClass::Residential;
  std::int32_t line = kNone;  ///< whose name it bears
  bool bridge = false;
  int oneway = 0;  ///< 1: east or north, -1: west or south
  bool there = false;
  auto operator<=>(Kind const&) const = default;
};

/// The streets of one settlement on the grid of thirds: lines through the middle of every second cell
/// are avenues in a town, the others streets, and between them there are lanes, some of them left out.
class StreetGrid {
 public:
  StreetGrid(Sheet& sheet, std::int32_t index)
      : sheet_{sheet},
        plan_{sheet.plan},
        lattice_{plan_.lattice()},
        index_{index},
        settlement_{plan_.settlements[static_cast<std::size_t>(index)]},
        random_{sub_seed(plan_.seed, 21, static_cast<std::uint64_t>(index))},
        naming_{sub_seed(plan_.seed, 22, static_cast<std::uint64_t>(index))} {}

  void draw() {
    measure();
    choose();
    thin_out();
    drop_what_is_cut_off();
    for (bool const up : {false, true}) {
      int const lines = up ? width_ : height_;
      for (int line = 0; line < lines; ++line) {
        draw_line(up, line);
      }
    }
    forbid_turns();
  }

 private:
  bool town() const { return settlement_.kind == SettlementKind::Town; }
  bool has(int u, int v) const;
  CellId cell(int u, int v) const {
    return lattice_.cell((column_ + u) / kThirds, (row_ + v) / kThirds);
  }
  std::size_t at(int u, int v) const {
    return static_cast<std::size_t>(v) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(u);
  }
  Kind& edge(int u, int v, bool up) { return (up ? north_ : east_)[at(u, v)]; }
  void measure();
  Rank rank(bool up, int line) const;
  void choose();
  Kind choose_edge(int u, int v, bool up);
  std::uint32_t share_of_lanes() const;
  void thin_out();
  std::vector<Kind*> edges_at(int u, int v);
  void drop_what_is_cut_off();
  std::size_t root(std::size_t i);
  void draw_line(bool up, int line);
  void direct(bool up, int line);
  void draw_run(bool up, int line, int from, int to, Kind const& kind);
  bool splits(bool up, int line, int k) const;
  Name const& name_of(std::int32_t line);
  void forbid_turns();

  Sheet& sheet_;
  CountyPlan const& plan_;
  Lattice lattice_;
  std::int32_t index_;
  Settlement const& settlement_;
  Random random_;
  Naming naming_;
  int column_ = 0, row_ = 0, width_ = 0, height_ = 0;  ///< in thirds
  std::vector<Kind> east_, north_;
  std::vector<std::size_t> parent_;
  std::map<std::int32_t, Name> names_;
  std::map<NodeIndex, std::array<WayIndex, 2>>
      ends_;  ///< avenue ways that end at a crossing, by axis
};

void StreetGrid::measure() {
  int west = lattice_.width;
  int east = 0;
  int south = lattice_.height;
  int north = 0;
  for (CellId const c : settlement_.cells) {
    west = std::min(west, lattice_.x(c));
    east = std::max(east, lattice_.x(c));
    south = std::min(south, lattice_.y(c));
    north = std::max(north, lattice_.y(c));
  }
  column_ = west * kThirds;
  row_ = south * kThirds;
  width_ = (east - west + 1) * kThirds;
  height_ = (north - south + 1) * kThirds;
  east_.assign(at(0, height_), Kind{});
  north_.assign(at(0, height_), Kind{});
}

bool StreetGrid::has(int u, int v) const {
  return u >= 0 && v >= 0 && u < width_ && v < height_ && plan_.settlement_of[cell(u, v)] == index_;
}

Rank StreetGrid::rank(bool up, int line) const {
  int const absolute = (up ? column_ : row_) + line;
  if (absolute % kThirds != 1) {
    return Rank::Local;
  }
  int const middle = up ? lattice_.x(settlement_.centre) : lattice_.y(settlement_.centre);
  bool const even = (absolute / kThirds - middle) % 2 == 0;
  if (town()) {
    return even ? Rank::Avenue : Rank::Street;
  }
  return Rank::Street;
}

std::uint32_t StreetGrid::share_of_lanes() const {
  switch (settlement_.kind) {
    case SettlementKind::Town:
      return 520;
    case SettlementKind::Township:
      return 400;
    case SettlementKind::Village:
      return 330;
    case SettlementKind::Hamlet:
      return 130;
    case SettlementKind::ChemicalPark:
      return 350;
    case SettlementKind::Mine:
      return 250;
  }
  return 0;
}

Kind StreetGrid::choose_edge(int u, int v, bool up) {
  Kind kind;
  int const direction = up ? 2 : 0;
  bool const leaves_cell = cell(u, v) != cell(up ? u : u + 1, up ? v + 1 : v);
  Water const water = leaves_cell ? plan_.terrain.crossing(cell(u, v), direction) : Water::None;
  int const line = up ? u : v;
  Rank const r = rank(up, line);
  bool const works =
      settlement_.kind == SettlementKind::ChemicalPark || settlement_.kind == SettlementKind::Mine;
  // The lines through the cells' middles hold a settlement of several cells together.
  bool const always = r != Rank::Local && settlement_.cells.size() > 1;
  if ((!always && !random_.chance(share_of_lanes())) ||
      (water != Water::None && (r != Rank::Avenue))) {
    return kind;
  }
  kind.there = true;
  kind.bridge = water != Water::None;
  kind.line = r == Rank::Local ? kNone : line * 2 + (up ? 1 : 0);
  kind.road_class = works ? RoadClass::Service : RoadClass::Residential;
  if (town() && r == Rank::Avenue) {
    int const middle = up ? lattice_.x(settlement_.centre) : lattice_.y(settlement_.centre);
    int const away = std::abs(((up ? column_ : row_) + line) / kThirds - middle);
    kind.road_class = away == 0 ? RoadClass::Primary
                                : (away % 4 == 0 ? RoadClass::Secondary : RoadClass::Tertiary);
  } else if (!works && r == Rank::Local) {
    std::uint64_t const sort = random_.below(20);
    kind.road_class = sort < 2 ? RoadClass::LivingStreet
                               : (sort < 6 ? RoadClass::Service : RoadClass::Residential);
  }
  return kind;
}

void StreetGrid::choose() {
  for (int v = 0; v < height_; ++v) {
    for (int u = 0; u < width_; ++u) {
      for (bool const up : {false, true}) {
        bool const inside = has(u, v) && has(up ? u : u + 1, up ? v + 1 : v);
        if (inside && !sheet_.is_drawn(column_ + u, row_ + v, up)) {
          edge(u, v, up) = choose_edge(u, v, up);
        }
      }
    }
  }
}

std::vector<Kind*> StreetGrid::edges_at(int u, int v) {
  std::vector<Kind*> found{&edge(u, v, false), &edge(u, v, true)};
  if (u > 0) {
    found.push_back(&edge(u - 1, v, false));
  }
  if (v > 0) {
    found.push_back(&edge(u, v - 1, true));
  }
  std::erase_if(found, [](Kind const* k) { return !k->there; });
  return found;
}

/// Lanes seldom meet a street from both sides at one place, and few of them just end.
void StreetGrid::thin_out() {
  for (int v = 0; v < height_; ++v) {
    for (int u = 0; u < width_; ++u) {
      std::vector<Kind*> const here = edges_at(u, v);
      auto const lane =
          std::find_if(here.begin(), here.end(), [](Kind const* k) { return k->line == kNone; });
      bool const too_many = here.size() == 4 && random_.chance(750);
      if (lane != here.end() && too_many) {
        (*lane)->there = false;
      }
    }
  }
  for (int v = 0; v < height_; ++v) {
    for (int u = 0; u < width_; ++u) {
      std::vector<Kind*> const here = edges_at(u, v);
      bool const ends = here.size() == 1 && !sheet_.is_gate(column_ + u, row_ + v);
      if (ends && here.front()->line == kNone && random_.chance(town() ? 700 : 400)) {
        here.front()->there = false;
      }
    }
  }
}

std::size_t StreetGrid::root(std::size_t i) {
  while (parent_[i] != i) {
    parent_[i] = parent_[parent_[i]];
    i = parent_[i];
  }
  return i;
}

/// Only what hangs together with a road that leads here stays; without one, what holds the centre.
void StreetGrid::drop_what_is_cut_off() {
  parent_.resize(at(0, height_));
  std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  std::vector<std::uint8_t> kept(parent_.size(), 0);
  auto const each = [&](auto visit) {
    for (int v = 0; v < height_; ++v) {
      for (int u = 0; u < width_; ++u) {
        visit(u, v, false);
        visit(u, v, true);
      }
    }
  };
  each([&](int u, int v, bool up) {
    if (edge(u, v, up).there) {
      parent_[root(at(u, v))] = root(up ? at(u, v + 1) : at(u + 1, v));
    }
  });
  for (int v = 0; v < height_; ++v) {
    for (int u = 0; u < width_; ++u) {
      if (has(u, v) && sheet_.is_gate(column_ + u, row_ + v)) {
        kept[root(at(u, v))] = 1;
      }
    }
  }
  each([&](int u, int v, bool up) {
    if (edge(u, v, up).there && kept[root(at(u, v))] == 0) {
      edge(u, v, up) = Kind{};
    }
  });
}

/// Two streets beside the main avenue are a one-way pair, between the first and the last cross avenue.
void StreetGrid::direct(bool up, int line) {
  if (!town() || !up) {
    return;
  }
  int const middle = lattice_.x(settlement_.centre);
  int const away = (column_ + line) / kThirds - middle;
  if (rank(up, line) != Rank::Street || (away != 1 && away != -1)) {
    return;
  }
  auto const crossed = [&](int v) {
    return rank(false, v) == Rank::Avenue && line > 0 && edge(line, v, false).there &&
           edge(line - 1, v, false).there;
  };
  for (int v = 0; v + 1 < height_; ++v) {
    if (!crossed(v)) {
      continue;
    }
    for (int end = v; end + 1 < height_ && edge(line, end, true).there; ++end) {
      if (crossed(end + 1)) {
        for (int k = v; k <= end; ++k) {
          edge(line, k, true).oneway = away;
        }
        break;
      }
    }
  }
}

bool StreetGrid::splits(bool up, int line, int k) const {
  return town() && rank(up, line) == Rank::Avenue && rank(!up, k) == Rank::Avenue;
}

void StreetGrid::draw_line(bool up, int line) {
  direct(up, line);
  int const length = up ? height_ : width_;
  auto const kind = [&](int k) {
    return k < length ? (up ? edge(line, k, true) : edge(k, line, false)) : Kind{};
  };
  int from = 0;
  for (int k = 0; k < length; ++k) {
    if (!kind(k).there) {
      continue;
    }
    if (k == 0 || !(kind(k - 1) == kind(k)) || splits(up, line, k)) {
      from = k;
    }
    if (!(kind(k + 1) == kind(k)) || splits(up, line, k + 1)) {
      draw_run(up, line, from, k + 1, kind(k));
    }
  }
}

Name const& StreetGrid::name_of(std::int32_t line) {
  auto const [it, fresh] = names_.emplace(line, Name{});
  if (fresh) {
    bool const up = line % 2 == 1;
    bool const grand = town() && rank(up, line / 2) == Rank::Avenue;
    it->second = naming_.street().with(grand && random_.chance(400) ? "大道" : (up ? "路" : "街"),
                                       grand ? " Avenue" : (up ? " Road" : " Street"));
  }
  return it->second;
}

void StreetGrid::draw_run(bool up, int line, int from, int to, Kind const& kind) {
  std::vector<NodeIndex> nodes;
  for (int k = from; k <= to; ++k) {
    nodes.push_back(sheet_.third(column_ + (up ? line : k), row_ + (up ? k : line)));
  }
  if (kind.oneway < 0) {
    std::reverse(nodes.begin(), nodes.end());
  }
  RoadSign sign{kind.road_class, "", "", "", town() ? "asphalt" : "concrete"};
  bool const named = kind.line != kNone && settlement_.kind != SettlementKind::Village &&
                     settlement_.kind != SettlementKind::Hamlet &&
                     settlement_.kind != SettlementKind::Mine;
  if (named) {
    sign.name = name_of(kind.line).han;
    sign.name_en = name_of(kind.line).latin;
  }
  Tags tags = road_tags(sign);
  if (kind.oneway != 0) {
    tags.emplace_back("oneway", "yes");
  }
  if (kind.bridge) {
    tags.insert(
        tags.end(),
        {{"bridge", "yes"}, {"layer", "1"}, {"bridge:name", naming_.street().han + "大桥"}});
  }
  WayIndex const way = sheet_.draft.add_way(nodes, tags);
  if (splits(up, line, from)) {
    auto& ends = ends_.emplace(nodes.front(), std::array<WayIndex, 2>{kNone, kNone}).first->second;
    ends[up ? 1 : 0] = way;
  }
}

/// At some crossings of avenues one may not turn from the one into the other.
void StreetGrid::forbid_turns() {
  for (auto const& [node, ways] : ends_) {
    if (ways[0] == kNone || ways[1] == kNone || !random_.chance(150)) {
      continue;
    }
    // The ways lead from the crossing to the east and to the north: who comes from the north turns left
    // to go east, who comes from the east turns right to go north.
    bool const left = random_.chance(700);
    WayIndex const from = left ? ways[1] : ways[0];
    WayIndex const to = left ? ways[0] : ways[1];
    sheet_.draft.add_relation(
        {{'w', from, "from"}, {'n', node, "via"}, {'w', to, "to"}},
        {{"type", "restriction"}, {"restriction", left ? "no_left_turn" : "no_right_turn"}});
  }
}

}  // namespace

void draw_streets(Sheet& sheet) {
  for (std::size_t i = 0; i < sheet.plan.settlements.size(); ++i) {
    StreetGrid{sheet, static_cast<std::int32_t>(i)}.draw();
  }
}

}  // namespace fenghuo::gis::demo
