#include "gis/region/osm_extract.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/osm.hpp>

#include "gis/region/milestone_tags.h"

namespace fenghuo::gis {

namespace {

/// A facility or settlement drawn as a way or relation: its centre waits for the nodes.
struct DrawnPlace {
  PlaceRecord record;
  std::vector<std::int64_t> refs;  ///< of a way
  std::vector<std::int64_t> ways;  ///< of a relation
};

std::vector<std::int64_t> refs_of(osmium::Way const& way) {
  std::vector<std::int64_t> refs;
  refs.reserve(way.nodes().size());
  for (auto const& node : way.nodes()) {
    refs.push_back(node.ref());
  }
  return refs;
}

std::vector<std::int64_t> ways_of(osmium::Relation const& relation) {
  std::vector<std::int64_t> ways;
  for (auto const& member : relation.members()) {
    std::string_view const role = member.role();
    if (member.type() == osmium::item_type::way &&
        (role.empty() || role == "outer" || role == "inner")) {
      ways.push_back(member.ref());
    }
  }
  return ways;
}

std::string_view name_in(TagSet const& tags) { return tags.first_of({"name", "name:zh", "ref"}); }

std::string code_in(TagSet const& tags, std::int64_t relation) {
  std::string_view code = tags["ref"];
  for (auto const& [key, value] : tags) {
    if (code.empty() && (key.substr(0, 8) == "ref:GB/T" || key == "gb2260")) {
      code = value;
    }
  }
  bool const usable = !code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
  });
  return usable ? std::string{code} : "r" + std::to_string(relation);
}

std::optional<std::uint8_t> admin_level_in(TagSet const& tags) {
  std::string_view const level = tags["admin_level"];
  bool const digits =
      !level.empty() && level.size() <= 2 &&
      std::all_of(level.begin(), level.end(), [](char c) { return c >= '0' && c <= '9'; });
  int value = 0;
  for (char const c : digits ? level : std::string_view{}) {
    value = value * 10 + (c - '0');
  }
  return digits && value >= 1 && value <= 12 ? std::optional{static_cast<std::uint8_t>(value)}
                                             : std::nullopt;
}

class Import {
 public:
  Import(std::filesystem::path const& file,
         std::function<void(std::string_view, int)> const& progress)
      : file_{file.string(), "pbf"}, progress_{progress} {}

  OsmExtract run() {
    pass("relations", osmium::osm_entity_bits::relation, [this](osmium::OSMObject const& object) {
      relation(static_cast<osmium::Relation const&>(object));
    });
    std::sort(wanted_ways_.begin(), wanted_ways_.end());
    pass("ways", osmium::osm_entity_bits::way,
         [this](osmium::OSMObject const& object) { way(static_cast<osmium::Way const&>(object)); });
    want_nodes();
    pass("nodes", osmium::osm_entity_bits::node, [this](osmium::OSMObject const& object) {
      node(static_cast<osmium::Node const&>(object));
    });
    std::sort(out_.obstacles.begin(), out_.obstacles.end(),
              [](auto const& a, auto const& b) { return a.node < b.node; });
    for (auto const& drawn : drawn_) {
      finish(drawn);
    }
    return std::move(out_);
  }

 private:
  template <class F>
  void pass(std::string_view phase, osmium::osm_entity_bits::type kinds, F const& each) {
    osmium::io::Reader reader{file_, kinds};
    int shown = -1;
    while (osmium::memory::Buffer buffer = reader.read()) {
      for (auto const& object : buffer.select<osmium::OSMObject>()) {
        if (object.visible()) {
          load_tags(object);
          each(object);
        }
      }
      auto const size = std::max<std::size_t>(1, reader.file_size());
      int const percent =
          static_cast<int>(std::min<std::size_t>(100, reader.offset() * 100 / size));
      if (progress_ && percent != shown) {
        progress_(phase, percent);
        shown = percent;
      }
    }
    reader.close();
  }

  void load_tags(osmium::OSMObject const& object) {
    tags_.clear();
    for (auto const& tag : object.tags()) {
      tags_.add(tag.key(), tag.value());
    }
  }

  std::uint32_t text(std::string_view value) {
    if (value.empty()) {
      return 0;
    }
    out_.place_texts.emplace_back(value);
    return static_cast<std::uint32_t>(out_.place_texts.size() - 1);
  }

  /// What the tags make of the object; a facility may be nameless, a settlement may not.
  std::vector<PlaceRecord> places_in(char type, std::int64_t id) {
    std::vector<PlaceRecord> found;
    auto const settlement = place_kind(tags_);
    auto const facility = facility_kind(tags_);
    PlaceRecord record;
    record.osm_type = type;
    record.osm_id = id;
    if ((settlement && !name_in(tags_).empty()) || facility) {
      record.name = text(name_in(tags_));
      record.name_en = text(tags_["name:en"]);
      record.population = population_of(tags_["population"]);
    }
    if (settlement && record.name != 0) {
      record.kind = static_cast<std::uint8_t>(*settlement);
      found.push_back(record);
    }
    if (facility) {
      record.kind = static_cast<std::uint8_t>(*facility);
      record.is_facility = 1;
      found.push_back(record);
    }
    return found;
  }

  void relation(osmium::Relation const& relation) {
    bool const administrative = tags_.is("boundary", "administrative") &&
                                (tags_.is("type", "boundary") || tags_.is("type", "multipolygon"));
    auto const level = admin_level_in(tags_);
    if (administrative && level) {
      out_.boundaries.push_back({relation.id(), code_in(tags_, relation.id()),
                                 std::string{name_in(tags_)}, std::string{tags_["name:en"]}, *level,
                                 ways_of(relation)});
      auto const& ways = out_.boundaries.back().member_ways;
      wanted_ways_.insert(wanted_ways_.end(), ways.begin(), ways.end());
      return;
    }
    if (!tags_.is("type", "multipolygon") && !tags_.is("type", "site")) {
      return;
    }
    for (auto const& record : places_in('r', relation.id())) {
      drawn_.push_back({record, {}, ways_of(relation)});
      auto const& ways = drawn_.back().ways;
      wanted_ways_.insert(wanted_ways_.end(), ways.begin(), ways.end());
    }
  }

