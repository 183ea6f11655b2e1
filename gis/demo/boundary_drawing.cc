#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

constexpr std::string_view kProvinceHan = "青穗省";
constexpr std::string_view kProvinceLatin = "Qingsui Province";

/// The areas that a cell lies in, from the outermost to the innermost; kNone outside.
struct Belonging {
  std::int32_t province = kNone, prefecture = kNone, unit = kNone, area = kNone;
};

/// Borders between areas as ways, each drawn once and shared by the areas on both sides.
class BoundaryDrawing {
 public:
  explicit BoundaryDrawing(Sheet& sheet)
      : sheet_{sheet},
        plan_{sheet.plan},
        lattice_{plan_.lattice()},
        done_{lattice_.corners(), 0},
        node_{lattice_.corners(), kNone},
        of_prefecture_(plan_.prefectures.size()),
        of_unit_(plan_.counties.size()),
        of_area_(plan_.areas.size()) {}

  void draw() {
    for (CornerId k = 0; k < lattice_.corners(); ++k) {
      if (is_meeting(k)) {
        start_at(k);
      }
    }
    for (CornerId k = 0; k < lattice_.corners(); ++k) {
      if (!is_meeting(k)) {
        start_at(k);  // rings that meet no other border
      }
    }
    write_relations();
  }

 private:
  std::int32_t area(CellId c) const { return c == kNone ? kNone : plan_.area_of[c]; }
  Belonging belonging(std::int32_t area) const;
  std::array<std::int32_t, 2> sides(CornerId k, int direction) const;
  bool is_border(CornerId k, int direction) const;
  bool is_meeting(CornerId k) const;
  CornerId beyond(CornerId k, int direction) const;
  bool is_done(CornerId k, int direction) const;
  void mark_done(CornerId k, int direction);
  void start_at(CornerId k);
  void follow(CornerId from, int direction);
  void share(WayIndex way, std::array<std::int32_t, 2> sides);
  NodeIndex meeting_node(CornerId k);
  void write_relations();
  void write(std::vector<WayIndex> const& ways, std::vector<NodeIndex> const& seat,
             Tags const& name, int level);

  Sheet& sheet_;
  CountyPlan const& plan_;
  Lattice lattice_;
  PerCell<std::uint8_t> done_;  ///< bits of the directions in which the border is drawn
  PerCell<NodeIndex> node_;
  std::vector<WayIndex> of_province_;
  std::vector<std::vector<WayIndex>> of_prefecture_, of_unit_, of_area_;
};

Belonging BoundaryDrawing::belonging(std::int32_t area) const {
  if (area == kNone) {
    return {};
  }
  int const unit = plan_.areas[static_cast<std::size_t>(area)].unit;
  return {0, plan_.layout.unit(unit).prefecture, unit, area};
}

CornerId BoundaryDrawing::beyond(CornerId k, int direction) const {
  Step const s = step_of(direction);
  return lattice_.corner(lattice_.corner_x(k) + s.dx, lattice_.corner_y(k) + s.dy);
}

/// The areas to the left and right of the border that leaves a corner in a direction.
std::array<std::int32_t, 2> BoundaryDrawing::sides(CornerId k, int direction) const {
  int const x = lattice_.corner_x(k);
  int const y = lattice_.corner_y(k);
  CellId const north_east = lattice_.cell(x, y);
  CellId const north_west = lattice_.cell(x - 1, y);
  CellId const south_west = lattice_.cell(x - 1, y - 1);
  CellId const south_east = lattice_.cell(x, y - 1);
  switch (direction) {
    case 0:
      return {area(north_east), area(south_east)};
    case 2:
      return {area(north_west), area(north_east)};
    case 4:
      return {area(south_west), area(north_west)};
    default:
      return {area(south_east), area(south_west)};
  }
}

bool BoundaryDrawing::is_border(CornerId k, int direction) const {
  auto const [left, right] = sides(k, direction);
  return left != right;
}

bool BoundaryDrawing::is_meeting(CornerId k) const {
  int count = 0;
  for (int d = 0; d < 8; d += 2) {
    count += is_border(k, d) ? 1 : 0;
  }
  return count > 2;
}

bool BoundaryDrawing::is_done(CornerId k, int direction) const {
  return (done_[k] >> static_cast<unsigned>(direction) & 1U) != 0;
}

void BoundaryDrawing::mark_done(CornerId k, int direction) {
  done_[k] = static_cast<std::uint8_t>(done_[k] | 1U << static_cast<unsigned>(direction));
}

void BoundaryDrawing::start_at(CornerId k) {
  for (int d = 0; d < 8; d += 2) {
    if (is_border(k, d) && !is_done(k, d)) {
      follow(k, d);
    }
  }
}

