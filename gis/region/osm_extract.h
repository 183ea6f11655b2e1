#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"
#include "gis/region/region_format.h"
#include "gis/region/road_rules.h"

namespace fenghuo::gis {

/// Points of the nodes that something refers to, ascending by id.
class NodeTable {
 public:
  static constexpr std::uint32_t kMissing = 0xFFFFFFFF;

  void want(std::int64_t id) { ids_.push_back(id); }
  void seal();  ///< after the last want
  bool wants(std::int64_t id) const { return index_of(id) != kMissing; }
  void put(std::int64_t id, GeoPoint point);
  std::uint32_t index_of(std::int64_t id) const;  ///< kMissing if nobody wanted it
  bool has(std::uint32_t index) const { return present_[index]; }
  GeoPoint point(std::uint32_t index) const { return points_[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ids_.size()); }

 private:
  std::vector<std::int64_t> ids_;
  std::vector<GeoPoint> points_;
  std::vector<bool> present_;
};

struct RoadWay {
  std::int64_t id = 0;
  RoadTraits traits;
  std::string name;                            ///< name, name:zh or ref
  std::string ref;                             ///< number of the road
  std::string structure;                       ///< name of its bridge or tunnel
  std::uint64_t first_ref = 0, ref_count = 0;  ///< into OsmExtract::road_refs
};

struct ObstacleNode {
  std::uint32_t node = 0;  ///< index in the NodeTable
  NodeObstacle obstacle;
};

struct MilestoneNode {
  std::int64_t id = 0;
  GeoPoint point;
  std::int64_t metres = 0;
  std::string road;  ///< number of the road, "" if the post does not say it
};

/// A boundary relation as it stands in the file.
struct Boundary {
  std::int64_t id = 0;
  std::string code, name, name_en;
  std::uint8_t admin_level = 0;
  std::vector<std::int64_t> member_ways;
};

/// The node ids of a way that a relation needs, ascending by way id.
struct MemberWay {
  std::int64_t id = 0;
  std::vector<std::int64_t> refs;
};

/// What the importer keeps of an OpenStreetMap file.
struct OsmExtract {
  NodeTable nodes;
  std::vector<RoadWay> roads;
  std::vector<std::int64_t> road_refs;
  std::vector<ObstacleNode> obstacles;  ///< ascending by node
  std::vector<PlaceRecord> places;      ///< unordered; text indices point into place_texts
  std::vector<std::string> place_texts{""};
  std::vector<MilestoneNode> milestones;
  std::vector<Boundary> boundaries;
  std::vector<MemberWay> member_ways;
  std::uint64_t ways_read = 0;
};

/// Reads the file in three passes: relations, ways, nodes; so their order in the file is free.
/// Errors:  InvalidArgument  not a PBF file, truncated, or damaged
/// Source:  libosmium, which bounds the size of a blob before it unpacks it.
/// Checked: through build_region.
Result<OsmExtract> read_osm(
    std::filesystem::path const& file,
    std::function<void(std::string_view phase, int percent)> const& progress);

}  // namespace fenghuo::gis
