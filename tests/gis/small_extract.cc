#include "tests/gis/small_extract.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <osmium/builder/osm_object_builder.hpp>
#include <osmium/io/pbf_output.hpp>
#include <osmium/io/writer.hpp>

namespace fenghuo::gis::testing {

GeoPoint at(double lat, double lon) {
  return {static_cast<std::int32_t>(std::lround(lat * 1e7)),
          static_cast<std::int32_t>(std::lround(lon * 1e7))};
}

GeoPoint metres_from_base(double north, double east) {
  constexpr double kMetresPerDegree = 111195.08;
  return at(28.3 + north / kMetresPerDegree,
            117.2 + east / (kMetresPerDegree * std::cos(28.3 * 0.017453292519943295)));
}

ScratchFolder::ScratchFolder() {
  static std::atomic<int> counter{0};
  // In memory where the machine offers it: hundreds of regions are built here, each synced to disk.
  std::error_code error;
  bool const memory = std::filesystem::is_directory("/dev/shm", error);
  path_ = (memory ? std::filesystem::path{"/dev/shm"} : std::filesystem::temp_directory_path()) /
          ("fenghuo-gis-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
  std::filesystem::create_directories(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

SmallExtract& SmallExtract::node(std::int64_t id, GeoPoint point, Tags tags) {
  nodes_.push_back({id, std::move(tags), point, {}, {}});
  return *this;
}

SmallExtract& SmallExtract::way(std::int64_t id, std::vector<std::int64_t> nodes, Tags tags) {
  ways_.push_back({id, std::move(tags), {}, std::move(nodes), {}});
  return *this;
}

SmallExtract& SmallExtract::relation(std::int64_t id, std::vector<Member> members, Tags tags) {
  relations_.push_back({id, std::move(tags), {}, {}, std::move(members)});
  return *this;
}

namespace {

template <class Builder>
void add_tags(Builder& builder, Tags const& tags) {
  osmium::builder::TagListBuilder list{builder};
  for (auto const& [key, value] : tags) {
    list.add_tag(key, value);
  }
}

}  // namespace

void SmallExtract::write(std::filesystem::path const& file, Order order) const {
  using osmium::memory::Buffer;
  Buffer nodes{1024, Buffer::auto_grow::yes};
  for (auto const& object : nodes_) {
    {
      osmium::builder::NodeBuilder builder{nodes};
      builder.set_id(object.id).set_location(
          osmium::Location{object.point.lon_e7, object.point.lat_e7});
      add_tags(builder, object.tags);
    }
    nodes.commit();
  }
  Buffer rest{1024, Buffer::auto_grow::yes};
  for (auto const& object : ways_) {
    {
      osmium::builder::WayBuilder builder{rest};
      builder.set_id(object.id);
      add_tags(builder, object.tags);
      osmium::builder::WayNodeListBuilder list{builder};
      for (auto const ref : object.nodes) {
        list.add_node_ref(ref);
      }
    }
    rest.commit();
  }
  for (auto const& object : relations_) {
    {
      osmium::builder::RelationBuilder builder{rest};
      builder.set_id(object.id);
      add_tags(builder, object.tags);
      osmium::builder::RelationMemberListBuilder list{builder};
      for (auto const& member : object.members) {
        list.add_member(osmium::char_to_item_type(member.type), member.id, member.role.c_str());
      }
    }
    rest.commit();
  }
  osmium::io::Writer writer{osmium::io::File{file.string(), "pbf"}, osmium::io::overwrite::allow};
  writer(order == Order::NodesFirst ? std::move(nodes) : std::move(rest));
  writer(order == Order::NodesFirst ? std::move(rest) : std::move(nodes));
  writer.close();
}

std::shared_ptr<Region const> SmallExtract::region(ScratchFolder const& folder) const {
  write(folder / "small.osm.pbf");
  auto const info = build_region(folder / "small.osm.pbf", folder / "region", {});
  EXPECT_TRUE(info.has_value()) << info.error().message;
  auto region = Region::open(folder / "region");
  EXPECT_TRUE(region.has_value()) << region.error().message;
  return *region;
}

namespace {

bool is_node(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

char cell(std::vector<std::string> const& rows, std::size_t row, std::size_t column) {
  return row < rows.size() && column < rows[row].size() ? rows[row][column] : ' ';
}

}  // namespace

GeoPoint place_in(std::vector<std::string> const& rows, char node) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (auto const column = rows[row].find(node); column != std::string::npos) {
      return metres_from_base(-100.0 * static_cast<double>(row),
                              100.0 * static_cast<double>(column));
    }
  }
  ADD_FAILURE() << "no node " << node << " in the drawing";
  return {};
}

SmallExtract drawn(std::vector<std::string> const& rows) {
  SmallExtract out;
  std::int64_t way = 1;
  auto const follow = [&](std::size_t row, std::size_t column, std::size_t down,
                          std::size_t right) {
    std::string const along = right > 0 ? "-<>" : "|^u";
    Tags tags{{"highway", "residential"}};
    std::size_t steps = 1;
    char c = cell(rows, row + down, column + right);
    for (; along.find(c) != std::string::npos;
         ++steps, c = cell(rows, row + down * steps, column + right * steps)) {
      if (c == '>' || c == 'u') {
        tags["oneway"] = "yes";
      } else if (c == '<' || c == '^') {
        tags["oneway"] = "-1";
      }
    }
    if (steps > 1 && is_node(c)) {
      out.way(way++, {rows[row][column], c}, tags);
    }
  };
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < rows[row].size(); ++column) {
      if (is_node(rows[row][column])) {
        out.node(rows[row][column], place_in(rows, rows[row][column]));
        follow(row, column, 0, 1);
        follow(row, column, 1, 0);
      }
    }
  }
  return out;
}

std::optional<std::filesystem::path> shared_data() {
  char const* const set = std::getenv("FENGHUO_SHARED_DATA");
  std::filesystem::path const folder =
      set != nullptr ? std::filesystem::path{set}
                     : std::filesystem::path{FENGHUO_SOURCE_DIR}.parent_path() / "shared" / "data";
  std::error_code error;
  return std::filesystem::is_directory(folder, error) ? std::optional{folder} : std::nullopt;
}

std::vector<EdgeId> edges_of_way(Region const& region, std::int64_t way) {
  std::vector<EdgeId> out;
  for (EdgeId edge = 0; edge < region.graph().edge_count(); ++edge) {
    if (region.graph().edge_way[edge] == way) {
      out.push_back(edge);
    }
  }
  return out;
}

}  // namespace fenghuo::gis::testing
