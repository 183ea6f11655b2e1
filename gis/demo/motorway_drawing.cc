#include <cmath>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

constexpr double kHalfMedian = 14;  // metres from the middle line to a carriageway
constexpr double kPostEvery = 1'000;
constexpr double kPostAside = 6;   // metres from the carriageway, on the outer side
constexpr std::size_t kEvery = 3;  // cells between the points that the line is smoothed from

/// A point of the middle line; `deck` is what carries the road from here to the next point.
enum class Deck : std::uint8_t { Ground, Bridge, Tunnel };
struct Vertex {
  Spot spot;
  Deck deck = Deck::Ground;
};

/// Cutting the corners three times makes a smooth line (Chaikin, 1974); the ends stay.
std::vector<Vertex> smooth(std::vector<Vertex> line) {
  for (int round = 0; round < 3; ++round) {
    std::vector<Vertex> finer{line.front()};
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      Spot const a = line[i].spot;
      Spot const b = line[i + 1].spot;
      Deck const after =
          i + 2 < line.size() && line[i].deck == line[i + 1].deck ? line[i].deck : Deck::Ground;
      finer.back().deck = i == 0 ? line[i].deck : finer.back().deck;
      finer.push_back({between(a, b, 0.25), line[i].deck});
      finer.push_back({between(a, b, 0.75), after});
    }
    finer.push_back(line.back());
    line = std::move(finer);
  }
  return line;
}

std::vector<Vertex> middle_line(CountyPlan const& plan, Motorway const& motorway) {
  Lattice const& lattice = plan.lattice();
  std::vector<Vertex> line;
  std::size_t since = kEvery;
  for (std::size_t i = 0; i < motorway.cells.size(); ++i) {
    CellId const c = motorway.cells[i];
    bool const last = i + 1 == motorway.cells.size();
    bool const leaps = !last && lattice.direction(c, motorway.cells[i + 1]) == kNone;
    bool const leapt = i > 0 && lattice.direction(c, motorway.cells[i - 1]) == kNone;
    if (++since > kEvery || last || leaps || leapt) {
      line.push_back({lattice.centre(c), leaps ? Deck::Tunnel : Deck::Ground});
      since = 1;
    }
  }
  line = smooth(std::move(line));
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    CellId const c = lattice.cell_at(between(line[i].spot, line[i + 1].spot, 0.5));
    bool const over =
        c != kNone && (plan.roads.has_road(c) || plan.terrain.beside_water(c) != Water::None);
    if (line[i].deck == Deck::Ground && over) {
      line[i].deck = Deck::Bridge;
    }
  }
  return line;
}

Tags motorway_tags(Motorway const& motorway, Deck deck) {
  Tags tags{{"highway", "motorway"},
            {"name", motorway.name},
            {"name:en", motorway.name_en},
            {"ref", motorway.ref},
            {"oneway", "yes"},
            {"lanes", "2"},
            {"maxspeed", deck == Deck::Tunnel ? "80" : "100"},
            {"surface", "asphalt"}};
  if (deck == Deck::Tunnel) {
    tags.insert(tags.end(), {{"tunnel", "yes"}, {"layer", "-1"}});
  } else if (deck == Deck::Bridge) {
    tags.insert(tags.end(), {{"bridge", "yes"}, {"layer", "1"}});
  }
  return tags;
}

struct Gate {
  std::vector<NodeIndex> arriving, leaving;  ///< ends of carriageways, by motorway
  Motorway const* sign = nullptr;
};

class MotorwayDrawing {
 public:
  explicit MotorwayDrawing(Sheet& sheet) : sheet_{sheet} {}
  void draw(Motorway const& motorway);
  void join_gates();
  void set_posts();

 private:
  std::vector<NodeIndex> carriageway(std::vector<Vertex> const& line, double side);
  void emit(Motorway const& motorway, std::vector<NodeIndex> nodes, std::vector<Deck> decks,
            bool back);

  Sheet& sheet_;
  void measure(Motorway const& motorway, std::vector<Vertex> const& line);

  std::map<CellId, Gate> gates_;
  struct Post {
    Spot spot;
    std::string ref;
    std::int64_t kilometre = 0;
  };
  std::vector<Post> posts_;
  std::map<std::string, double> metres_of_;  ///< by number: pieces of one motorway count on
};

std::vector<NodeIndex> MotorwayDrawing::carriageway(std::vector<Vertex> const& line, double side) {
  std::vector<NodeIndex> nodes;
  for (std::size_t i = 0; i < line.size(); ++i) {
    Spot const a = line[i == 0 ? 0 : i - 1].spot;
    Spot const b = line[i + 1 == line.size() ? i : i + 1].spot;
    double const length = std::sqrt(squared_distance(a, b));
    Spot const s{line[i].spot.x - (b.y - a.y) / length * side,
                 line[i].spot.y + (b.x - a.x) / length * side};
    nodes.push_back(sheet_.draft.add_node(sheet_.ground.at_wide(s)));
  }
  return nodes;
}

