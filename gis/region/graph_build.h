#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gis/region/osm_extract.h"
#include "gis/routing/road_graph.h"

namespace fenghuo::gis {

/// Each text once; index 0 is "".
class TextPool {
 public:
  TextPool() { index_of(""); }
  std::uint32_t index_of(std::string_view text);
  std::vector<std::uint32_t> const& first() const { return first_; }
  std::vector<char> const& bytes() const { return bytes_; }

 private:
  std::map<std::string, std::uint32_t, std::less<>> known_;
  std::vector<std::uint32_t> first_{0};
  std::vector<char> bytes_;
};

/// The arrays behind a RoadGraph, while it is being made.
struct GraphArrays {
  std::vector<GeoPoint> node_point;
  std::vector<std::uint32_t> first_out;
  std::vector<ArcId> out_arcs;
  std::vector<NodeId> edge_from, edge_to;
  std::vector<std::uint32_t> edge_length_cm;
  std::vector<std::int64_t> edge_way;
  std::vector<std::uint8_t> edge_class;
  std::vector<std::uint16_t> edge_flags;
  std::vector<std::uint8_t> edge_speed_forward, edge_speed_backward;
  std::vector<std::uint16_t> edge_max_weight, edge_max_height, edge_max_width;
  std::vector<std::uint32_t> edge_name;
  std::vector<std::uint32_t> edge_ref;
  std::vector<std::uint32_t> edge_structure;  ///< not in view(): of the region beside it
  std::vector<std::uint8_t> edge_mainland;
  std::vector<std::uint32_t> geometry_first{0};
  std::vector<GeoPoint> geometry;

  RoadGraph view() const;
};

struct BuiltGraph {
  GraphArrays arrays;
  std::uint64_t ways_used = 0, ways_cut = 0, nodes_missing = 0;
};

/// Cuts the ways into edges: at nodes that are used twice, at the ends of what is there of a way, and
/// at obstacles, which become edges of length 0.
BuiltGraph build_graph(OsmExtract const& osm, TextPool& texts);

}  // namespace fenghuo::gis
