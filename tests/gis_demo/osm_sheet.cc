#include "tests/gis_demo/osm_sheet.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <set>
#include <string_view>

namespace fenghuo::gis {

namespace {

class Hash {
 public:
  void add(std::string_view text) {
    for (char const c : text) {
      value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    value_ = (value_ ^ 0xFFU) * 0x100000001B3ULL;
  }
  void add(std::int64_t number) { add(std::to_string(number)); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

class SheetReader {
 public:
  explicit SheetReader(OsmSheet& sheet) : sheet_{sheet} {}

  void read(osmium::OSMObject const& object) {
    check_order(object);
    sheet_.bare =
        sheet_.bare && !object.timestamp() && object.uid() == 0 && object.changeset() == 0;
    hash_.add(object.id());
    TagMap tags;
    for (auto const& tag : object.tags()) {
      tags[tag.key()] = tag.value();
      ++sheet_.tag_count[std::string{tag.key()} + "=" + tag.value()];
      hash_.add(tag.key());
      hash_.add(tag.value());
    }
    if (object.type() == osmium::item_type::node) {
      auto const location = static_cast<osmium::Node const&>(object).location();
      hash_.add(location.y());
      hash_.add(location.x());
      sheet_.nodes[object.id()] = {location.y(), location.x(), std::move(tags)};
    } else if (object.type() == osmium::item_type::way) {
      OsmSheet::Way way;
      for (auto const& ref : static_cast<osmium::Way const&>(object).nodes()) {
        way.nodes.push_back(ref.ref());
        hash_.add(ref.ref());
        sheet_.missing_nodes += sheet_.nodes.contains(ref.ref()) ? 0U : 1U;
      }
      sheet_.weight_limits_on_bridges +=
          tags.contains("bridge") && tags.contains("maxweight") ? 1U : 0U;
      way.tags = std::move(tags);
      sheet_.ways[object.id()] = std::move(way);
    } else {
      read_members(static_cast<osmium::Relation const&>(object));
      sheet_.relations[object.id()] = {std::move(tags)};
    }
    sheet_.content_hash = hash_.value();
  }

 private:
  void check_order(osmium::OSMObject const& object) {
    auto const here = std::pair{object.type(), object.id()};
    sheet_.ordered = sheet_.ordered && last_ < here;
    last_ = here;
  }
  void read_members(osmium::Relation const& relation) {
    for (auto const& member : relation.members()) {
      hash_.add(member.ref());
      hash_.add(member.role());
      bool const there =
          member.type() == osmium::item_type::node  ? sheet_.nodes.contains(member.ref())
          : member.type() == osmium::item_type::way ? sheet_.ways.contains(member.ref())
                                                    : sheet_.relations.contains(member.ref());
      sheet_.missing_members += there ? 0U : 1U;
    }
  }

  OsmSheet& sheet_;
  Hash hash_;
  std::pair<osmium::item_type, std::int64_t> last_{osmium::item_type::undefined, 0};
};

struct Point {
  std::int64_t x = 0, y = 0;
};

struct Segment {
  std::int64_t a = 0, b = 0;  ///< node ids
  Point from, to;
  bool water = false;
};

Point point(OsmSheet const& sheet, std::int64_t id) {
  OsmSheet::Node const& n = sheet.nodes.at(id);
  return {n.lon_e7, n.lat_e7};
}

std::int64_t side(Point a, Point b, Point c) {
  std::int64_t const cross = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  return (cross > 0) - (cross < 0);
}

bool overlap(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
  return std::max(std::min(a, b), std::min(c, d)) <= std::min(std::max(a, b), std::max(c, d));
}

/// Crossing or touching, at no common node.
bool cross(Segment const& s, Segment const& t) {
  bool const share = s.a == t.a || s.a == t.b || s.b == t.a || s.b == t.b;
  return !share && side(s.from, s.to, t.from) * side(s.from, s.to, t.to) <= 0 &&
         side(t.from, t.to, s.from) * side(t.from, t.to, s.to) <= 0 &&
         overlap(s.from.x, s.to.x, t.from.x, t.to.x) && overlap(s.from.y, s.to.y, t.from.y, t.to.y);
}

std::string value(TagMap const& tags, std::string const& key) {
  auto const it = tags.find(key);
  return it == tags.end() ? "" : it->second;
}

bool is_on_the_ground(TagMap const& tags) {
  std::string const highway = value(tags, "highway");
  return !highway.empty() && !highway.starts_with("motorway") && !tags.contains("bridge") &&
         !tags.contains("tunnel");
}

bool is_river(TagMap const& tags) {
  std::string const waterway = value(tags, "waterway");
  return waterway == "river" || waterway == "stream";
}

void add_segments(OsmSheet const& sheet, OsmSheet::Way const& way, bool water,
                  std::vector<Segment>& to) {
  for (std::size_t i = 1; i < way.nodes.size(); ++i) {
    std::int64_t const a = way.nodes[i - 1];
    std::int64_t const b = way.nodes[i];
    to.push_back({a, b, point(sheet, a), point(sheet, b), water});
  }
}

/// Pairs that cross, one of them water or both roads; each place once.
std::vector<std::string> crossings(std::vector<Segment> const& segments, bool with_water) {
  constexpr std::int64_t kSquare = 30000;  // 1e-7 degree
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::size_t>> squares;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    Segment const& s = segments[i];
    for (auto x = std::min(s.from.x, s.to.x) / kSquare; x <= std::max(s.from.x, s.to.x) / kSquare;
         ++x) {
      for (auto y = std::min(s.from.y, s.to.y) / kSquare; y <= std::max(s.from.y, s.to.y) / kSquare;
           ++y) {
        squares[{x, y}].push_back(i);
      }
    }
  }
  std::set<std::string> found;
  for (auto const& [square, members] : squares) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        Segment const& s = segments[members[i]];
        Segment const& t = segments[members[k]];
        bool const asked = s.water == t.water ? !with_water : with_water;
        if (asked && cross(s, t)) {
          found.insert(std::to_string(s.from.y) + "," + std::to_string(s.from.x));
        }
      }
    }
  }
  return {found.begin(), found.end()};
}

void count_hairpins(OsmSheet& sheet) {
  for (auto const& [id, way] : sheet.ways) {
    if (!way.tags.contains("highway") || way.tags.contains("oneway")) {
      continue;
    }
    for (std::size_t i = 2; i + 2 < way.nodes.size(); ++i) {
      Point const a = point(sheet, way.nodes[i - 2]);
      Point const b = point(sheet, way.nodes[i - 1]);
      Point const c = point(sheet, way.nodes[i + 1]);
      Point const d = point(sheet, way.nodes[i + 2]);
      auto const ux = static_cast<double>(b.x - a.x);
      auto const uy = static_cast<double>(b.y - a.y);
      auto const vx = static_cast<double>(d.x - c.x);
      auto const vy = static_cast<double>(d.y - c.y);
      double const cosine =
          (ux * vx + uy * vy) / std::sqrt((ux * ux + uy * uy) * (vx * vx + vy * vy));
      sheet.hairpins += cosine < -0.6 ? 1U : 0U;
    }
  }
}

/// Nodes joined by roads, by id; ids are small and dense in these files.
class Joined {
 public:
  void join(std::int64_t a, std::int64_t b) { parent_[root(a)] = root(b); }
  std::size_t root(std::int64_t id) {
    auto i = static_cast<std::size_t>(id);
    while (parent_.size() <= i) {
      parent_.push_back(parent_.size());
    }
    for (; parent_[i] != i; i = parent_[i]) {
      parent_[i] = parent_[parent_[i]];
    }
    return i;
  }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace

OsmSheet read_osm_sheet(std::filesystem::path const& file) {
  OsmSheet sheet;
  SheetReader into{sheet};
  osmium::io::Reader reader{osmium::io::File{file.string()}};
  while (osmium::memory::Buffer const buffer = reader.read()) {
    for (auto const& object : buffer.select<osmium::OSMObject>()) {
      into.read(object);
    }
  }
  reader.close();
  count_hairpins(sheet);
  return sheet;
}

std::vector<std::string> crossings_without_node(OsmSheet const& sheet) {
  std::vector<Segment> segments;
  for (auto const& [id, way] : sheet.ways) {
    if (is_on_the_ground(way.tags)) {
      add_segments(sheet, way, false, segments);
    }
  }
  return crossings(segments, false);
}

std::vector<std::string> river_crossings_without_bridge(OsmSheet const& sheet) {
  std::vector<Segment> segments;
  for (auto const& [id, way] : sheet.ways) {
    if (is_on_the_ground(way.tags) || is_river(way.tags)) {
      add_segments(sheet, way, is_river(way.tags), segments);
    }
  }
  return crossings(segments, true);
}

ProvinceCount count_province(std::filesystem::path const& file) {
  ProvinceCount count;
  Joined joined;
  std::set<std::string> names;
  std::vector<std::uint8_t> on_road;
  auto last = std::pair{osmium::item_type::undefined, osmium::object_id_type{0}};
  osmium::io::Reader reader{osmium::io::File{file.string()}};
  while (osmium::memory::Buffer const buffer = reader.read()) {
    for (auto const& object : buffer.select<osmium::OSMObject>()) {
      auto const here = std::pair{object.type(), object.id()};
      count.ordered = count.ordered && last < here;
      last = here;
      if (object.type() == osmium::item_type::way && object.tags().has_key("highway")) {
        auto const& nodes = static_cast<osmium::Way const&>(object).nodes();
        for (std::size_t i = 0; i < nodes.size(); ++i) {
          joined.join(nodes[i].ref(), nodes[i == 0 ? 0 : i - 1].ref());
          on_road.resize(std::max(on_road.size(), static_cast<std::size_t>(nodes[i].ref()) + 1), 0);
          on_road[static_cast<std::size_t>(nodes[i].ref())] = 1;
        }
      } else if (object.type() == osmium::item_type::relation) {
        std::string_view const level = object.tags().get_value_by_key("admin_level", "");
        count.counties += level == "6" ? 1U : 0U;
        count.townships += level == "8" ? 1U : 0U;
        if (level == "8") {
          names.insert(object.tags().get_value_by_key("name", ""));
        }
      }
    }
  }
  reader.close();
  count.township_names = names.size();
  std::map<std::size_t, std::uint64_t> sizes;
  std::uint64_t most = 0;
  for (std::size_t id = 0; id < on_road.size(); ++id) {
    if (on_road[id] != 0) {
      ++count.road_nodes;
      most = std::max(most, ++sizes[joined.root(static_cast<std::int64_t>(id))]);
    }
  }
  count.largest_component = static_cast<double>(most) / static_cast<double>(count.road_nodes);
  return count;
}

}  // namespace fenghuo::gis