void MotorwayDrawing::emit(Motorway const& motorway, std::vector<NodeIndex> nodes,
                           std::vector<Deck> decks, bool back) {
  if (back) {
    nodes = {nodes.rbegin(), nodes.rend()};
    decks = {decks.rbegin() + 1, decks.rend()};
  }
  std::size_t first = 0;
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    if (i + 1 == nodes.size() || decks[i] != decks[i - 1]) {
      sheet_.draft.add_way(std::span{nodes}.subspan(first, i - first + 1),
                           motorway_tags(motorway, decks[first]));
      first = i;
    }
  }
}

/// Notes where kilometre posts stand along a line, counted on from the pieces of the same number before it.
void MotorwayDrawing::measure(Motorway const& motorway, std::vector<Vertex> const& line) {
  double& metres = metres_of_[motorway.ref];
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    Spot const a = line[i].spot;
    Spot const b = line[i + 1].spot;
    double const length = std::sqrt(squared_distance(a, b));
    double next = (std::floor(metres / kPostEvery) + 1) * kPostEvery;
    for (; next <= metres + length; next += kPostEvery) {
      Spot const at = between(a, b, (next - metres) / length);
      double const aside = (kHalfMedian + kPostAside) / length;
      posts_.push_back({{at.x + (b.y - a.y) * aside, at.y - (b.x - a.x) * aside},
                        motorway.ref,
                        static_cast<std::int64_t>(next / kPostEvery)});
    }
    metres += length;
  }
}

/// Posts stand beside the road, on nodes of no way.
void MotorwayDrawing::set_posts() {
  for (Post const& post : posts_) {
    sheet_.draft.add_node(sheet_.ground.at_wide(post.spot),
                          {{"highway", "milestone"},
                           {"distance", std::to_string(post.kilometre)},
                           {"ref", post.ref}});
  }
}

void MotorwayDrawing::draw(Motorway const& motorway) {
  std::vector<Vertex> line = middle_line(sheet_.plan, motorway);
  // The carriageways begin some way off the middle of an interchange.
  std::size_t const gap = 4;
  line.erase(line.begin(), line.begin() + (motorway.from_edge ? 0 : gap));
  line.erase(line.end() - (motorway.to_edge ? 0 : gap), line.end());
  std::vector<Deck> decks;
  decks.reserve(line.size());
  for (Vertex const& v : line) {
    decks.push_back(v.deck);
  }
  measure(motorway, line);
  auto out = carriageway(line, -kHalfMedian);
  auto home = carriageway(line, kHalfMedian);
  if (motorway.to_edge) {
    home.back() = out.back();  // a toll station at the border, where one may turn
    sheet_.draft.tag_node(out.back(), {{"barrier", "toll_booth"}, {"name", "省界收费站"}});
  } else {
    Gate& gate = gates_[motorway.cells.back()];
    gate.arriving.push_back(out.back());
    gate.leaving.push_back(home.back());
    gate.sign = &motorway;
  }
  Gate& gate = gates_[motorway.cells.front()];
  gate.leaving.push_back(out.front());
  gate.arriving.push_back(home.front());
  gate.sign = &motorway;
  emit(motorway, out, decks, false);
  emit(motorway, home, decks, true);
}

void MotorwayDrawing::join_gates() {
  Tags const link{{"highway", "motorway_link"},
                  {"oneway", "yes"},
                  {"lanes", "1"},
                  {"maxspeed", "40"},
                  {"surface", "asphalt"}};
  auto const join = [&](NodeIndex a, NodeIndex b, Tags const& tags) {
    std::vector<NodeIndex> const nodes{a, b};
    sheet_.draft.add_way(nodes, tags);
  };
  // Straight on, from each carriageway that arrives to all that leave but its own way back.
  auto const go_on = [&](Gate const& gate, std::size_t i) {
    for (std::size_t k = 0; k < gate.leaving.size(); ++k) {
      if (k != i) {
        join(gate.arriving[i], gate.leaving[k], motorway_tags(*gate.sign, Deck::Ground));
      }
    }
  };
  for (auto const& [cell, gate] : gates_) {
    NodeIndex const plaza = sheet_.centre(cell);
    for (std::size_t i = 0; i < gate.arriving.size(); ++i) {
      join(gate.arriving[i], plaza, link);
      join(plaza, gate.leaving[i], link);
      go_on(gate, i);
    }
  }
}

}  // namespace

void draw_motorways(Sheet& sheet) {
  MotorwayDrawing drawing{sheet};
  for (Motorway const& motorway : sheet.plan.motorways) {
    drawing.draw(motorway);
  }
  drawing.join_gates();
  drawing.set_posts();
}

}  // namespace fenghuo::gis::demo
