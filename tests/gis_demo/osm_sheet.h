#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fenghuo::gis {

using TagMap = std::map<std::string, std::string>;

/// An OpenStreetMap file as it is, for checking by tests. Read by libosmium.
struct OsmSheet {
  struct Node {
    std::int32_t lat_e7 = 0, lon_e7 = 0;
    TagMap tags;
  };
  struct Way {
    std::vector<std::int64_t> nodes;
    TagMap tags;
  };
  struct Relation {
    TagMap tags;
  };
  std::map<std::int64_t, Node> nodes;
  std::map<std::int64_t, Way> ways;
  std::map<std::int64_t, Relation> relations;
  bool ordered = true;                           ///< by type, then by id
  bool bare = true;                              ///< no object has a time, an author or a changeset
  std::uint64_t missing_nodes = 0;               ///< named by a way and not there
  std::uint64_t missing_members = 0;             ///< named by a relation and not there
  std::map<std::string, std::size_t> tag_count;  ///< by "key=value", over all objects
  std::size_t weight_limits_on_bridges = 0;
  std::size_t hairpins = 0;  ///< nodes at which a road turns back on itself within a few nodes
  std::uint64_t content_hash = 0;  ///< FNV-1a over ids, coordinates, node lists and tags
};

OsmSheet read_osm_sheet(std::filesystem::path const& file);

/// Where two roads on the ground cross and share no node, as "lat,lon". Motorways are left out: what
/// they pass over is not drawn level by level.
std::vector<std::string> crossings_without_node(OsmSheet const& sheet);
/// The same for a road on the ground and a river or stream.
std::vector<std::string> river_crossings_without_bridge(OsmSheet const& sheet);

struct BoundaryArea {
  std::string name;
  int admin_level = 0;
  std::size_t outer_rings = 0, inner_rings = 0;
  double square_km = 0;
};

/// Boundary relations that libosmium can make an area of.
std::vector<BoundaryArea> assemble_boundaries(std::filesystem::path const& file);

struct ProvinceCount {
  bool ordered = true;
  std::uint64_t road_nodes = 0;
  double largest_component = 0;  ///< share of the nodes on roads
  std::size_t counties = 0, townships = 0, township_names = 0;
};

/// For a file that is too large to be kept as an OsmSheet.
ProvinceCount count_province(std::filesystem::path const& file);

}  // namespace fenghuo::gis