  void way(osmium::Way const& way) {
    ++out_.ways_read;
    if (auto const traits = road_traits(tags_)) {
      out_.roads.push_back({way.id(), *traits, std::string{name_in(tags_)},
                            std::string{tags_["ref"]},
                            std::string{tags_.first_of({"bridge:name", "tunnel:name"})},
                            out_.road_refs.size(), way.nodes().size()});
      for (auto const& node : way.nodes()) {
        out_.road_refs.push_back(node.ref());
      }
    }
    if (way.nodes().size() > 2 && way.is_closed() && !tags_.empty()) {
      for (auto const& record : places_in('w', way.id())) {
        drawn_.push_back({record, refs_of(way), {}});
      }
    }
    if (std::binary_search(wanted_ways_.begin(), wanted_ways_.end(), way.id())) {
      out_.member_ways.push_back({way.id(), refs_of(way)});
    }
  }

  void want_nodes() {
    auto const want_all = [&](std::vector<std::int64_t> const& refs) {
      for (auto const ref : refs) {
        out_.nodes.want(ref);
      }
    };
    std::sort(out_.member_ways.begin(), out_.member_ways.end(),
              [](auto const& a, auto const& b) { return a.id < b.id; });
    want_all(out_.road_refs);
    for (auto const& member : out_.member_ways) {
      want_all(member.refs);
    }
    for (auto const& drawn : drawn_) {
      want_all(drawn.refs);
    }
    out_.nodes.seal();
  }

  void node(osmium::Node const& node) {
    if (!node.location().valid()) {
      return;
    }
    GeoPoint const point{node.location().y(), node.location().x()};
    out_.nodes.put(node.id(), point);
    if (tags_.empty()) {
      return;
    }
    for (auto record : places_in('n', node.id())) {
      record.point = point;
      out_.places.push_back(record);
    }
    if (auto const post = milestone_of(tags_)) {
      out_.milestones.push_back({node.id(), point, post->metres, std::string{post->road}});
    }
    NodeObstacle const obstacle = obstacle_of(tags_);
    std::uint32_t const index = out_.nodes.index_of(node.id());
    bool const matters = obstacle.flags != 0 || obstacle.max_height != 0 ||
                         obstacle.max_weight != 0 || obstacle.max_width != 0;
    if (matters && index != NodeTable::kMissing) {
      out_.obstacles.push_back({index, obstacle});
    }
  }

  /// The middle of the bounding box of the nodes that are there; dropped if none is.
  void finish(DrawnPlace const& drawn) {
    constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
    GeoPoint low{kMost, kMost};
    GeoPoint high{-kMost, -kMost};
    auto const grow = [&](std::vector<std::int64_t> const& refs) {
      for (auto const ref : refs) {
        std::uint32_t const index = out_.nodes.index_of(ref);
        if (index != NodeTable::kMissing && out_.nodes.has(index)) {
          GeoPoint const p = out_.nodes.point(index);
          low = {std::min(low.lat_e7, p.lat_e7), std::min(low.lon_e7, p.lon_e7)};
          high = {std::max(high.lat_e7, p.lat_e7), std::max(high.lon_e7, p.lon_e7)};
        }
      }
    };
    grow(drawn.refs);
    for (auto const id : drawn.ways) {
      auto const at =
          std::lower_bound(out_.member_ways.begin(), out_.member_ways.end(), id,
                           [](MemberWay const& way, std::int64_t key) { return way.id < key; });
      if (at != out_.member_ways.end() && at->id == id) {
        grow(at->refs);
      }
    }
    if (low.lat_e7 != kMost) {
      PlaceRecord record = drawn.record;
      record.point = {low.lat_e7 + (high.lat_e7 - low.lat_e7) / 2,
                      static_cast<std::int32_t>((std::int64_t{low.lon_e7} + high.lon_e7) / 2)};
      out_.places.push_back(record);
    }
  }

  osmium::io::File file_;
  std::function<void(std::string_view, int)> const& progress_;
  OsmExtract out_;
  TagSet tags_;
  std::vector<std::int64_t> wanted_ways_;
  std::vector<DrawnPlace> drawn_;
};

}  // namespace

void NodeTable::seal() {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  ids_.shrink_to_fit();
  points_.resize(ids_.size());
  present_.resize(ids_.size());
}

void NodeTable::put(std::int64_t id, GeoPoint point) {
  if (std::uint32_t const index = index_of(id); index != kMissing) {
    points_[index] = point;
    present_[index] = true;
  }
}

std::uint32_t NodeTable::index_of(std::int64_t id) const {
  auto const at = std::lower_bound(ids_.begin(), ids_.end(), id);
  return at == ids_.end() || *at != id ? kMissing : static_cast<std::uint32_t>(at - ids_.begin());
}

Result<OsmExtract> read_osm(
    std::filesystem::path const& file,
    std::function<void(std::string_view phase, int percent)> const& progress) {
  // libosmium and protozero throw all kinds for a bad file, from their threads too.
  try {
    return Import{file, progress}.run();
  } catch (std::exception const& error) {
    return Error{ErrorCode::InvalidArgument,
                 file.filename().string() + " cannot be read as an OpenStreetMap PBF file (" +
                     error.what() + "): it is of another kind, truncated or damaged; get it again"};
  }
}

}  // namespace fenghuo::gis
