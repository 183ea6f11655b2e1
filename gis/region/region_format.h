#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/result.h"
#include "gis/region/region.h"
#include "gis/routing/cch/hierarchy.h"
#include "gis/routing/road_graph.h"

/// The file region.fhr: header, table of sections, sections. Little-endian; every section starts at a
/// multiple of 8; the gaps between are zero. The SHA-256 in the header covers every other byte of the
/// file, so no byte can change unseen; the arrays are checked all the same, since whoever can write
/// the file can write a new checksum.
namespace fenghuo::gis {

inline constexpr std::uint32_t kRegionFormatVersion = 3;
inline constexpr std::array<char, 8> kRegionMagic{'F', 'H', 'R', 'E', 'G', 'I', 'O', 'N'};

struct FileHeader {
  std::array<char, 8> magic{};
  std::uint32_t version = 0;
  std::uint32_t section_count = 0;
  std::uint64_t file_size = 0;
  std::array<std::byte, 32> sha256{};
};
static_assert(sizeof(FileHeader) == 56);

struct SectionEntry {
  std::uint32_t id = 0;
  std::uint32_t element_size = 0;
  std::uint64_t offset = 0;
  std::uint64_t count = 0;
};
static_assert(sizeof(SectionEntry) == 24);

/// RegionInfo as numbers; text by index.
struct InfoRecord {
  std::uint32_t name = 0, source_file = 0, source_sha256 = 0, licence = 0, built_at = 0, unused = 0;
  GeoPoint south_west, north_east;
  std::uint64_t ways_read = 0, ways_used = 0, ways_cut = 0, nodes_missing = 0, areas_incomplete = 0;
  std::uint64_t components = 0, largest_component_nodes = 0;
  std::uint64_t speed_assumed_permille = 0, load_assumed_permille = 0, width_assumed_permille = 0;
  std::uint64_t hierarchy_arcs = 0, hierarchy_triangles = 0, hierarchy_depth = 0;
  std::uint64_t build_ms = 0, peak_memory_kib = 0;
};
static_assert(sizeof(InfoRecord) == 160);

/// Cells of equal size in degrees, row by row from the south-west corner.
struct GridRecord {
  GeoPoint south_west;
  std::uint32_t cell_lat_e7 = 1, cell_lon_e7 = 1;
  std::uint32_t rows = 0, columns = 0;
};
static_assert(sizeof(GridRecord) == 24);

struct PlaceRecord {
  std::int64_t osm_id = 0;
  std::int64_t population = 0;
  GeoPoint point;
  std::uint32_t name = 0, name_en = 0, pinyin = 0;
  char osm_type = 'n';
  std::uint8_t kind = 0;  ///< PlaceKind or FacilityKind
  std::uint8_t is_facility = 0;
  std::uint8_t unused = 0;
};
static_assert(sizeof(PlaceRecord) == 40);

struct AreaRecord {
  std::uint32_t path = 0, name = 0, name_en = 0, pinyin = 0;
  std::uint32_t first_ring = 0, ring_count = 0;
  std::uint32_t admin_level = 0, unused = 0;
};
static_assert(sizeof(AreaRecord) == 32);

/// A kilometre post.
struct MilestoneRecord {
  std::int64_t osm_id = 0;
  GeoPoint point;
  std::int64_t metres = 0;
  std::uint32_t road = 0;  ///< text: the road's number as the post says it, "" where it does not
  std::uint32_t unused = 0;
};
static_assert(sizeof(MilestoneRecord) == 32);

/// Everything that a region file holds, as spans over a mapped file or over the builder's vectors.
struct RegionView {
  std::span<InfoRecord const> info;  ///< one
  std::span<std::uint32_t const> text_first;
  std::span<char const> text_bytes;
  RoadGraph graph;
  std::span<GridRecord const> grid;  ///< one
  std::span<std::uint32_t const> grid_first;
  std::span<EdgeId const> grid_edges;
  std::span<PlaceRecord const> places;
  std::span<AreaRecord const> areas;
  std::span<std::uint32_t const> ring_first;
  std::span<GeoPoint const> ring_points;
  std::span<std::uint32_t const> edge_structure;  ///< text: name of the bridge or tunnel
  std::span<MilestoneRecord const> milestones;
  cch::Hierarchy hierarchy;
};

/// Calls f(section id, span) for each section, in the order of the file. View may be const or not.
template <class View, class F>
void each_section(View& view, F&& f) {
  auto& graph = view.graph;
  f(1U, view.info);
  f(2U, view.text_first);
  f(3U, view.text_bytes);
  f(4U, graph.node_point);
  f(5U, graph.first_out);
  f(6U, graph.out_arcs);
  f(7U, graph.edge_from);
  f(8U, graph.edge_to);
  f(9U, graph.edge_length_cm);
  f(10U, graph.edge_way);
  f(11U, graph.edge_class);
  f(12U, graph.edge_flags);
  f(13U, graph.edge_speed_forward);
  f(14U, graph.edge_speed_backward);
  f(15U, graph.edge_max_weight);
  f(16U, graph.edge_max_height);
  f(17U, graph.edge_max_width);
  f(18U, graph.edge_name);
  f(29U, graph.edge_ref);
  f(19U, graph.edge_mainland);
  f(20U, graph.geometry_first);
  f(21U, graph.geometry);
  f(22U, view.grid);
  f(23U, view.grid_first);
  f(24U, view.grid_edges);
  f(25U, view.places);
  f(26U, view.areas);
  f(27U, view.ring_first);
  f(28U, view.ring_points);
  f(30U, view.edge_structure);
  f(31U, view.milestones);
  auto& hierarchy = view.hierarchy;
  f(40U, hierarchy.node_at);
  f(41U, hierarchy.rank_of);
  f(42U, hierarchy.rows);
  f(43U, hierarchy.runs);
  f(44U, hierarchy.subtree_first);
  f(45U, hierarchy.first_down);
  f(46U, hierarchy.down);
  f(47U, hierarchy.first_road);
  f(48U, hierarchy.roads);
}

using ByteSink = std::function<Result<void>(std::span<std::byte const>)>;

/// Writes the file's bytes in order. Errors: those of the sink.
Result<void> write_region(RegionView const& view, ByteSink const& sink);

/// Magic, version, size and SHA-256. Errors: as Region::open.
Result<void> check_envelope(std::span<std::byte const> file);

/// The arrays of a file whose envelope may be wrong: every index, length and order that a reader
/// relies on is checked, so nothing that this returns can lead outside the file.
/// In:      the file, starting at an address that is a multiple of 8.
/// Errors:  DataLoss, naming the section that contradicts.
/// Checked: tests/gis/region_test.cc, random damage with the checksum made right again.
Result<RegionView> view_of(std::span<std::byte const> file);

std::string_view text_at(RegionView const& view, std::uint32_t index);

}  // namespace fenghuo::gis