NodeIndex BoundaryDrawing::meeting_node(CornerId k) {
  if (node_[k] == kNone) {
    node_[k] = sheet_.add(lattice_.corner_spot(k));
  }
  return node_[k];
}

void BoundaryDrawing::follow(CornerId from, int direction) {
  std::array<std::int32_t, 2> const both = sides(from, direction);
  std::vector<NodeIndex> nodes{meeting_node(from)};
  CornerId k = from;
  int d = direction;
  while (true) {
    mark_done(k, d);
    CornerId const next = beyond(k, d);
    mark_done(next, opposite(d));
    nodes.push_back(sheet_.add(between(lattice_.corner_spot(k), lattice_.corner_spot(next), 0.5)));
    if (next == from || is_meeting(next)) {
      nodes.push_back(meeting_node(next));
      break;
    }
    int on = d;
    for (int turn = 0; turn < 8; turn += 2) {
      if (turn != opposite(d) && is_border(next, turn)) {
        on = turn;
      }
    }
    k = next;
    d = on;
  }
  share(sheet_.draft.add_way(nodes, {{"boundary", "administrative"},
                                     {"admin_level",
                                      [&] {
                                        Belonging const a = belonging(both[0]);
                                        Belonging const b = belonging(both[1]);
                                        return a.province != b.province       ? "4"
                                               : a.prefecture != b.prefecture ? "5"
                                               : a.unit != b.unit             ? "6"
                                                                              : "8";
                                      }()}}),
        both);
}

void BoundaryDrawing::share(WayIndex way, std::array<std::int32_t, 2> both) {
  Belonging const a = belonging(both[0]);
  Belonging const b = belonging(both[1]);
  auto const give = [&](std::vector<std::vector<WayIndex>>& to, std::int32_t one,
                        std::int32_t other) {
    if (one == other) {
      return;
    }
    for (std::int32_t const owner : {one, other}) {
      if (owner != kNone) {
        to[static_cast<std::size_t>(owner)].push_back(way);
      }
    }
  };
  if (a.province != b.province) {
    of_province_.push_back(way);
  }
  give(of_prefecture_, a.prefecture, b.prefecture);
  give(of_unit_, a.unit, b.unit);
  give(of_area_, a.area, b.area);
}

void BoundaryDrawing::write(std::vector<WayIndex> const& ways, std::vector<NodeIndex> const& seat,
                            Tags const& name, int level) {
  std::vector<Member> members;
  members.reserve(ways.size() + seat.size());
  for (WayIndex const w : ways) {
    members.push_back({'w', w, "outer"});
  }
  for (NodeIndex const n : seat) {
    members.push_back({'n', n, "admin_centre"});
  }
  Tags tags{
      {"type", "boundary"}, {"boundary", "administrative"}, {"admin_level", std::to_string(level)}};
  tags.insert(tags.end(), name.begin(), name.end());
  sheet_.draft.add_relation(std::move(members), tags);
}

Tags named(std::string han, std::string english, std::string ref) {
  return {{"name", std::move(han)}, {"name:en", std::move(english)}, {"ref", std::move(ref)}};
}

void BoundaryDrawing::write_relations() {
  if (plan_.layout.prefectures() > 1) {
    write(of_province_, {}, named(std::string{kProvinceHan}, std::string{kProvinceLatin}, "990000"),
          4);
  }
  if (plan_.layout.count() > 1) {
    for (std::size_t i = 0; i < of_prefecture_.size(); ++i) {
      CountyName const& p = plan_.prefectures[i];
      write(of_prefecture_[i], {}, named(p.name.han + "市", p.name.latin + " City", p.code), 5);
    }
  }
  for (std::size_t i = 0; i < of_unit_.size(); ++i) {
    bool const urban = plan_.layout.unit(static_cast<int>(i)).urban;
    CountyName const& c = plan_.counties[i];
    write(of_unit_[i], {sheet_.seat_of_unit[i]},
          named(c.name.han + (urban ? "区" : "县"),
                c.name.latin + (urban ? " District" : " County"), c.code),
          6);
  }
  for (std::size_t i = 0; i < of_area_.size(); ++i) {
    TownshipArea const& a = plan_.areas[i];
    std::string const kind =
        a.kind == AreaKind::Subdistrict ? "街道" : (a.kind == AreaKind::Town ? "镇" : "乡");
    std::string const english = a.kind == AreaKind::Subdistrict
                                    ? " Subdistrict"
                                    : (a.kind == AreaKind::Town ? " Town" : " Township");
    write(of_area_[i], {sheet_.seat_of_area[i]},
          named(a.name.han + kind, a.name.latin + english, a.code), 8);
  }
}

}  // namespace

void draw_boundaries(Sheet& sheet) { BoundaryDrawing{sheet}.draw(); }

}  // namespace fenghuo::gis::demo
