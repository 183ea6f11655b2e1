#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"
#include "gis/routing/cch/label.h"
#include "gis/routing/road_graph.h"

namespace fenghuo::gis {

enum class PlaceKind : std::uint8_t { City, Town, Village, Hamlet, Suburb, Locality };
enum class FacilityKind : std::uint8_t {
  Hospital,
  Clinic,
  FireStation,
  Police,
  School,
  Fuel,
  WaterSource,
  Shelter,
  Helipad,
  TownHall,
  AmbulanceStation,
  Industrial,
  Mine,
  Reservoir
};
std::string_view name_of(PlaceKind kind);
std::string_view name_of(FacilityKind kind);

/// A settlement or a facility, for finding and naming places.
struct Place {
  std::int64_t osm_id = 0;  ///< positive; osm_type says of which kind
  char osm_type = 'n';      ///< n, w or r
  std::string kind;  ///< name_of(PlaceKind) or name_of(FacilityKind), e.g. village, fire_station
  bool is_facility = false;
  GeoPoint point;       ///< node, or centre of the way or area
  std::string name;     ///< as tagged, Chinese in China
  std::string name_en;  ///< may be empty
  std::string pinyin;   ///< lower case, syllables apart, "" for names without Han characters
  std::int64_t population = 0;
};

/// An administrative area. `path` is what objects carry and what scopes are compared with: the codes
/// from the outermost area of the region to this one, joined by '.', e.g. "520199.520199101".
/// A code is the tag ref (or ref:GB/T2260 …) where present, else "r<relation id>".
struct Area {
  std::string path;
  std::string name, name_en, pinyin;
  std::uint8_t admin_level = 0;
};

/// A kilometre post 里程碑 beside a road.
struct Milestone {
  std::int64_t osm_id = 0;
  GeoPoint point;
  std::int64_t metres = 0;  ///< from where the road is counted
  std::string_view road;    ///< number of the road as the post says it; may be empty
};

/// What the importer counted; shown by `region info` and written to region.json.
struct RegionInfo {
  std::uint32_t format_version = 0;
  std::string name;
  std::string source_file;  ///< file name without folder
  std::string source_sha256;
  std::string licence;   ///< attribution text
  std::string built_at;  ///< RFC 3339
  GeoPoint south_west, north_east;
  std::uint64_t nodes = 0, edges = 0, arcs = 0, geometry_points = 0;
  std::uint64_t places = 0, facilities = 0, areas = 0, milestones = 0;
  std::uint64_t ways_read = 0, ways_used = 0;
  std::uint64_t ways_cut = 0;       ///< ways with missing nodes, cut into the parts that are there
  std::uint64_t nodes_missing = 0;  ///< distinct nodes that ways name but the file does not hold
  std::uint64_t areas_incomplete = 0;  ///< boundaries whose rings the file does not hold whole
  std::uint64_t components = 0;        ///< weakly connected parts of the graph
  std::uint64_t largest_component_nodes = 0;
  std::uint64_t speed_assumed_permille = 0;  ///< share of the road length whose speed was assumed
  std::uint64_t load_assumed_permille = 0;
  std::uint64_t width_assumed_permille = 0;
  std::uint64_t hierarchy_arcs = 0;       ///< of the contraction hierarchy
  std::uint64_t hierarchy_triangles = 0;  ///< the work of a customization
  std::uint64_t hierarchy_depth = 0;      ///< levels of its elimination tree
  std::uint64_t build_ms = 0, peak_memory_kib = 0;
};

/// A region folder, opened: roads, places, areas. Immutable; memory-mapped.
///
/// Errors of open: NotFound         the folder or region.fhr is missing
///                 InvalidArgument  another format version; the message names `fenghuo region build`
///                 DataLoss         truncated, wrong checksum, or arrays that contradict each other
/// Cost:           one pass over the file for the checksum (about 1 GB/s), nothing is copied but
///                 places and areas.
/// Threads:        any number of readers.
/// Checked:        tests/gis/region_test.cc (every byte changed in turn on a small file; truncation;
///                 another version).
class Region {
 public:
  static Result<std::shared_ptr<Region const>> open(std::filesystem::path const& folder);
  ~Region();
  Region(Region const&) = delete;
  Region& operator=(Region const&) = delete;

  RegionInfo const& info() const;
  RoadGraph const& graph() const;
  cch::Hierarchy const& hierarchy() const;
  cch::CommonAncestors const& common_ancestors() const;
  /// The text behind RoadGraph::edge_name and edge_ref; "" for index 0.
  std::string_view text(std::uint32_t index) const;
  /// Number of the edge's road as tagged ("G65;S12"), and name of the bridge or tunnel that it lies on, where
  /// that has one of its own; "" where the data has none.
  std::string_view ref_of(EdgeId edge) const;
  std::string_view structure_of(EdgeId edge) const;
  std::vector<Milestone> const& milestones() const;  ///< ordered by id
  std::vector<Place> const& places()
      const;                               ///< settlements, then facilities; ordered by (type, id)
  std::vector<Area> const& areas() const;  ///< ordered by path
  /// Path of the innermost area that holds the point; "" outside every area.
  std::string area_at(GeoPoint point) const;
  /// The nearest settlement within `within`, for describing a point in words.
  Place const* nearest_settlement(GeoPoint point, Distance within) const;
  /// The closed rings of areas()[area], outer and inner ones: a point is inside by the even-odd rule
  /// over all of them.
  std::vector<std::span<GeoPoint const>> rings(std::size_t area) const;
  /// Every edge that has a point in the box (and some more near it), ascending, no repeats. Boxes
  /// do not reach over the 180th meridian.
  std::vector<EdgeId> edges_in(GeoPoint south_west, GeoPoint north_east) const;

 private:
  struct Parts;
  explicit Region(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace fenghuo::gis
